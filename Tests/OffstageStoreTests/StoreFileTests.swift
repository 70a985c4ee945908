import Foundation
import GRDB
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// Files that are no store, or are one no more.
@Suite struct `A file in the store's place` {
  private func write(_ bytes: Data, _ path: String) throws {
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// A store with so many events, closed again.
  private func makeStore(_ path: String, events: Int) async throws {
    let bench = try await StoreSample(path)
    try await bench.fill(events)
    try await bench.store.close()
  }

  @Test func `text is no store, and is left as it is`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let text = Data(String(repeating: "not a database\n", count: 100).utf8)
      try write(text, path)
      let error = await openingError(path)
      #expect(error?.code == .notAStore)
      #expect(error?.message.contains(path) == true)
      #expect(error?.hint != nil)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["offstage.sqlite"])
    }
  }

  @Test(arguments: [false, true])
  func `another program's SQLite file is left as it is`(_ isMarked: Bool) async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let other = try DatabaseQueue(path: path)
      try await other.write { db in
        try db.execute(sql: "CREATE TABLE places (url TEXT)")
        if isMarked { try db.execute(sql: "PRAGMA application_id = 77") }
      }
      try other.close()
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(await openingError(path)?.code == .notAStore)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  @Test func `an empty file becomes a store`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      try write(Data(), path)
      try await makeStore(path, events: 1)
    }
  }

  @Test func `a store whose making was cut off is made whole`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let begun = try DatabaseQueue(path: path)
      try await begun.write { db in
        try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
      }
      try begun.close()
      try await makeStore(path, events: 1)
    }
  }

  @Test func `a folder is no store`() async throws {
    try await withScratchFolder { folder in
      let error = await openingError(folder)
      #expect(error?.code == .notAStore)
      #expect(error?.message.contains("folder") == true)
    }
  }

  @Test func `a folder that is not there is said so`() async throws {
    let error = await openingError("/nowhere/at/all/offstage.sqlite")
    #expect(error?.code == .notWritable)
    #expect(error?.hint != nil)
  }

  @Test(arguments: [10, 99, 100, 4096, 4097, 20_000])
  func `a store that was cut off is refused`(_ length: Int) async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      try await makeStore(path, events: 500)
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      try #require(whole.count > length)
      try write(whole.prefix(length), path)
      let error = await openingError(path)
      #expect(error?.code == (length < 100 ? .notAStore : .damaged))
      #expect(error?.hint != nil)
    }
  }

  @Test func `a store that was overwritten in the middle is damaged, not trusted`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      try await makeStore(path, events: 500)
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      try #require(bytes.count > 20_000)
      for index in 8192..<bytes.count where index % 3 == 0 { bytes[index] = 0xA5 }
      try write(bytes, path)
      do {
        let store = try SQLiteEventStore.open(at: path)
        #expect(try await !store.verify(rebuild: false).isEmpty)
      } catch let error as StoreError {
        #expect(error.code == .damaged)
      }
    }
  }

  @Test func `a newer format is refused and left alone`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let bench = try await StoreSample(path)
      try await bench.fill(3)
      try await bench.store.pool.write { db in
        try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('2 from the future')")
      }
      try await bench.store.close()
      let error = await openingError(path)
      #expect(error?.code == .newerFormat)
      #expect(error?.message.contains("newer") == true)
    }
  }

  @Test func `many open the same new store at once`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask { try await StoreSample(path).store.close() }
        }
        try await group.waitForAll()
      }
      #expect(try await SQLiteEventStore.open(at: path).sources().count == 1)
    }
  }

  // MARK: A full disk

  @Test func `a full disk refuses the batch whole, and takes it once there is room`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let bench = try await StoreSample(path)
      let token = ObservationToken(rawValue: 1)
      try await bench.fill(10)
      _ = try await bench.write([
        .observationBegan(token, .pushMessaging, browser: "", transport: "", at: ManualClock.start)
      ])
      let pages = try await bench.limitPages(toMore: 20)
      let big = String(repeating: "x", count: 3000)
      let batch: [StoreWrite] = (0..<400).map { index in
        .event(
          .sample(
            "New \(index % 7)", at: ManualClock.start + .seconds(Int64(index)),
            instance: "n\(index)", origin: "https://new\(index % 5).example/", [big: big]),
          .replay, observation: token)
      }
      let error = await #expect(throws: StoreError.self) { try await bench.write(batch) }
      #expect(error?.code == .full)
      #expect(error?.isPassing == true)
      #expect(error?.hint != nil)
      #expect(try await bench.all().count == 10)
      #expect(try await bench.store.verify(rebuild: false) == [])
      // Something small of the same names still fits, and refers to what is there.
      let small = LoggedEvent.sample("New 1", instance: "small", origin: "https://new1.example/")
      _ = try await bench.write([.event(small)])
      #expect(try await bench.all().count == 11)
      try await bench.setPageLimit(pages + 100_000)
      let result = try await bench.write(batch)
      #expect(result.stored == 400)
      let summary = ReplaySummary(events: 400, duration: .seconds(1), ended: ManualClock.start)
      let verdict = try await bench.write([.replayEnded(token, .pushMessaging, summary)])
      // The 11 that came live are not among what was replayed: a failed try is not counted in.
      #expect(verdict.replays.map(\.lacking) == [11])
      #expect(try await bench.all().count == 411)
      #expect(try await bench.store.verify(rebuild: false) == [])
    }
  }

  @Test func `what was given numbers in a transaction that failed is forgotten`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let bench = try await StoreSample(path)
      let nobody = SourceID()
      let mixed = [
        SourceWrites(source: bench.source, writes: [.event(.sample("Never before"))]),
        SourceWrites(source: nobody, writes: [.event(.sample())]),
      ]
      await #expect(throws: StoreError.self) {
        try await bench.store.write(mixed, receivedUntil: ManualClock.start)
      }
      _ = try await bench.write([
        .event(.sample("Something else")), .event(.sample("Never before")),
      ])
      #expect(
        Set(try await bench.all().map(\.logged.eventName)) == ["Something else", "Never before"])
    }
  }
}
