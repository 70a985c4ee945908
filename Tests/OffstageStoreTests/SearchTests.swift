import GRDB
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// Searches, whatever the index knows of the events.
@Suite struct SearchTests {
  /// Blocks of 512 events, so that few events are several.
  static let granule: Int64 = 1

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `a search finds what going through all events finds, however far the index has come`(
    _ seed: UInt64
  ) async throws {
    try await withScratchFolder { folder in
      var scene = FilterScene(seed: seed)
      var random = SeededGenerator(seed: seed)
      let store = try SQLiteEventStore.open(at: folder + "/store.sqlite", granule: Self.granule)
      let sources = [
        try await store.openSource(.sample(), at: ManualClock.start).source.id,
        try await store.openSource(.file("old"), at: ManualClock.start).source.id,
      ]
      for round in 0..<6 {
        // In no order of time.
        for source in sources {
          let writes = (0..<Int.random(in: 100...300, using: &random)).map { _ in
            StoreWrite.imported(scene.event(), scope: scene.scope())
          }
          _ = try await store.write(
            [SourceWrites(source: source, writes: writes)], receivedUntil: ManualClock.start)
        }
        if round % 2 == 1 {
          let cleared = EventSelection(
            services: [Service.allCases[round]], until: ManualClock.start + .minutes(5))
          _ = try await store.clear(cleared, at: ManualClock.start + .days(1))
        }
        for _ in 0..<Int.random(in: 0...1, using: &random) { _ = try await store.indexNext() }
        try await check(store, sources, &scene, &random)
      }
      let faults = try await store.verify(rebuild: false)
      #expect(faults.isEmpty, "\(faults)")
      while try await store.indexNext() {}
      try await check(store, sources, &scene, &random)
      let again = try await store.verify(rebuild: false)
      #expect(again.isEmpty, "\(again)")
      try await store.close()
    }
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `the events of a state are found in the order of time, however its operations overlap`(
    _ seed: UInt64
  ) async throws {
    try await withScratchFolder { folder in
      var random = SeededGenerator(seed: seed)
      let store = try SQLiteEventStore.open(at: folder + "/store.sqlite", granule: Self.granule)
      let sources = [
        try await store.openSource(.sample(), at: ManualClock.start).source.id,
        try await store.openSource(.file("old"), at: ManualClock.start).source.id,
      ]
      for round in 0..<12 as Range<Int64> {
        let stories = EventStoreSuite.crowdOfStories(
          from: ManualClock.start + .minutes(round), &random)
        _ = try await store.write(
          [
            SourceWrites(
              source: sources[Int(round) % 2],
              writes: stories.map { StoreWrite.imported($0, scope: nil) })
          ], receivedUntil: ManualClock.start)
      }
      let all = try await store.events(EventQuery(order: .ascending, limit: .max)).events
      for state in OperationState.allCases {
        var selection = EventSelection()
        selection.states = random.chance(in: 3) ? [state, .running] : [state]
        try await check(store, selection, among: all, &random)
        selection.services = [.pushMessaging, .backgroundSync]
        selection.since = ManualClock.start + .minutes(3)
        selection.until = ManualClock.start + .minutes(9)
        try await check(store, selection, among: all, &random)
        selection.words = ["a"]
        try await check(store, selection, among: all, &random)
      }
      try await store.close()
    }
  }

  private func check(
    _ store: SQLiteEventStore, _ sources: [SourceID], _ scene: inout FilterScene,
    _ random: inout SeededGenerator
  ) async throws {
    let all = try await store.events(EventQuery(order: .ascending, limit: .max)).events
    for _ in 0..<12 {
      let selection = scene.selection(among: sources)
      try await check(store, selection, among: all, &random)
    }
  }

  private func check(
    _ store: SQLiteEventStore, _ selection: EventSelection, among all: [StoredEvent],
    _ random: inout SeededGenerator
  ) async throws {
    let wanted = all.filter { selection.takes($0) }.map(\.id)
    for order in EventQuery.Order.allCases {
      let inOrder = order == .ascending ? wanted : wanted.reversed()
      let limit = Int.random(in: 1...40, using: &random)
      let found = try await pages(store, EventQuery(selection, order: order, limit: limit))
      #expect(found == inOrder, "\(selection) \(order) \(limit)")
      let budget = Int64.random(in: 1...3000, using: &random)
      let cut = try await pieces(store, selection, order, size: limit, budget: budget)
      #expect(cut == inOrder, "\(selection) \(order) \(limit) \(budget)")
    }
  }

  /// With a budget of nothing, so that each page that reads blocks ends early.
  private func pages(_ store: SQLiteEventStore, _ query: EventQuery) async throws -> [Int64] {
    var query = query
    var ids: [Int64] = []
    while true {
      let asked = query
      let part = try await store.pool.read { db in
        let part = try EventReader.page(
          db, asked, limit: asked.limit, granule: Self.granule,
          budget: EventWalk.Budget(events: 0))
        let last = try part.events.last.map {
          EventCursor(
            identity: $0.identity, sourceNumber: try db.sourceNumber(of: $0.source.id))
        }
        return (events: part.events, next: part.stopped ?? last)
      }
      ids += part.events.map(\.id)
      guard let next = part.next else { return ids }
      query.after = next
    }
  }

  private func pieces(
    _ store: SQLiteEventStore, _ selection: EventSelection, _ order: EventQuery.Order, size: Int,
    budget: Int64
  ) async throws -> [Int64] {
    var ids: [Int64] = []
    var next: EventCursor?
    repeat {
      let start = next
      let cut = try await store.pool.read { db in
        var cutter = PieceCutter(
          db, selection, order, size: size, limit: nil, budget: budget, granule: Self.granule)
        return try cutter.cut(after: start)
      }
      for piece in cut.pieces {
        #expect(piece.events > 0 && piece.events <= size)
        let query = EventQuery(
          selection, order: order, limit: Int(piece.events), after: piece.start)
        ids += try await store.events(query).events.map(\.id)
      }
      next = cut.next
    } while next != nil
    return ids
  }
}
