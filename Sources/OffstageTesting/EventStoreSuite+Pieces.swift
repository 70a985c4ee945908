internal import OffstageCore

extension EventStoreSuite {
  /// Long lists: their pieces, and those sorted by something else than time.
  static let pieceChecks: [Check] = [
    Check("the pieces of a list are its events, whatever is selected and however small they are") {
      place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("work"), at: ManualClock.start).source.id
      var generator = SeededGenerator(seed: 11)
      try await bench.write(spread(80, &generator).map { .event($0) })
      try await bench.write(spread(80, &generator).map { .event($0) }, of: other)
      _ = try await bench.store.clear(
        EventSelection(services: [.pushMessaging], until: ManualClock.start), at: ManualClock.start)
      let middle = ManualClock.start + .minutes(2) + Interval(micros: 500)
      let selections = [
        EventSelection(), EventSelection(services: [.backgroundSync]),
        EventSelection(services: [.paymentHandler]), EventSelection(sources: [other]),
        EventSelection(origins: ["https://rare.example"]), EventSelection(outcomes: [.failed]),
        EventSelection(words: ["odd"]), EventSelection(services: [.pushMessaging], words: ["odd"]),
        EventSelection(instances: ["i3"]), EventSelection(since: middle),
        EventSelection(until: middle),
        EventSelection(
          origins: ["https://rare.example"], since: middle - .minutes(30), until: middle),
      ]
      for selection in selections {
        for order in EventQuery.Order.allCases {
          let whole = try await bench.all(selection, order)
          for size in [1, 3, 10, 1000] {
            let pieces = try await bench.pieces(selection, order, size: size)
            var ids: [Int64] = []
            for piece in pieces {
              try expect(piece.events > 0 && piece.events <= size, "a piece has \(piece.events)")
              let page = try await bench.store.events(
                EventQuery(selection, order: order, limit: Int(piece.events), after: piece.start))
              ids += page.events.map(\.id)
            }
            try expectEqual(ids, whole.map(\.id), "\(selection) \(order) \(size)")
          }
        }
      }
    },
    Check("pieces go on from any event, and from where they ended") { place in
      let bench = try await StoreBench(place)
      var generator = SeededGenerator(seed: 12)
      try await bench.write(spread(40, &generator).map { .event($0) })
      for order in EventQuery.Order.allCases {
        let whole = try await bench.all(EventSelection(), order)
        for index in whole.indices.dropLast() {
          let page = try await bench.store.events(
            EventQuery(EventSelection(), order: order, limit: index + 1))
          let pieces = try await bench.pieces(EventSelection(), order, after: page.last, size: 7)
          try expectEqual(
            pieces.reduce(0) { $0 + Int($1.events) }, whole.count - index - 1, "\(order) \(index)")
        }
      }
    },
    Check("pieces can be cut of so many events only") { place in
      let bench = try await StoreBench(place)
      var generator = SeededGenerator(seed: 14)
      try await bench.write(spread(40, &generator).map { .event($0) })
      for order in EventQuery.Order.allCases {
        let whole = try await bench.all(EventSelection(), order)
        for limit in 1..<whole.count {
          let cut = try await bench.store.pieces(
            EventSelection(), order: order, after: nil, size: 6, limit: limit)
          try expectEqual(
            cut.pieces.reduce(0) { $0 + Int($1.events) }, limit, "\(order) \(limit)")
          let rest = try await bench.all(EventSelection(), order).dropFirst(limit).first
          let page = try await bench.store.events(
            EventQuery(EventSelection(), order: order, limit: 1, after: cut.next))
          try expectEqual(page.events.first, rest, "\(order) \(limit)")
        }
      }
    },
    Check("a list is sorted by what is asked for, the newest first where that is equal") { place in
      let bench = try await StoreBench(place)
      var generator = SeededGenerator(seed: 13)
      try await bench.write(spread(60, &generator).map { .event($0) })
      let whole = try await bench.all(EventSelection(), .descending)
      let keys: [(EventSort, @Sendable (StoredEvent) -> String)] = [
        (.event, { $0.logged.eventName.lowercased() }), (.instance, { $0.logged.instanceId }),
        (.origin, { $0.logged.origin }), (.service, { "\($0.logged.service.code)" }),
        (
          .outcome,
          { event in
            let outcomes: [Outcome?] = [.failed, .pending, .ok, nil]
            return "\(outcomes.firstIndex(of: event.logged.outcome) ?? 9)"
          }
        ),
      ]
      for (sort, key) in keys {
        for order in EventQuery.Order.allCases {
          var ids: [Int64] = []
          for offset in stride(from: 0, to: whole.count + 25, by: 25) {
            var query = EventQuery(EventSelection(), order: order, limit: 25)
            query.sort = sort
            query.offset = offset
            ids += try await bench.store.events(query).events.map(\.id)
          }
          let up = order == .ascending
          let sorted = whole.enumerated().sorted { left, right in
            let (a, b) = (key(left.element), key(right.element))
            return a == b ? left.offset < right.offset : up ? a < b : b < a
          }
          try expectEqual(ids, sorted.map(\.element.id), "\(sort) \(order)")
        }
      }
    },
  ]

  /// Events over some hours and before 1970, many in some minutes and none in others.
  private static func spread(_ count: Int, _ generator: inout SeededGenerator) -> [LoggedEvent] {
    (0..<count).map { index in
      let entry =
        EventCatalogue.entries.randomElement(using: &generator)
        ?? EventCatalogue.entries[0]
      let minute =
        [0, 0, 0, 1, 2, 2, 7, 300, -29_921_000, -29_920_999].randomElement(
          using: &generator) ?? 0
      let micros: Int64 = [0, 1, 500, 59_999_999].randomElement(using: &generator) ?? 0
      let isRare = index % 9 == 0
      return .sample(
        entry.name, entry.service,
        at: ManualClock.start + .minutes(Int64(minute)) + Interval(micros: micros),
        instance: "i\(index % 5)",
        origin: isRare ? "https://rare.example/" : "https://app.example/",
        ["Payload": "\(index % 2 == 0 ? "even" : "odd") \(index)"])
    }
  }
}

extension StoreBench {
  fileprivate func pieces(
    _ selection: EventSelection, _ order: EventQuery.Order, after start: EventCursor? = nil,
    size: Int
  ) async throws -> [EventPieces.Piece] {
    var pieces: [EventPieces.Piece] = []
    var next = start
    repeat {
      let more = try await store.pieces(
        selection, order: order, after: next, size: size, limit: nil)
      pieces += more.pieces
      next = more.next.flatMap { EventCursor(text: $0.text) }
    } while next != nil
    return pieces
  }
}
