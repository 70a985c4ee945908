import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// What was shown lies beside the events that tell of it, and goes with them.
@Suite struct NotificationTests {
  private static let start = ManualClock.start

  private func card(
    _ number: UInt32, _ title: String, at moment: Timestamp, origin: String = "https://app.example"
  ) -> ShownNotification {
    ShownNotification(
      number: number, title: title, body: "Text\0", origin: origin,
      actions: [.init(title: "Yes"), .init(title: "Say", isReply: true, placeholder: "…")],
      staysOpen: true, icon: [1, 2, 3], shown: moment)
  }

  private func event(
    _ title: String, at moment: Timestamp, tag: String, origin: String = "https://app.example/"
  ) -> LoggedEvent {
    .sample(
      "Notification displayed", .notifications, at: moment, instance: tag, origin: origin,
      ["Title": title, "Body": "\nText\0\n"])
  }

  @Test func `what was shown is found with its operation, whole and without pictures`() async throws
  {
    try await withStore { store, source in
      let moments = (0..<3 as Range<Int64>).map { Self.start + .seconds($0 * 60) }
      try await write(
        [
          event("One", at: moments[0], tag: "a"), event("Two", at: moments[1], tag: "b"),
          event("Three", at: moments[2], tag: "c"),
        ], to: store, source)
      let later = Interval(micros: 4000)
      let one = card(1, "One", at: moments[0] + later)
      try await store.note(StoredNotification(one), of: source)
      // Twice is once.
      try await store.note(StoredNotification(one), of: source)
      // In the place of the first, as another event tells.
      try await store.note(StoredNotification(card(1, "Two", at: moments[1] + later)), of: source)
      // Too late to be the third's.
      try await store.note(
        StoredNotification(card(2, "Three", at: moments[2] + .seconds(11))), of: source)
      try await store.noteClosed(1, of: source, at: moments[2])
      let shown = try await shown(store)
      #expect(shown.map { $0.map(\.shown.title) } == [["One"], ["Two"], []])
      var expected = StoredNotification(one)
      #expect(shown[0] == [expected])
      #expect(expected.iconHash?.hasPrefix("039058c6f2c0cb49") == true)
      expected.closed = moments[2]
      #expect(shown[1].first?.closed == moments[2])
    }
  }

  @Test func `what was shown goes with the events that tell of it`() async throws {
    try await withStore { store, source in
      for (number, (title, origin)) in [
        ("One", "https://app.example"), ("Two", "https://b.example"),
      ].enumerated() {
        let moment = Self.start + .seconds(Int64(number))
        try await write(
          [event(title, at: moment, tag: title, origin: origin + "/")], to: store, source)
        try await store.note(
          StoredNotification(card(UInt32(number + 1), title, at: moment, origin: origin)),
          of: source)
      }
      _ = try await store.clear(
        EventSelection(origins: ["https://b.example"]), at: Self.start + .days(1))
      #expect(try await titles(store) == ["One"])
      try await store.setKeep(.days(1), of: source)
      while try await store.prune(source, at: Self.start + .days(9)) {}
      #expect(try await titles(store) == [])
    }
  }

  // MARK: Harness

  private func withStore(
    _ body: (SQLiteEventStore, SourceID) async throws -> Void
  ) async throws {
    try await withScratchFolder { folder in
      let store = try SQLiteEventStore.open(at: folder + "/store.sqlite")
      try await body(store, try await store.openSource(.sample(), at: Self.start).source.id)
      try await store.close()
    }
  }

  private func write(
    _ events: [LoggedEvent], to store: SQLiteEventStore, _ source: SourceID
  ) async throws {
    let writes = events.map { StoreWrite.imported($0, scope: nil) }
    _ = try await store.write(
      [SourceWrites(source: source, writes: writes)], receivedUntil: Self.start)
  }

  private func titles(_ store: SQLiteEventStore) async throws -> [String] {
    try await store.read { db in
      try db.rows("SELECT title FROM notification ORDER BY at") { _ in
      } _: {
        $0.text(0)
      }
    }
  }

  private func shown(_ store: SQLiteEventStore) async throws -> [[StoredNotification]] {
    var all: [[StoredNotification]] = []
    for operation in try await store.operations(OperationQuery()).operations.reversed() {
      all.append(try await store.scene(ofOperation: operation.id)?.shown ?? [])
    }
    return all
  }
}
