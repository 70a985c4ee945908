import Foundation
import Logging
import JSON
import OffstageCore
import OffstageServer
import OffstageStore
import Testing

/// A server on a port of its own over a store of its own, and a client that sends what it is told.
struct Bench: Sendable {
  static let token = "dG9rZW4tb2YtdGhlLXRlc3RzLTAxMjM0NTY3ODk"
  static let start = Timestamp(micros: 1_795_356_129_837_642)

  let folder: DataFolder
  let store: any EventStore
  let port: Int
  let contract: Contract
  private let clock: NotedClock

  var locks: SourceLocks { SourceLocks(folder: folder) }

  /// Runs `body` against a server that listens, and ends the server.
  static func with(
    _ change: @Sendable (inout OffstageServer.Configuration, DataFolder) -> Void = { _, _ in },
    _ body: @escaping @Sendable (Bench) async throws -> Void
  ) async throws {
    try await withFolder { folder in
      let store = try SQLiteEventStore.open(at: folder.storePath)
      let clock = NotedClock()
      var configuration = OffstageServer.Configuration(token: token, version: "1.2.3")
      configuration.port = 0
      configuration.spoolFolder = folder.path
      change(&configuration, folder)
      let server = OffstageServer(
        configuration: configuration, store: store, locks: SourceLocks(folder: folder),
        clock: clock, logger: Logger(label: "server-tests") { _ in SwiftLogNoOpLogHandler() })
      try await withThrowingTaskGroup(of: Void.self) { group in
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        group.addTask {
          defer { announce.finish() }
          try await server.run { announce.yield($0) }
        }
        for await port in ports {
          let contract = try await contract(at: port)
          try await body(
            Bench(folder: folder, store: store, port: port, contract: contract, clock: clock))
          break
        }
        group.cancelAll()
        try await group.waitForAll()
      }
      try await store.close()
    }
  }

  private static func contract(at port: Int) async throws -> Contract {
    let answer = try await HTTPAnswer.exchange(
      port: port,
      "GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        + "Authorization: Bearer \(token)\r\nConnection: close\r\n\r\n")
    return Contract(document: try JSONValue(parsing: answer.body))
  }

  static func withFolder(_ body: (DataFolder) async throws -> Void) async throws {
    let folder = DataFolder(
      path: NSTemporaryDirectory() + "offstage-server-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    try folder.create()
    try await body(folder)
  }

  // MARK: Asking

  /// Returns once a request that may wait for so long has looked in vain, and waits.
  func whenRequestWaits(_ interval: Interval) async {
    for await sleep in clock.sleeps.stream where sleep == interval { return }
  }

  func ask(
    _ method: String = "GET", _ path: String, body: String? = nil,
    at location: SourceLocation = #_sourceLocation
  ) async throws -> HTTPAnswer {
    var lines = [
      "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)",
      "Authorization: Bearer \(Bench.token)", "Connection: close",
    ]
    if let body { lines.append("Content-Length: \(body.utf8.count)") }
    return try await send(lines, body: body ?? "", at: location)
  }

  /// Sends exactly these lines; the answer has to be one that the API says it gives.
  func send(
    _ lines: [String], body: String = "", at location: SourceLocation = #_sourceLocation
  ) async throws -> HTTPAnswer {
    let answer = try await HTTPAnswer.exchange(
      port: port, lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    let words = lines[0].split(separator: " ").map(String.init)
    try contract.check(answer, to: words[0], words[1], at: location)
    return answer
  }

  // MARK: Recording

  func openSource(
    _ name: String, kind: Source.Kind = .profile, browser: String = "Chrome/156.0.8078.79"
  ) async throws -> Source {
    try await store.openSource(
      SourceDescription(
        kind: kind, place: .profile(userDataDir: folder.path + "/" + name, profileDir: "Default"),
        suggestedName: name, browser: browser, transport: "pipe"),
      at: Bench.start
    ).source
  }

  func write(_ events: [LoggedEvent], to source: Source) async throws {
    let writes = events.map { event in
      StoreWrite.event(
        EventWrite(
          identity: EventIdentity(of: event), logged: event, received: event.timestamp,
          capture: .live, observation: nil))
    }
    _ = try await store.write(
      [SourceWrites(source: source.id, writes: writes)], receivedUntil: Bench.start)
  }
}

/// The `second`th event after the start.
func event(
  _ second: Int64, _ service: Service = .backgroundSync, _ name: String = "Registered sync",
  origin: String = "https://app.example/"
) throws -> LoggedEvent {
  try #require(
    LoggedEvent(
      timestampNumber: JSONNumber(millionths: (Bench.start + .seconds(second)).micros),
      service: service, eventName: name, instanceId: "outbox", origin: origin, storageKey: origin,
      serviceWorkerRegistrationId: "0", metadata: []))
}

/// The system's clock; tells when somebody begins to wait by it, and for how long.
private struct NotedClock: WallClock {
  let sleeps = AsyncStream.makeStream(of: Interval.self)

  func now() -> Timestamp { SystemClock().now() }

  func sleep(for interval: Interval) async throws(CancellationError) {
    sleeps.continuation.yield(interval)
    try await SystemClock().sleep(for: interval)
  }
}
