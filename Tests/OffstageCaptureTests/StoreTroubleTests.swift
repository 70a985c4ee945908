import CDP
import Foundation
import Logging
import OffstageCapture
import OffstageCore
import OffstageTesting
import Synchronization
import Testing

/// What becomes of a recording when the store does not take a context in.
@Suite(.timeLimit(.minutes(3))) struct StoreTroubleTests {
  private static let busy = StoreError(.busy, "Another process holds the store for too long.")
  private static let held = StoreError(.sourceHeld, "Another process records the source.")

  private struct Rig: Sendable {
    let browser: FakeBrowser
    let store: RecordingStore
    let notices: Notices
    let locks: SourceLocks
  }

  private final class Notices: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }

    func note(_ notice: BrowserCapture.Notice) {
      switch notice {
      case .failed(let reason): texts.withLock { $0.append("failed: \(reason)") }
      case .waiting(let error): texts.withLock { $0.append("waiting: \(error.message)") }
      default: break
      }
    }
  }

  /// Records a fake browser over one connection while `body` runs.
  private func record(
    failing kind: Source.Kind = .profile, _ errors: [StoreError] = [], as place: SourcePlace? = nil,
    prepare: (RecordingStore, SourceLocks) async throws -> [SourceLock] = { _, _ in [] },
    _ body: @escaping @Sendable (Rig) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/offstage-trouble-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = DataFolder(path: folder)
    try data.create()
    let locks = SourceLocks(folder: data)
    let rig = Rig(
      browser: FakeBrowser(), store: RecordingStore(), notices: Notices(), locks: locks)
    let held = try await prepare(rig.store, locks)
    defer { withExtendedLifetime(held) {} }
    rig.store.failOpening(kind, errors)
    let server = try await rig.browser.listen()
    let transport = try await WebSocketTransport.connect(
      to: try await Endpoint.discover(port: server.port))
    let recorder = Recorder(store: rig.store, clock: SystemClock(), notify: { _ in })
    let capture = BrowserCapture(
      connection: Connection(
        transport: transport, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
      recorder: recorder, store: rig.store, clock: SystemClock(), locks: locks,
      options: .init(
        place: place, name: "fake", recordsOthers: true, browserRun: "run", keep: nil, home: "/"),
      notify: { rig.notices.note($0) })
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await recorder.run()
        return false
      }
      group.addTask {
        try await capture.run()
        return false
      }
      group.addTask {
        try await body(rig)
        return true
      }
      let isWhole = try await group.next()
      #expect(isWhole == true, "the recording ended by itself")
      group.cancelAll()
      await recorder.finish()
      await rig.browser.stop()
    }
  }

  @Test(arguments: [Source.Kind.profile, .offTheRecord])
  func `a context that a busy store does not take in is recorded a moment later`(
    _ kind: Source.Kind
  ) async throws {
    let context: FakeContextKey = kind == .profile ? .main : "private"
    try await record(failing: kind, [Self.busy, Self.busy]) { rig in
      await rig.browser.perform(.contextAppears("private"))
      await rig.browser.wait { $0.isObserved(in: context) }
      await rig.browser.perform(.log(.push(id: "0:1", payload: "hello"), in: context))
      await rig.store.untilEvents(3)
      #expect(rig.notices.all == ["waiting: \(Self.busy.message)"])
    }
  }

  @Test func `a context that can't be recorded is left alone and the others are`() async throws {
    try await record(failing: .offTheRecord, [Self.held]) { rig in
      await rig.browser.wait { $0.isObserved() }
      await rig.browser.perform(.contextAppears("private"))
      await rig.browser.perform(.contextAppears("other"))
      await rig.browser.wait { $0.isObserved(in: "other") }
      await rig.browser.perform(.log(.push(id: "0:1", payload: "hello")))
      await rig.store.untilEvents(3)
      #expect(await rig.browser.model.isObserved(in: "private") == false)
      #expect(rig.notices.all == ["failed: \(Self.held.message)"])
    }
  }

  @Test func `a second of a series beside the first is a source of its own`() async throws {
    let series = SourcePlace.series("demo")
    try await record(
      as: series,
      prepare: { store, locks in
        var description = SourceDescription.sample("demo")
        description.place = series
        return [
          try locks.lock(try await store.openSource(description, at: SystemClock().now()).source)
        ]
      },
      { rig in
        await rig.browser.wait { $0.isObserved() }
        await rig.browser.perform(.log(.push(id: "0:1", payload: "hello")))
        await rig.store.untilEvents(3)
        let places = try await rig.store.sources().map(\.place)
        #expect(places.count == 2)
        #expect(places.filter { $0 == series }.count == 1)
        #expect(rig.store.beganLogs.isEmpty)
      })
  }

  @Test func `what a new profile might have been is let go once it is known to be itself`()
    async throws
  {
    try await record(
      prepare: { store, _ in
        let gone = try await store.openSource(.sample("gone"), at: SystemClock().now()).source
        store.setMovedCandidates([gone.id])
        return []
      },
      { rig in
        await rig.browser.wait { $0.isObserved() }
        let sources = try await rig.store.sources()
        let gone = try #require(sources.first { $0.name == "gone" })
        let own = try #require(sources.first { $0.name == "fake" })
        // The sixth reply settles it.
        while rig.locks.isHeld(gone.id) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(rig.locks.isHeld(own.id))
      })
  }

  @Test func `one of a series begins a log of its own, once`() async throws {
    try await record(as: .series("demo")) { rig in
      await rig.browser.wait { $0.isObserved() }
      await rig.browser.perform(.closeAllTargets())
      await rig.browser.perform(.openPage(url: "https://app.example/"))
      await rig.browser.wait { $0.isObserved() }
      #expect(rig.store.beganLogs.count == 1)
    }
  }
}
