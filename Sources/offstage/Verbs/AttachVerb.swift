import ArgumentParser
import CDP
import OffstageCapture
import OffstageCore

struct AttachVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Record a browser that already runs.",
    discussion: """
      The browser must listen for DevTools: started with --remote-debugging-port, or with the switch \
      at chrome://inspect/#remote-debugging turned on. Its pages are not touched. When the browser \
      ends, Offstage waits for it to come back.

      EXAMPLES
        offstage attach --port 9222
        offstage attach --user-data-dir ~/.config/google-chrome
      """)

  @Flag(help: "Record incognito windows too.")
  var incognito = false

  @Option(help: "A name for the source, if it is new.")
  var name: String?

  @OptionGroup var browser: AttachOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    // A mistake in the question comes before what the machine lacks.
    _ = try recording.keepSetting()
    let target = try browser.target
    // Before anything is made or served: is there such a browser?
    let endpoint = try await target.find()
    try await RecordingSession.run(common, recording, verb: "attach") { session in
      try await Attacher(
        session: session, target: target, recordsOthers: incognito, name: name
      ).run(first: endpoint)
    }
  }
}
