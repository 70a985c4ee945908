import CDP
import Foundation
import Logging
import OffstageCapture
import OffstageCore
import OffstageStore
import OffstageTesting

/// A recorder on a fake browser, over a real socket, into a real store.
struct FakeRecording {
  let browser: FakeBrowser
  let server: FakeServer
  let folder: String
  let store: SQLiteEventStore
  private let recorder: Recorder
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Runs `body` beside a recorder that comes back whenever the connection ends.
  static func run<Value: Sendable>(
    seed: UInt64 = 1, _ body: @escaping @Sendable (FakeRecording) async throws -> Value
  ) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.path + "/offstage-fake-\(UUID())"
    try FileManager.default.createDirectory(
      atPath: folder + "/profile/Default", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = FakeBrowserModel.Options()
    options.seed = seed
    // The script's clock runs ahead of ours, and what is newer than an attachment counts as live.
    options.startMicros = (SystemClock().now() - .days(1)).micros
    options.userDataDir = folder + "/profile"
    let browser = FakeBrowser(FakeBrowserModel(options))
    let data = DataFolder(path: folder + "/data")
    try data.create()
    let store = try SQLiteEventStore.open(at: data.storePath)
    let rig = FakeRecording(
      browser: browser, server: try await browser.listen(), folder: folder, store: store,
      recorder: Recorder(store: store, clock: SystemClock(), notify: { _ in }))
    let value = try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        try await store.run()
        return nil
      }
      group.addTask {
        try await rig.recorder.run()
        return nil
      }
      group.addTask {
        while !Task.isCancelled { await rig.attach(SourceLocks(folder: data)) }
        return nil
      }
      group.addTask { try await body(rig) }
      defer { group.cancelAll() }
      while let value = try await group.next() {
        if let value {
          await rig.recorder.finish()
          await browser.stop()
          return value
        }
      }
      throw CancellationError()
    }
    try await store.close()
    return value
  }

  /// One connection, from its start to its end, however it ends.
  private func attach(_ locks: SourceLocks) async {
    do {
      let endpoint = try await Endpoint.discover(port: server.port)
      let transport = try await WebSocketTransport.connect(to: endpoint)
      let capture = BrowserCapture(
        connection: Connection(transport: transport, logger: quiet), recorder: recorder,
        store: store, clock: SystemClock(), locks: locks,
        options: .init(
          place: nil, name: "fake", recordsOthers: true, browserRun: endpoint.path, keep: nil,
          home: "/"),
        notify: { _ in })
      try await capture.run()
    } catch {
      // The script ends connections; the next one is made at once.
      await Task.yield()
    }
  }

  // MARK: What came of it

  /// Returns when all six services are observed and recorded.
  func whenObserved() async {
    await browser.wait { $0.isObserved() }
  }

  /// Returns when a complete replay of the profile's service with so many events is durable.
  func whenReplayed(_ service: Service, events count: Int64) async throws {
    for await _ in store.changes() {
      for source in try await store.sources() where source.kind == .profile {
        let replay = try await store.facts(of: source.id)[service]?.lastReplay
        if replay?.events == count { return }
      }
    }
  }

  /// What the profile's source holds, each with the number of times.
  func stored() async throws -> [FakeEvent: Int] {
    let profiles = try await store.sources().filter { $0.kind == .profile }.map(\.id)
    var counts: [FakeEvent: Int] = [:]
    var cursor: EventCursor?
    repeat {
      let page = try await store.events(
        EventQuery(
          EventSelection(sources: Set(profiles)), order: .ascending, limit: 1000, after: cursor))
      for event in page.events { counts[FakeEvent(event.logged), default: 0] += 1 }
      cursor = page.next
    } while cursor != nil
    return counts
  }

  /// Returns what is stored once it is what should be, or when it has had time enough.
  func stored(
    reaching truth: [FakeEvent: Int], within patience: Duration = .seconds(60)
  ) async throws -> [FakeEvent: Int] {
    let deadline = ContinuousClock.now + patience
    for await _ in store.changes() {
      let stored = try await stored()
      if stored == truth || ContinuousClock.now > deadline { return stored }
    }
    return try await stored()
  }
}

extension FakeEvent {
  init(_ event: LoggedEvent) {
    self.init(
      micros: event.timestamp.micros, service: FakeService(rawValue: event.service.rawValue)!,
      name: event.eventName, instanceID: event.instanceId, origin: event.origin,
      storageKey: event.storageKey ?? "", registrationID: event.serviceWorkerRegistrationId,
      metadata: event.metadata.map { Metadata(key: $0.key, value: $0.value) })
  }

  /// With metadata in the order in which Offstage keeps it.
  var sorted: FakeEvent {
    FakeEvent(
      micros: micros, service: service, name: name, instanceID: instanceID, origin: origin,
      storageKey: storageKey, registrationID: registrationID,
      metadata: metadata.sorted { ($0.key, $0.value) < ($1.key, $1.value) })
  }
}

extension [FakeEvent: Int] {
  var sorted: [FakeEvent: Int] {
    Dictionary(map { ($0.key.sorted, $0.value) }, uniquingKeysWith: +)
  }
}
