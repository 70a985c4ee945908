import OffstageCore
import OffstageTesting
import Testing

@Suite(.timeLimit(.minutes(3))) struct EventFollowerTests {
  @Test func `a store that can't be read for a moment loses a follower nothing`() async throws {
    let store = RecordingStore()
    let source = try await store.openSource(.sample(), at: ManualClock.start).source
    _ = try await store.write(
      [SourceWrites(source: source.id, writes: [.event(.sample())])],
      receivedUntil: ManualClock.start)
    store.failReading([
      StoreError(.busy, "Another process holds the store."), StoreError(.full, "There is no room."),
    ])
    var follower = EventFollower(store: store, selection: EventSelection(), after: 0)
    var found: [Int64] = []
    try await follower.run { events in
      found += events.map(\.id)
      return false
    }
    #expect(found == [1])
  }

  @Test func `a store that is damaged ends a follower`() async throws {
    let store = RecordingStore()
    let damaged = StoreError(.damaged, "The store is damaged.")
    store.failReading([damaged])
    var follower = EventFollower(store: store, selection: EventSelection(), after: 0)
    await #expect(throws: damaged) { try await follower.run { _ in false } }
  }
}
