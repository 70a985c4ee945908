import Foundation
import Logging
import OffstageCore
import OffstageScenario
import OffstageServer
import OffstageStore

/// Serves the API and the UI beside a recording, or alone.
struct APIServer: Sendable {
  let folder: DataFolder
  let store: SQLiteEventStore
  let terminal: Terminal
  let port: Int?
  let verb: String
  /// False leaves the pages out, not the API.
  let hasPages: Bool
  /// Nil where no browser is recorded.
  var looking: (any OriginLooking)?
  /// Nil where none is launched.
  var desks: (any NotificationDesks)?
  let logger: Logger

  /// Serves until it is cancelled; `onReady` is called once requests are taken, with what makes
  /// links to the UI if there is one.
  func run(onReady: @escaping @Sendable (UILinks?) -> Void = { _ in }) async throws {
    let secret = try ServerSecret.load(in: folder)
    var configuration = OffstageServer.Configuration(
      token: secret.token, version: Version.current)
    configuration.announcement = .init(folder: folder, verb: verb)
    configuration.spoolFolder = folder.path
    configuration.looking = looking
    configuration.desks = desks
    configuration.scenarioWriter = ScenarioSketcher()
    configuration.pushes = store
    configuration.pushOrigin = { PushHost.notedOrigin(in: folder) }
    configuration.reportPage = ReportPage.embedded
    let codes = configuration.codes
    if hasPages { configuration.assets = Self.pages }
    if let port {
      configuration.port = port
      configuration.isPortExplicit = true
    }
    let server = OffstageServer(
      configuration: configuration, store: store, locks: SourceLocks(folder: folder),
      clock: SystemClock(), logger: logger)
    try await server.run { port in
      let links = hasPages ? UILinks(port: port, codes: codes) : nil
      if let links {
        terminal.say("UI: \(links.fresh())")
      } else {
        terminal.say("API: http://127.0.0.1:\(port)/api/v1/")
      }
      onReady(links)
    }
  }

  private static var pages: Assets {
    Assets(
      EmbeddedFiles.base64.filter { $0.key.hasPrefix("ui/") }
        .compactMapValues { Data(base64Encoded: $0) })
  }
}

extension ReportPage {
  /// Made of the files in this binary.
  static func embedded() throws -> ReportPage {
    try ReportPage(
      files: EmbeddedFiles.base64.filter { $0.key.hasPrefix("ui/") || $0.key.hasPrefix("report/") }
        .compactMapValues { Data(base64Encoded: $0) },
      version: Version.current)
  }
}

/// Links to the UI of this process.
struct UILinks: Sendable {
  let port: Int
  let codes: EntryCodes

  /// Each is good once.
  func fresh() -> String { UILinks.link(port: port, code: codes.issue()) }

  /// The code stands in the fragment, which a browser sends to nobody.
  static func link(port: Int, code: String) -> String { "http://127.0.0.1:\(port)/#code=\(code)" }
}
