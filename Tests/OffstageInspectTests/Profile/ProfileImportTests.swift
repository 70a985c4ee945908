import Foundation
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

@testable import OffstageInspect

@Suite struct ProfileImportTests {
  /// A store, and a profile on the disk with some events in its log.
  private struct Desk {
    let scratch: ScratchFolder
    let store: SQLiteEventStore
    let locks: SourceLocks

    var importer: ProfileImport { ProfileImport(store: store, locks: locks) }

    static func with(_ body: (Desk) async throws -> Void) async throws {
      try await ScratchFolder.with { scratch in
        let data = DataFolder(path: scratch.path + "/data")
        try data.create()
        let store = try SQLiteEventStore.open(at: data.storePath)
        try await body(Desk(scratch: scratch, store: store, locks: SourceLocks(folder: data)))
        try await store.close()
      }
    }

    /// - Parameter moments: one push event for each, in microseconds.
    func profile(_ name: String, _ moments: [Int64]) throws {
      let events = moments.enumerated().map {
        Records.event(micros: $0.element, uuid: "\($0.offset)")
      }
      try scratch.database(
        "\(name)/Default/Service Worker/Database",
        events + [Records.registration(0, scope: "https://app.example/")])
      try scratch.write("\(name)/Default/Preferences", "{}")
    }

    func report(_ name: String) throws -> ProfileReport {
      let inspector = DiskInspector(clock: ManualClock())
      let folder = try #require(try inspector.profiles(at: "\(scratch.path)/\(name)").first)
      return try inspector.inspect(folder, within: nil)
    }

    func events() async throws -> [StoredEvent] {
      try await store.events(EventQuery(order: .ascending, limit: 1000)).events
    }

    /// A browser's replay of its log.
    func replay(_ events: [LoggedEvent], of source: Source) async throws -> WriteResult {
      let token = ObservationToken(rawValue: 1)
      var ordinals = OrdinalCounter(observationStart: Timestamp(micros: .max))
      var writes: [StoreWrite] = [
        .observationBegan(
          token, .pushMessaging, browser: "Test/1", transport: "test", at: ManualClock.start)
      ]
      for event in events {
        writes.append(
          .event(
            EventWrite(
              identity: ordinals.number(event), logged: event, received: ManualClock.start,
              capture: .replay, observation: token)))
      }
      writes.append(
        .replayEnded(
          token, .pushMessaging,
          ReplaySummary(
            events: Int64(events.count), duration: .seconds(1), ended: ManualClock.start)))
      return try await store.write(
        [SourceWrites(source: source.id, writes: writes)], receivedUntil: ManualClock.start)
    }
  }

  private static let moments: [Int64] = [
    1_795_000_000_000_001, 1_795_000_000_000_001, 1_795_000_000_110_650,
  ]

  @Test func `events go to the source of the profile, once`() async throws {
    try await Desk.with { desk in
      try desk.profile("chromium", Self.moments)
      let report = try desk.report("chromium")
      let first = try #require(try await desk.importer.run(report))
      #expect(first.added == 3 && first.known == 0 && first.removed == 0 && !first.isRecorded)
      #expect(first.source.name == "chromium" && first.source.kind == .profile)
      #expect(
        first.source.place
          == .profile(userDataDir: desk.scratch.path + "/chromium", profileDir: "Default"))
      let again = try #require(try await desk.importer.run(report))
      #expect(again.added == 0 && again.known == 3 && again.source.id == first.source.id)
      let stored = try await desk.events()
      #expect(stored.map(\.logged) == report.events)
      #expect(stored.allSatisfy { $0.capture == .inspect && $0.scope == "https://app.example/" })
      #expect(try await desk.store.sources().count == 1)
    }
  }

  @Test func `an empty log makes no source`() async throws {
    try await Desk.with { desk in
      try desk.profile("chromium", [])
      #expect(try await desk.importer.run(desk.report("chromium")) == nil)
      #expect(try await desk.store.sources().isEmpty)
    }
  }

  @Test func `a replay brings nothing that was inspected, and the other way round`() async throws {
    try await Desk.with { desk in
      try desk.profile("chromium", Self.moments)
      let report = try desk.report("chromium")
      let source = try #require(try await desk.importer.run(report)).source
      let replay = try await desk.replay(report.events, of: source)
      #expect(replay.stored == 0 && replay.known == 3)
      #expect(replay.replays.map(\.lacking) == [0])
      #expect(try await desk.importer.run(report)?.added == 0)
      #expect(try await desk.events().count == 3)
    }
  }

  @Test func `what was removed stays removed`() async throws {
    try await Desk.with { desk in
      try desk.profile("chromium", Self.moments)
      _ = try await desk.importer.run(desk.report("chromium"))
      #expect(try await desk.store.clear(EventSelection(), at: ManualClock.start) == 3)
      let again = try #require(try await desk.importer.run(desk.report("chromium")))
      #expect(again.added == 0 && again.known == 0 && again.removed == 3)
      #expect(try await desk.events().isEmpty)
    }
  }

  @Test func `a replay that lacks what was inspected shows a wipe`() async throws {
    try await Desk.with { desk in
      try desk.profile("chromium", Self.moments)
      let source = try #require(try await desk.importer.run(desk.report("chromium"))).source
      #expect(try await desk.replay([], of: source).replays.map(\.lacking) == [3])
    }
  }

  /// Its replay may be under way, and have passed what is being stored.
  @Test func `beside a recorder an inspected event shows nothing of the log`() async throws {
    try await Desk.with { desk in
      try desk.profile("chromium", Self.moments)
      let report = try desk.report("chromium")
      let source = try await desk.store.openSource(
        SourceDescription(
          kind: .profile, place: report.folder.place, suggestedName: "x", browser: nil,
          transport: "test"), at: ManualClock.start
      ).source
      let held = try desk.locks.lock(source)
      let result = try #require(try await desk.importer.run(report))
      #expect(result.added == 3 && result.isRecorded && result.source.id == source.id)
      #expect(try await desk.replay([], of: source).replays.map(\.lacking) == [0])
      withExtendedLifetime(held) {}
    }
  }

  @Test func `a profile that has moved is the source that it was`() async throws {
    try await Desk.with { desk in
      try desk.profile("old", Self.moments)
      try desk.profile("other", [5])
      let old = try #require(try await desk.importer.run(desk.report("old"))).source
      _ = try await desk.importer.run(desk.report("other"))
      for name in ["old", "other"] {
        try FileManager.default.moveItem(
          atPath: "\(desk.scratch.path)/\(name)", toPath: "\(desk.scratch.path)/\(name)-moved")
      }
      let moved = try #require(try await desk.importer.run(desk.report("old-moved")))
      #expect(moved.source.id == old.id && moved.source.name == "old")
      #expect(moved.added == 0 && moved.known == 3)
      #expect(
        moved.source.place
          == .profile(userDataDir: desk.scratch.path + "/old-moved", profileDir: "Default"))
      #expect(try await desk.store.sources().count == 2)
    }
  }
}
