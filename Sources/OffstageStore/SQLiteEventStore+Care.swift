internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func verify(rebuild: Bool) async throws -> [StoreFault] {
    var faults = try await read { db in
      try db.rows("PRAGMA integrity_check(20)", { _ in }) { $0.text(0) }
        .filter { $0 != "ok" }.map { StoreFault("SQLite finds: \($0)") }
    }
    faults += try await countFaults(rebuild: rebuild)
    faults += try await minuteFaults(rebuild: rebuild)
    faults += try await operationFaults(rebuild: rebuild)
    faults += try await blockFaults(rebuild: rebuild)
    faults += try await strayFaults()
    faults += try await identityFaults()
    return faults
  }

  /// Events that no list shows, because a text that belongs to them is missing.
  private func strayFaults() async throws -> [StoreFault] {
    let stray = try await read { db in
      try db.rows(
        """
        SELECT id FROM event WHERE name NOT IN (SELECT id FROM text)
          OR source NOT IN (SELECT id FROM source)
          OR registration NOT IN (SELECT id FROM registration WHERE origin IN (SELECT id FROM text))
        ORDER BY id LIMIT 20
        """, { _ in }
      ) { $0.int(0) }
    }
    return stray.map { StoreFault("Event \($0) can't be shown: what it refers to is missing.") }
  }

  /// The counts that the writer keeps, against the events themselves.
  private func countFaults(rebuild: Bool) async throws -> [StoreFault] {
    let check: @Sendable (Database) throws -> [StoreFault] = { db in
      let wrong = try db.rows(
        """
        SELECT source.name, state.source, state.service, state.events, state.replayed,
          coalesce(counted.events, 0), coalesce(counted.replayed, 0)
        FROM service_state AS state JOIN source ON source.id = state.source
        LEFT JOIN (SELECT source, place >> 8 AS service, count(*) AS events,
          sum(replayed) AS replayed FROM event GROUP BY 1, 2) AS counted
          ON counted.source = state.source AND counted.service = state.service
        WHERE state.events <> coalesce(counted.events, 0)
          OR state.replayed <> coalesce(counted.replayed, 0)
        """, { _ in }
      ) { row in
        (
          name: row.text(0), source: row.int(1), service: row.int(2), counted: row.int(3),
          events: row.int(5), replayed: row.int(6)
        )
      }
      return try wrong.map { row in
        if rebuild {
          try db.run(
            "UPDATE service_state SET events = ?3, replayed = ?4 WHERE source = ?1 AND service = ?2"
          ) {
            $0.bind(row.source, at: 1)
            $0.bind(row.service, at: 2)
            $0.bind(row.events, at: 3)
            $0.bind(row.replayed, at: 4)
          }
        }
        let service = Service(code: Int(row.service))?.title ?? "service \(row.service)"
        return StoreFault(
          "\(row.name), \(service): \(row.counted) events are counted, \(row.events) are there.",
          isRepaired: rebuild)
      }
    }
    return rebuild ? try await write(check) : try await read(check)
  }

  /// The counts per minute, and what they go by, against the events.
  private func minuteFaults(rebuild: Bool) async throws -> [StoreFault] {
    let wrong = try await read { try MinuteCount.faults($0) } + wrongOutcomes()
    guard wrong > 0 else { return [] }
    if rebuild { try await write { try MinuteCount.rebuild($0) } }
    return [
      StoreFault("\(wrong) counts of minutes differ from the events there.", isRepaired: rebuild)
    ]
  }

  /// The operations, against what comes of the events.
  private func operationFaults(rebuild: Bool) async throws -> [StoreFault] {
    let (strays, eventless) = try await read {
      (try OperationRebuild.strays($0), try OperationRebuild.eventless($0))
    }
    var wrong = 0
    var last: Int64? = 0
    while let number = last {
      let page = try await read { try OperationRebuild.faults(after: number, limit: 500, $0) }
      wrong += page.faults
      last = page.last
    }
    if rebuild, strays + eventless + wrong > 0 { try await write { try OperationRebuild.run($0) } }
    var faults: [StoreFault] = []
    if strays > 0 {
      faults.append(StoreFault("\(strays) events belong to no operation.", isRepaired: rebuild))
    }
    if eventless > 0 {
      faults.append(StoreFault("\(eventless) operations have no event.", isRepaired: rebuild))
    }
    if wrong > 0 {
      faults.append(
        StoreFault(
          "The operations of \(wrong) instances differ from their events.", isRepaired: rebuild))
    }
    return faults
  }

  /// What searches go by, against the events.
  private func blockFaults(rebuild: Bool) async throws -> [StoreFault] {
    let index = index
    var faults: [StoreFault] = []
    let wrong = try await read { try EventBlock.faults($0, size: index.size) }
    if wrong > 0 {
      faults.append(
        StoreFault("\(wrong) blocks of the search don't cover their events.", isRepaired: rebuild))
    }
    var unsound = 0
    for block in try await read({ try EventBlock.all($0, size: index.size) })
    where block.state != .read {
      guard try await !read({ try index.isSound(block, $0) }) else { continue }
      unsound += 1
      if rebuild { try await write { try EventBlock.forgetSignature(of: block.number, $0) } }
    }
    if unsound > 0 {
      faults.append(
        StoreFault(
          "\(unsound) blocks of the search index lack what their events have.",
          isRepaired: rebuild))
    }
    guard rebuild else { return faults }
    if wrong > 0 { try await write { try EventBlock.rebuild($0, size: index.size) } }
    while try await indexNext() {}
    return faults
  }

  private func wrongOutcomes() async throws -> Int64 {
    var total: Int64 = 0
    var last: Int64? = 0
    while let id = last {
      let page = try await read { try MinuteCount.wrongOutcomes(after: id, limit: 5000, $0) }
      total += Int64(page.wrong.count)
      last = page.last
    }
    return total
  }

  /// Each event's stored identity, against its content.
  private func identityFaults() async throws -> [StoreFault] {
    var faults: [StoreFault] = []
    var last: Int64 = 0
    while faults.count < 20 {
      let page: [StoredEvent]
      do {
        page = try await events(after: last, EventSelection(), limit: 2000)
      } catch let error as StoreError where error.code == .damaged {
        faults.append(StoreFault(error.message))
        break
      }
      guard let newest = page.last else { break }
      last = newest.id
      for event in page
      where EventIdentity(of: event.logged, ordinal: event.identity.ordinal) != event.identity {
        faults.append(StoreFault("Event \(event.id) does not match its identity."))
      }
    }
    return faults
  }
}
