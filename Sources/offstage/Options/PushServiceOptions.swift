import ArgumentParser

/// What the verbs take that need the push service.
struct PushServiceOptions: ParsableArguments {
  @Option(
    name: .customLong("push-port"),
    help: ArgumentHelp(
      "The port of the push service; 0 for any.",
      discussion: "Default: the one that this data folder had before, at first 7789."))
  var pushPort: Int?

  func validate() throws {
    if let pushPort, !(0...65535).contains(pushPort) {
      throw ValidationError("\(pushPort) is no port; ports are 0 to 65535.")
    }
  }
}
