import Foundation
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// `events` gives the newest, and “next” goes on to the older ones.
@Suite struct PagingTests {
  @Test(.timeLimit(.minutes(3)))
  func `pages of any size lead to every event, and say when there are no more`() async throws {
    try await Bench.with { bench in
      try await bench.fill(1150)
      let all = try await bench.page("--limit", "0")
      #expect(all.ids.count == 2300)
      #expect(all.next == nil)
      for limit in [999, 1000, 1001, 1700, 2299] {
        var ids: [Int] = []
        var cursor: [String] = []
        var sizes: [Int] = []
        repeat {
          let page = try await bench.page(["--limit", "\(limit)"] + cursor)
          ids = page.ids + ids
          sizes.append(page.ids.count)
          cursor = page.next.map { ["--cursor", $0] } ?? []
        } while !cursor.isEmpty && sizes.count < 10
        #expect(ids == all.ids, "\(limit)")
        #expect(sizes.dropLast().allSatisfy { $0 == limit }, "\(limit): \(sizes)")
      }
      for limit in [2300, 5000, Int.max] {
        let page = try await bench.page("--limit", "\(limit)")
        #expect(page.ids == all.ids)
        #expect(page.next == nil)
      }
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `all that is older than a page is what all others hold`() async throws {
    try await Bench.with { bench in
      try await bench.fill(600)
      let all = try await bench.page("--limit", "0")
      let newest = try await bench.page("--limit", "7")
      let cursor = try #require(newest.next)
      let rest = try await bench.page("--limit", "0", "--cursor", cursor)
      #expect(rest.ids + newest.ids == all.ids)
      #expect(rest.next == nil)
    }
  }
}

extension Bench {
  /// So many events, each of them in two sources' logs.
  fileprivate func fill(_ count: Int) async throws {
    try await withStore { store in
      for name in ["one", "two"] {
        let source = try await store.openSource(.test(name), at: ManualClock.start).source.id
        let writes = (0..<count).map {
          StoreWrite.event(.sample(at: ManualClock.start + .seconds(Int64($0))))
        }
        _ = try await store.write(
          [SourceWrites(source: source, writes: writes)], receivedUntil: ManualClock.start)
      }
    }
  }

  fileprivate func page(_ arguments: String...) async throws -> (ids: [Int], next: String?) {
    try await page(arguments)
  }

  fileprivate func page(_ arguments: [String]) async throws -> (ids: [Int], next: String?) {
    let answer = try await run(["events", "--json"] + arguments)
    let read = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
    let events = read?["events"] as? [[String: Any]] ?? []
    return (events.compactMap { $0["id"] as? Int }, read?["next"] as? String)
  }
}
