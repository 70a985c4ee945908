import ArgumentParser
import CDP
import OffstageCore

/// Which running browser is meant.
struct AttachOptions: ParsableArguments {
  @Option(help: "The port that the browser listens on. Default: 9222.")
  var port: Int?

  @Option(help: "The browser's WebSocket URL.")
  var ws: String?

  @Option(
    name: .customLong("user-data-dir"),
    help: "The folder of the browser's profiles; its port is found there.",
    completion: .directory)
  var userDataDir: String?

  /// One of them is given.
  var isGiven: Bool { port != nil || ws != nil || userDataDir != nil }

  func validate() throws {
    if [port != nil, ws != nil, userDataDir != nil].filter({ $0 }).count > 1 {
      throw ValidationError("Give one of --port, --ws and --user-data-dir.")
    }
    if let port, !(1...65535).contains(port) {
      throw ValidationError("\(port) is no port; ports are 1 to 65535.")
    }
  }

  var target: AttachTarget {
    get throws(CDPError) {
      if let ws { return .webSocket(try Endpoint.parse(webSocketURL: ws)) }
      if let userDataDir { return .userDataDir(userDataDir) }
      return .port(port ?? 9222)
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
