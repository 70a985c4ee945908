import ArgumentParser
import OffstageCore

/// What the verbs take that record.
struct RecordingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How long events stay: 3d, 30d, forever. Kept with the source.", valueName: "duration"))
  var keep: String?

  @Flag(help: "Answer yes to questions.")
  var yes = false

  @Option(
    name: .customLong("ui-port"),
    help: "The port of the UI and the API; 0 for any. Default: 7788 or the next free one.")
  var uiPort: Int?

  // Accepted for scripts that are to go on working once there are pages.
  @Flag(name: .customLong("no-ui"), help: "Leave out the UI's pages; the API stays.")
  var noUI = false

  @Flag(help: "Print events as JSON, one a line.")
  var jsonl = false

  func keepSetting() throws -> KeepSetting? {
    try keep.map { try KeepSetting(parsing: $0) }
  }

  func validate() throws {
    if let uiPort, !(0...65535).contains(uiPort) {
      throw ValidationError("\(uiPort) is no port; ports are 0 to 65535.")
    }
  }
}
