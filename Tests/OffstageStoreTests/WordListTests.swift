import GRDB
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// Lists of what has a word, which only reading tells.
@Suite struct WordListTests {
  @Test func `a word among few events of many minutes takes few queries`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(3000, every: .minutes(2))
      let selection = EventSelection(services: [.pushMessaging], words: ["nowhere"])
      for order in EventQuery.Order.allCases {
        let page = try await bench.queries { db in
          try EventReader.page(db, EventQuery(selection, order: order), limit: 101).events
        }
        #expect(page.value.isEmpty && page.queries < 20, "\(page.queries)")
        let cut = try await bench.queries { db in
          var cutter = PieceCutter(db, selection, order, size: 100, limit: nil)
          return try cutter.cut(after: nil)
        }
        #expect(cut.value.next == nil && cut.queries < 20, "\(cut.queries)")
      }
    }
  }

  @Test(
    arguments: EventQuery.Order.allCases, [EventSelection(), .init(services: [.pushMessaging])])
  func `a word that nothing has is looked for a part at a time`(
    _ order: EventQuery.Order, _ narrow: EventSelection
  ) async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite", granule: 1)
      try await bench.fill(3000)
      var selection = narrow
      selection.words = ["nowhere"]
      let cuts = try await bench.cuts(selection, order, size: 100, budget: 1000)
      #expect((3...4).contains(cuts.count), "\(cuts.count)")
      #expect(cuts.allSatisfy { $0.pieces.isEmpty && $0.remaining == 0 })
    }
  }

  @Test(arguments: EventQuery.Order.allCases, [1, 7, 30, 60])
  func `what remains of a list with words is estimated by what was read`(
    _ order: EventQuery.Order, _ seconds: Int64
  ) async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      // Each third has the word.
      try await bench.fill(3000, every: .seconds(seconds)) { $0 % 3 == 0 ? "odd" : "even" }
      let selection = EventSelection(words: ["odd"])
      var left: Int64 = 1000
      for cut in try await bench.cuts(selection, order, size: 10, budget: 500) {
        left -= cut.pieces.reduce(0) { $0 + $1.events }
        #expect(abs(cut.remaining - left) < 40, "\(cut.remaining) of \(left)")
      }
      #expect(left == 0)
      // Also where so many only are asked for.
      var next: EventCursor?
      for left: Int64 in [900, 800] {
        let part = try await bench.store.pieces(
          selection, order: order, after: next, size: 10, limit: 100)
        #expect(abs(part.remaining - left) < 40, "\(part.remaining) of \(left)")
        next = part.next
      }
    }
  }

  @Test func `as many events as are asked for are cut, however many have to be read`() async throws
  {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(3000) { $0 % 10 == 0 ? "odd" : "even" }
      let cut = try await bench.store.pool.read { db in
        var cutter = PieceCutter(
          db, EventSelection(words: ["odd"]), .ascending, size: 20, limit: 200, budget: 500)
        return try cutter.cut(after: nil)
      }
      #expect(cut.pieces.map(\.events) == Array(repeating: 20, count: 10))
    }
  }
}
