import Foundation
import GRDB
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

@Suite struct `Salvaging a damaged store` {
  private static let aside = "offstage.sqlite.damaged-" + stamp
  private static let stamp =
    ManualClock.start.iso8601.prefix(19)
    .replacing("-", with: "").replacing(":", with: "") + "Z"

  @Test func `a sound store is told so and left as it is`() async throws {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 100)
      let before = try damaged.bytes()
      #expect(try await damaged.salvage() == nil)
      #expect(try damaged.bytes() == before)
      #expect(try damaged.files() == ["offstage.sqlite"])
    }
  }

  @Test func `a page that was overwritten costs the events on it, and they are a gap`() async throws
  {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 2000)
      let pages = try damaged.pages()
      let middle = try #require(
        pages.firstIndex { $0.range(of: Data(DamagedStore.name(1000).utf8)) != nil })
      let lost = damaged.events(on: pages[middle])
      #expect((5...60).contains(lost.count))
      try damaged.overwrite(page: middle)
      let spoilt = try damaged.bytes()
      let report = try #require(try await damaged.salvage())
      #expect(report.events == 2000 - lost.count)
      #expect(report.losses == ["\(lost.count) events"])
      #expect(report.damagedPath == "\(folder)/\(Self.aside)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: report.damagedPath)) == spoilt)
      #expect(try damaged.files().subtracting(["offstage.sqlite"]) == [Self.aside])
      try await damaged.withStore { bench in
        let ids = Set(lost.map(\.id))
        #expect(try await bench.all() == damaged.events.filter { !ids.contains($0.id) })
        #expect(try await bench.store.verify(rebuild: false) == [])
        let gaps = try await bench.store.gaps(EventSelection())
        #expect(gaps.map(\.reason) == [.wiped, .damaged])
        #expect(gaps.last?.from == lost.first?.logged.timestamp)
        #expect(gaps.last?.to == lost.last?.logged.timestamp)
        // What is lost can come again.
        #expect(try await bench.write([.event(lost[0].logged, .replay)]).stored == 1)
      }
    }
  }

  @Test func `whichever page is overwritten costs no more than what is on it`() async throws {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 120)
      let (whole, pages) = (try damaged.bytes(), try damaged.pages())
      for (index, page) in pages.enumerated() {
        try damaged.overwrite(page: index)
        let report = try #require(try await damaged.salvage(), "page \(index)")
        try FileManager.default.removeItem(atPath: report.damagedPath)
        let lost = Set(damaged.events(on: page).map(\.id))
        try await damaged.withStore { bench in
          #expect(try await bench.store.verify(rebuild: false) == [], "page \(index)")
          let saved = try await bench.all()
          #expect(
            saved.map(\.id) == damaged.events.map(\.id).filter { !lost.contains($0) },
            "page \(index)")
          #expect(try await bench.store.sources().map(\.id) == [damaged.source], "page \(index)")
        }
        try damaged.write(whole)
      }
    }
  }

  @Test(arguments: [0.3, 0.4, 0.5])
  func `a store that was cut off keeps what is before the cut`(_ part: Double) async throws {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 2000)
      let whole = try damaged.bytes()
      try damaged.write(whole.prefix(Int(Double(whole.count) * part) + 100))
      let kept = try damaged.pages().dropLast().flatMap { damaged.events(on: $0) }
      #expect(await openingError(damaged.path)?.hint?.contains("verify --salvage") == true)
      let report = try #require(try await damaged.salvage())
      #expect(!report.losses.isEmpty)
      try await damaged.withStore { bench in
        let saved = try await bench.all()
        let ids = Set(saved.map(\.id))
        #expect(saved.map(\.logged) == damaged.events.filter { ids.contains($0.id) }.map(\.logged))
        #expect(ids.isSuperset(of: kept.map(\.id)))
        #expect(!saved.isEmpty)
        #expect(try await bench.store.verify(rebuild: false) == [])
        // Numbers never come again, also those that are lost.
        try await bench.write([.event(DamagedStore.event(2000))])
        #expect(try await bench.all().map(\.id).max() == 2001)
      }
    }
  }

  /// Freed pages still hold what was removed.
  @Test(arguments: [false, true])
  func `what was removed stays removed`(_ isRootOverwritten: Bool) async throws {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 600)
      try await damaged.withStore { bench in
        // As SQLite is built by most; Debian's wipes what is freed.
        try await bench.store.pool.writeWithoutTransaction { db in
          _ = try Int.fetchOne(db, sql: "PRAGMA secure_delete = OFF")
        }
        _ = try await bench.store.clear(
          EventSelection(origins: ["https://app1.example"]), at: ManualClock.start + .seconds(300))
        try await bench.store.setKeep(.seconds(500), of: bench.source)
        _ = try await bench.store.prune(bench.source, at: ManualClock.start + .seconds(600))
      }
      let before = try await damaged.withStore { try await $0.all() }
      let name = Data(DamagedStore.name(500).utf8)
      let page = try #require(
        try damaged.pages().firstIndex {
          isRootOverwritten ? $0.first == 5 : $0.range(of: name) != nil
        })
      try damaged.overwrite(page: page)
      let report = try #require(try await damaged.salvage())
      #expect(report.losses.count == (isRootOverwritten ? 0 : 1))
      try await damaged.withStore { bench in
        let replay = (0..<600).map { StoreWrite.event(DamagedStore.event($0), .replay) }
        let result = try await bench.write(replay)
        #expect(result.suppressed == 600 - before.count)
        #expect(
          try await bench.all().map(\.logged.instanceId) == before.map(\.logged.instanceId))
      }
    }
  }

  @Test func `what lies in the write-ahead log is saved, and the log put aside too`() async throws {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 400)
      let bench = try await StoreSample(damaged.path)
      try await bench.write([.event(DamagedStore.event(400))])
      let files = ["", "-wal"].map { damaged.path + $0 }
      let copies = try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      try await bench.store.close()
      for (file, copy) in zip(files, copies) { try copy.write(to: URL(fileURLWithPath: file)) }
      let page = try #require(
        try damaged.pages().firstIndex {
          $0.range(of: Data(DamagedStore.name(200).utf8)) != nil
        })
      try damaged.overwrite(page: page)
      let report = try #require(try await damaged.salvage())
      #expect(try Data(contentsOf: URL(fileURLWithPath: report.damagedPath + "-wal")) == copies[1])
      try await damaged.withStore { bench in
        let saved = try await bench.all()
        #expect(saved.last?.logged.instanceId == "400")
      }
    }
  }

  @Test func `a store that somebody has open is not touched`() async throws {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 100)
      try await damaged.withStore { _ in
        let error = await #expect(throws: StoreError.self) { try await damaged.salvage() }
        #expect(error?.code == .busy)
        #expect(error?.hint != nil)
      }
      #expect(try damaged.files().filter { $0.contains("damaged") } == [])
    }
  }

  @Test func `another program that has the store open is named`() async throws {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 100)
      let reader = Process()
      let (input, output) = (Pipe(), Pipe())
      reader.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      reader.arguments = [
        "python3", "-c",
        """
        import sqlite3, sys
        store = sqlite3.connect(sys.argv[1])
        print(store.execute("SELECT count(*) FROM event").fetchone()[0], end="", flush=True)
        sys.stdin.read()
        """, damaged.path,
      ]
      reader.standardInput = input
      reader.standardOutput = output
      try reader.run()
      #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "100")
      let error = await #expect(throws: StoreError.self) { try await damaged.salvage() }
      try input.fileHandleForWriting.close()
      reader.waitUntilExit()
      #expect(error?.code == .busy)
      #expect(error?.message.contains("process \(reader.processIdentifier)") == true)
      #expect(try await damaged.salvage() == nil)
    }
  }

  @Test func `a store is not opened while it is being salvaged`() async throws {
    try await withScratchFolder { folder in
      let damaged = try await DamagedStore(in: folder, events: 1)
      let lock = try StoreFile.lockAlone(damaged.path)
      #expect(await openingError(damaged.path)?.code == .busy)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `a file of another kind is refused and left as it is`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let other = try DatabaseQueue(path: "\(folder)/other.sqlite")
      try await other.write { db in
        try db.execute(sql: "CREATE TABLE places (url TEXT); PRAGMA application_id = 77")
      }
      try other.close()
      let files = [
        Data(String(repeating: "not a database\n", count: 2000).utf8), Data([7]),
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/other.sqlite")),
      ]
      for bytes in files {
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = await #expect(throws: StoreError.self) {
          try await SQLiteEventStore.salvage(at: path, now: ManualClock.start)
        }
        #expect(error?.code == .notAStore)
        #expect(error?.message.contains(path) == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
      }
      #expect(
        Set(try FileManager.default.contentsOfDirectory(atPath: folder))
          == ["offstage.sqlite", "offstage.sqlite-lock", "other.sqlite"])
    }
  }
}
