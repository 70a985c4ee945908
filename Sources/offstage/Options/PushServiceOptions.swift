import ArgumentParser
import OffstageCore

/// What the verbs take that need the push service.
struct PushServiceOptions: ParsableArguments {
  @Option(
    name: .customLong("push-port"),
    help: ArgumentHelp(
      "The port of the push service; 0 for any.",
      discussion: "Default: the one that this data folder had before, at first 7789."))
  var pushPort: Int?

  @Option(
    name: [.customLong("fault"), .customLong("respond")],
    help: ArgumentHelp(
      "A fault that pushes meet, such as 429:retry-after=5 or drop:times=1. Repeatable.",
      discussion: "See `offstage push fault`.", valueName: "fault"),
    transform: FaultWish.argument)
  var faults: [FaultWish] = []

  func validate() throws {
    if let pushPort, !(0...65535).contains(pushPort) {
      throw ValidationError("\(pushPort) is no port; ports are 0 to 65535.")
    }
  }
}

extension FaultWish {
  static func argument(_ text: String) throws -> FaultWish {
    do {
      return try FaultWish(parsing: text)
    } catch {
      throw ValidationError([error.message, error.hint].compactMap { $0 }.joined(separator: " "))
    }
  }
}
