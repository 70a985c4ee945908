import Foundation
import NIOCore
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageServer

@Suite(.timeLimit(.minutes(3))) struct StreamHubTests {
  private struct Rig: Sendable {
    let store: RecordingStore
    let hub: StreamHub
    let source: SourceID

    func write(
      _ seconds: ClosedRange<Int64>, _ service: Service = .pushMessaging
    ) async throws {
      let writes = seconds.map { second in
        StoreWrite.event(
          .sample(
            "Anything", service, at: ManualClock.start + .seconds(second), instance: "\(second)"))
      }
      _ = try await store.write(
        [SourceWrites(source: source, writes: writes)], receivedUntil: ManualClock.start)
    }

    /// What a reader is given that has all news of the recording.
    func delivery(
      after cursor: Int64, _ selection: EventSelection = EventSelection()
    ) async throws -> StreamHub.Delivery {
      try await hub.delivery(after: await hub.place(after: cursor), selection)
    }

    /// What a reader that begins with the first event was given once it has those up to `id`.
    func read(
      upTo id: Int64, _ selection: EventSelection = EventSelection()
    ) async throws -> StreamHub.Delivery {
      let (reader, signals) = try await hub.join()
      for await _ in signals {
        let delivery = try await delivery(after: 0, selection)
        guard delivery.place.event >= id else { continue }
        await hub.leave(reader)
        return delivery
      }
      throw CancellationError()
    }
  }

  private func with(_ body: @escaping @Sendable (Rig) async throws -> Void) async throws {
    let store = RecordingStore()
    let source = try await store.openSource(.sample(), at: ManualClock.start).source.id
    let hub = StreamHub(
      store: store, locks: SourceLocks(folder: DataFolder(path: "/nowhere")), clock: SystemClock())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await hub.run() }
      group.addTask { try await body(Rig(store: store, hub: hub, source: source)) }
      // The hub works until it is cancelled.
      try await group.next()
      group.cancelAll()
    }
  }

  @Test func `a read that failed is made again, though nothing more is written`() async throws {
    try await with { rig in
      // Somebody reads, so that the hub follows.
      let (reader, _) = try await rig.hub.join()
      let busy = StoreError(.busy, "Another process holds the store for too long.")
      rig.store.failReading([busy, busy])
      try await rig.write(1...3)
      let text = String(buffer: try await rig.read(upTo: 3).bytes)
      #expect(text.components(separatedBy: "event: event\n").count == 4)
      await rig.hub.leave(reader)
    }
  }

  @Test func `a reader that selects none of what lies before the ring gets on`() async throws {
    try await with { rig in
      try await rig.write(1...3)
      // The ring begins after these.
      let (reader, _) = try await rig.hub.join()
      try await rig.write(4...600, .paymentHandler)
      let delivery = try await rig.delivery(
        after: 0, EventSelection(services: [.paymentHandler]))
      #expect(delivery.place.event >= 3)
      await rig.hub.leave(reader)
    }
  }

  @Test func `a filter takes from the ring what it takes from the store`() async throws {
    try await with { rig in
      let filter = try EventFilter(parsing: "tag:2 or (anything -service:push)")
      let selection = try filter.selection(FilterContext(now: ManualClock.start))
      let (reader, _) = try await rig.hub.join()
      try await rig.write(1...3)
      try await rig.write(4...5, .paymentHandler)
      let text = String(buffer: try await rig.read(upTo: 5, selection).bytes)
      let ids = text.split(separator: "\n").filter { $0.hasPrefix("id: ") }
      #expect(ids == ["id: 2", "id: 4", "id: 5"])
      await rig.hub.leave(reader)
    }
  }

  @Test func `readers at one place are given the very same bytes`() async throws {
    try await with { rig in
      let (reader, _) = try await rig.hub.join()
      try await rig.write(1...3)
      _ = try await rig.read(upTo: 3)
      let place = { (delivery: StreamHub.Delivery) in
        delivery.bytes.withUnsafeReadableBytes { $0.baseAddress }
      }
      var one = try await rig.delivery(after: 0)
      var other = try await rig.delivery(after: 0)
      // News of the recording may come in between, after which all is made anew.
      while place(one) != place(other) {
        one = other
        other = try await rig.delivery(after: 0)
      }
      #expect(one.place.event == 3)
      // Who selects, or is elsewhere, is given something else.
      let later = try await rig.delivery(after: 2)
      #expect(String(buffer: later.bytes).components(separatedBy: "event: event\n").count == 2)
      let none = try await rig.delivery(after: 0, EventSelection(services: [.paymentHandler]))
      #expect(String(buffer: none.bytes).hasPrefix("event: cursor\nid: 3\n"))
      // And everybody once more is there.
      try await rig.write(4...5)
      let more = try await rig.read(upTo: 5)
      #expect(String(buffer: more.bytes).components(separatedBy: "event: event\n").count == 6)
      await rig.hub.leave(reader)
    }
  }
}
