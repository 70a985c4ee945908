import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageServer

@Suite struct EventRingTests {
  private func entries(_ ids: ClosedRange<Int64>, bytes: Int = 10) -> [EventRing.Entry] {
    let logged = LoggedEvent.sample()
    return ids.map {
      EventRing.Entry(
        event: StoredEvent(
          id: $0, identity: EventIdentity(of: logged), logged: logged, received: logged.timestamp,
          capture: .live, source: SourceName(id: SourceID(), name: "default"), scope: nil),
        bytes: [UInt8](repeating: 0, count: bytes))
    }
  }

  @Test func `gives what is newer than a cursor`() {
    var ring = EventRing(after: 10)
    ring.append(entries(11...20))
    ring.append(entries(25...30))
    #expect(ring.entries(after: 10).map(\.id) == Array(11...20) + Array(25...30))
    #expect(ring.entries(after: 20).map(\.id) == Array(25...30))
    #expect(ring.entries(after: 22).map(\.id) == Array(25...30))
    #expect(ring.entries(after: 30).isEmpty)
    #expect((ring.start, ring.end) == (10, 30))
  }

  @Test(arguments: [(10, 50_000), (100_000, 1000)])
  func `keeps the newest within its bounds, and says where it begins`(
    _ bytes: Int, _ count: Int64
  ) {
    var ring = EventRing(after: 0)
    for start in stride(from: Int64(1), to: count, by: 500) {
      ring.append(entries(start...start + 499, bytes: bytes))
      let kept = ring.entries(after: ring.start)
      #expect(kept.first?.id == ring.start + 1)
      #expect(kept.last?.id == ring.end)
      #expect(kept.count <= 20_000)
      #expect(kept.count == 1 || kept.reduce(0) { $0 + $1.bytes.count } <= 8 << 20)
    }
    #expect(ring.end == count)
    #expect(ring.start > 0)
  }

  @Test func `one event larger than all of it is kept alone`() {
    var ring = EventRing(after: 0)
    ring.append(entries(1...3, bytes: 10 << 20))
    #expect(ring.entries(after: ring.start).map(\.id) == [3])
  }
}
