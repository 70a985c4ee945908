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

  @Option(help: "The port that the browser listens on. Default: 9222.")
  var port: Int?

  @Option(help: "The browser's WebSocket URL.")
  var ws: String?

  @Option(
    name: .customLong("user-data-dir"),
    help: "The folder of the browser's profiles; its port is found there.")
  var userDataDir: String?

  @Flag(help: "Record incognito windows too.")
  var incognito = false

  @Option(help: "A name for the source, if it is new.")
  var name: String?

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if [port != nil, ws != nil, userDataDir != nil].filter({ $0 }).count > 1 {
      throw ValidationError("Give one of --port, --ws and --user-data-dir.")
    }
    if let port, !(1...65535).contains(port) {
      throw ValidationError("\(port) is no port; ports are 1 to 65535.")
    }
  }

  func run() async throws {
    // A mistake in the question comes before what the machine lacks.
    _ = try recording.keepSetting()
    let target: AttachTarget
    if let ws {
      target = .webSocket(try Endpoint.parse(webSocketURL: ws))
    } else if let userDataDir {
      target = .userDataDir(userDataDir)
    } else {
      target = .port(port ?? 9222)
    }
    // Before anything is made or served: is there such a browser?
    let endpoint = try await target.find()
    try await RecordingSession.run(common, recording, verb: "attach") { session in
      try await Attacher(
        session: session, target: target, recordsOthers: incognito, name: name
      ).run(first: endpoint)
    }
  }
}

/// How a running browser is found.
enum AttachTarget: Sendable {
  case port(Int)
  case webSocket(Endpoint)
  case userDataDir(String)

  func find() async throws(CDPError) -> Endpoint {
    switch self {
    case .port(let port): try await Endpoint.discover(port: port)
    case .webSocket(let endpoint): endpoint
    case .userDataDir(let path): try await Endpoint.discover(userDataDir: path)
    }
  }
}
