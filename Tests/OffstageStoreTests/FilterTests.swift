import GRDB
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// What the store selects, and what is decided of an event at hand.
@Suite struct FilterTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a store selects the events that a selection takes`(_ seed: UInt64) async throws {
    try await withScratchFolder { folder in
      var scene = FilterScene(seed: seed)
      let bench = try await StoreSample(folder + "/store.sqlite")
      let other = try await bench.store.openSource(.file("old"), at: ManualClock.start).source.id
      try await fill(bench.store, [bench.source, other], &scene)
      let all = try await bench.all()
      for _ in 0..<60 {
        let selection = scene.selection(among: [bench.source, other])
        let wanted = all.filter { selection.takes($0) }.map(\.id)
        try await check(bench.store, selection, selects: wanted)
      }
      try await bench.store.close()
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a filter means the same in the store, in its parts and of an event at hand`(
    _ seed: UInt64
  ) async throws {
    try await withScratchFolder { folder in
      var scene = FilterScene(seed: seed)
      let bench = try await StoreSample(folder + "/store.sqlite")
      let other = try await bench.store.openSource(.file("old"), at: ManualClock.start).source.id
      try await fill(bench.store, [bench.source, other], &scene)
      let all = try await bench.all()
      let context = FilterContext(
        now: ManualClock.start + .seconds(300), sources: try await bench.store.sources())
      for _ in 0..<60 {
        let filter = scene.filter()
        let selection = try WrittenFilter(parsing: filter.description, context).selection(context)
        let wanted = try all.filter { try filter.holds(of: $0, context) }.map(\.id)
        #expect(all.filter { selection.takes($0) }.map(\.id) == wanted, "\(filter)")
        try await check(bench.store, selection, selects: wanted)
      }
      try await bench.store.close()
    }
  }

  /// SQLite has bounds of its own: for the depth of an expression, and the number of values.
  @Test(arguments: [
    (0..<200).map { "\($0.isMultiple(of: 2) ? "origin:h" : "-scope:/")\($0)" }
      .joined(separator: " or "),
    (0..<200).map { "-\"k\($0)\":v" }.joined(separator: " "),
    String(repeating: "(a or origin:b c ", count: 6) + "origin:c"
      + String(repeating: ")", count: 6),
    String(repeating: "-(a or scope:/b c ", count: 3) + "k:v" + String(repeating: ")", count: 3),
  ])
  func `the largest filters there may be are asked`(_ text: String) async throws {
    try await withScratchFolder { folder in
      var scene = FilterScene(seed: 7)
      let bench = try await StoreSample(folder + "/store.sqlite")
      try await fill(bench.store, [bench.source], &scene)
      let context = FilterContext(now: ManualClock.start, sources: [])
      let selection = try WrittenFilter(parsing: text, context).selection(context)
      let wanted = try await bench.all().filter { selection.takes($0) }.map(\.id)
      try await check(bench.store, selection, selects: wanted)
      try await bench.store.close()
    }
  }

  @Test func `what narrows a selection holds besides`() async throws {
    try await withScratchFolder { folder in
      var scene = FilterScene(seed: 99)
      let bench = try await StoreSample(folder + "/store.sqlite")
      try await fill(bench.store, [bench.source], &scene)
      let all = try await bench.all()
      for _ in 0..<500 {
        let (first, second) = (
          scene.selection(among: [bench.source]), scene.selection(among: [bench.source])
        )
        var both = first
        both.narrow(to: second)
        let wanted = all.filter { first.takes($0) && second.takes($0) }.map(\.id)
        #expect(all.filter { both.takes($0) }.map(\.id) == wanted, "\(first) \(second)")
      }
      try await bench.store.close()
    }
  }

  private func fill(
    _ store: SQLiteEventStore, _ sources: [SourceID], _ scene: inout FilterScene
  ) async throws {
    for source in sources {
      let writes = (0..<80).map { _ in
        StoreWrite.imported(scene.event(), scope: scene.scope())
      }
      _ = try await store.write(
        [SourceWrites(source: source, writes: writes)], receivedUntil: ManualClock.start)
    }
    let live = (0..<80).map { _ in StoreWrite.event(scene.event()) }
    _ = try await store.write(
      [SourceWrites(source: sources[0], writes: live)], receivedUntil: ManualClock.start)
    try await store.pool.write { db in
      // Nothing of ours causes events yet.
      try db.execute(sql: "UPDATE event SET trigger = id WHERE id % 4 = 0")
    }
  }

  private func check(
    _ store: SQLiteEventStore, _ selection: EventSelection, selects wanted: [Int64]
  ) async throws {
    let listed = try await store.events(
      EventQuery(selection, order: .ascending, limit: 1_000_000)
    ).events.map(\.id)
    #expect(listed == wanted, "\(selection)")
    let newest = try await store.events(EventQuery(selection, limit: 5)).events.map(\.id)
    #expect(newest == wanted.suffix(5).reversed(), "\(selection)")
    let arrived = try await store.events(after: 0, selection, limit: 1_000_000).map(\.id)
    #expect(arrived == wanted.sorted(), "\(selection)")
    let pieces = try await store.pieces(
      selection, order: .ascending, after: nil, size: 10, limit: nil)
    #expect(pieces.pieces.reduce(0) { $0 + $1.events } == Int64(wanted.count), "\(selection)")
    _ = try await store.instances(selection, limit: 10)
    let buckets = try await store.histogram(selection, width: .minutes(1))
    #expect(buckets.reduce(0) { $0 + $1.events } == Int64(wanted.count), "\(selection)")
  }
}

extension EventFilter {
  /// Part by part, each term alone.
  fileprivate func holds(of event: StoredEvent, _ context: FilterContext) throws -> Bool {
    switch self {
    case .term: try selection(context).takes(event)
    case .not(let filter): try !filter.holds(of: event, context)
    case .all(let parts): try parts.allSatisfy { try $0.holds(of: event, context) }
    case .any(let parts): try parts.contains { try $0.holds(of: event, context) }
    }
  }
}
