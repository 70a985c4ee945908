import CDP
import Foundation
import OffstageCapture
import OffstageCore

/// Records a browser that runs without us, and waits for it when it goes away.
struct Attacher: Sendable {
  let session: RecordingSession
  let target: AttachTarget
  let recordsOthers: Bool
  let name: String?

  private static let shortestWait = Duration.milliseconds(250)
  /// How long a browser gets to take back what we changed of it.
  private static let grace = Interval.seconds(2)
  private static let longestWait = Duration.seconds(10)

  func run(first: Endpoint) async throws {
    var endpoint = first
    while true {
      do {
        return try await record(endpoint)
      } catch  where session.stop.isStopped {
        return
      } catch let error as CDPError
        where hasRecorded && error.code != .refused
        && error.code != .approvalPending
      {
        session.terminal.say(
          "The connection to the browser ended (\(error.context)); waiting for it to come back.")
      }
      guard let found = await findAgain() else { return }
      endpoint = found
    }
  }

  private var hasRecorded: Bool { !session.notices.sources.isEmpty }

  /// Looks until the browser is there again, ever less often; nil when the person wants to stop.
  private func findAgain() async -> Endpoint? {
    var wait = Self.shortestWait
    while !session.stop.isStopped {
      try? await session.stop.race { [wait] in try await Task.sleep(for: wait) }
      let found = Watched<Endpoint?>(nil)
      try? await session.stop.race {
        let endpoint = try await target.find()
        if await listens(endpoint) { found.update { $0 = endpoint } }
      }
      if let endpoint = found.value { return endpoint }
      wait = min(wait * 2, Self.longestWait)
    }
    return nil
  }

  /// A WebSocket URL names one run of a browser and is never found anew.
  private func listens(_ endpoint: Endpoint) async -> Bool {
    guard case .webSocket = target else { return true }
    return (try? await Endpoint.discover(port: endpoint.port, host: endpoint.host)) != nil
  }

  /// Nil when the person wants to stop, as they may while the browser waits for their click.
  private func connect(to endpoint: Endpoint) async throws -> WebSocketTransport? {
    let connected = Watched<WebSocketTransport?>(nil)
    try await session.stop.race {
      let transport = try await WebSocketTransport.connect(to: endpoint) { progress in
        switch progress {
        case .waitingForApproval:
          session.terminal.say(
            "The browser asks whether to allow remote debugging: click Allow in its window.")
        }
      }
      connected.update { $0 = transport }
    }
    return connected.value
  }

  private func record(_ endpoint: Endpoint) async throws {
    guard let transport = try await connect(to: endpoint) else { return }
    let connection = Connection(transport: transport, logger: session.logger)
    var place: SourcePlace?
    if case .userDataDir(let path) = target {
      place = ProfilePlace.place(userDataDir: URL(fileURLWithPath: path).path)
    }
    let options = BrowserCapture.Options(
      place: place, name: name ?? Self.name(of: endpoint), recordsOthers: recordsOthers,
      browserRun: endpoint.path, keep: session.keep, home: session.home)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await session.capture(connection, options) }
      group.addTask {
        // `capture` returns when the connection has ended.
        await session.stop.wait()
        await session.browsers.letGo(within: Self.grace)
        await connection.close()
      }
      try await group.next()
      group.cancelAll()
    }
  }

  private static func name(of endpoint: Endpoint) -> String {
    guard let product = endpoint.browser?.split(separator: "/").first else { return "browser" }
    return product.lowercased()
  }
}
