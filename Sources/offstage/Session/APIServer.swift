import Logging
import OffstageCore
import OffstageServer
import OffstageStore

/// Serves the API beside a recording, or alone.
struct APIServer: Sendable {
  let folder: DataFolder
  let store: SQLiteEventStore
  let terminal: Terminal
  let port: Int?
  let verb: String
  let logger: Logger

  /// Serves until it is cancelled; `onReady` is called once requests are taken.
  func run(onReady: @escaping @Sendable () -> Void = {}) async throws {
    let secret = try ServerSecret.load(in: folder)
    var configuration = OffstageServer.Configuration(
      token: secret.token, version: Version.current)
    configuration.announcement = .init(folder: folder, verb: verb)
    if let port {
      configuration.port = port
      configuration.isPortExplicit = true
    }
    let server = OffstageServer(
      configuration: configuration, store: store, clock: SystemClock(), logger: logger)
    try await server.run { port in
      terminal.say("API: http://127.0.0.1:\(port)/api/v1/")
      onReady()
    }
  }
}
