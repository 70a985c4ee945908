internal import Foundation
internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func openSource(
    _ description: SourceDescription, at now: Timestamp
  ) async throws -> OpenedSource {
    try await write { db in
      let same = try description.id.flatMap { try db.source($0) }
      if let known = try same ?? db.source(in: description.place, description.kind) {
        try db.update(known.id, with: description)
        // One that never got a whole replay was interrupted before it was known whether it moved.
        let candidates =
          try known.mayHaveMoved && db.isUntouched(known.id) ? db.vanishedSources() : []
        return OpenedSource(
          source: try db.source(known.id) ?? known, isNew: false,
          movedCandidates: candidates.filter { $0 != known.id })
      }
      let keep: KeepSetting = description.kind == .import ? .forever : .for(Source.defaultKeep)
      let source = Source(
        id: description.id ?? SourceID(), kind: description.kind, name: description.suggestedName,
        place: description.place, browser: description.browser,
        keep: (description.keep ?? keep).interval, created: now)
      let candidates = source.mayHaveMoved ? try db.vanishedSources() : []
      try db.insert(source)
      return OpenedSource(source: source, isNew: true, movedCandidates: candidates)
    }
  }

  package func shared(
    _ identities: [EventIdentity], among sources: [SourceID]
  ) async throws -> [SourceID: Int] {
    try await read { db in
      var counts: [SourceID: Int] = [:]
      for source in sources {
        let number = try db.sourceNumber(of: source)
        for identity in identities {
          let found = try db.row(
            """
            SELECT 1 FROM event
            WHERE timestamp = ?1 AND place = ?2 AND digest = ?3 AND source = ?4
            """
          ) {
            $0.bind(identity.timestamp.micros, at: 1)
            $0.bind(identity.place.rawValue, at: 2)
            $0.bind(identity.digest, at: 3)
            $0.bind(number, at: 4)
          } _: { _ in
            true
          }
          if found != nil { counts[source, default: 0] += 1 }
        }
      }
      return counts
    }
  }

  package func adopt(_ adopted: SourceID, inPlaceOf source: SourceID) async throws -> Source {
    let result = try await write { db in
      for id in [source, adopted] { _ = try db.sourceNumber(of: id) }
      guard let new = try db.source(source) else { return Source?.none }
      let number = try db.sourceNumber(of: source)
      let tables = [
        "cleared", "observation", "gap", "request", "service_state", "scope", "worker",
        "registration", "trigger", "notification",
      ]
      for table in tables {
        try db.run("DELETE FROM \(table) WHERE source = ?1") { $0.bind(number, at: 1) }
      }
      let kept = try db.sourceNumber(of: adopted)
      for table in ["push_device", "push_subscription", "push_message"] {
        try db.run("UPDATE \(table) SET source = ?2 WHERE source = ?1") {
          $0.bind(number, at: 1)
          $0.bind(kept, at: 2)
        }
      }
      try db.run("DELETE FROM source WHERE id = ?1") { $0.bind(number, at: 1) }
      try db.setPlace(new.place, browser: new.browser, of: adopted)
      return try db.source(adopted)
    }
    forgetNumbers()
    guard let result else {
      throw StoreError(.notFound, "There is no source \(adopted) in this store.")
    }
    return result
  }

  package func sources() async throws -> [Source] {
    try await read { db in
      try db.rows("\(Database.selectSource) ORDER BY id", { _ in }, Database.readSource)
    }
  }

  package func sources(of selection: EventSelection) async throws -> [Source] {
    try await read { db in
      let condition = Condition(selection)
      return try db.rows(
        """
        \(Database.selectSource) WHERE id IN (SELECT DISTINCT source FROM event
          WHERE \(condition.sql)) ORDER BY id
        """, condition.bind, Database.readSource)
    }
  }

  package func rename(_ source: SourceID, to name: String) async throws {
    try await write { db in
      try db.run("UPDATE source SET name = ?2 WHERE uuid = ?1") {
        $0.bind(source.description, at: 1)
        $0.bind(name, at: 2)
      }
    }
  }

  package func setKeep(_ keep: Interval?, of source: SourceID) async throws {
    try await write { db in try db.setKeep(keep, of: source) }
  }
}

extension Database {
  fileprivate static let selectSource =
    "SELECT uuid, kind, name, place_root, place_part, browser, keep, created FROM source"

  fileprivate static func readSource(_ row: RawStatement) throws -> Source {
    guard let id = SourceID(row.text(0)), let kind = Source.Kind(rawValue: row.text(1)) else {
      throw StoreError(.damaged, "The store holds a source that can't be read.")
    }
    let place: SourcePlace =
      switch (kind, row.optionalText(3), row.optionalText(4)) {
      case (.profile, let name?, ""?): .series(name)
      case (.profile, let root?, let part?): .profile(userDataDir: root, profileDir: part)
      case (.offTheRecord, let run?, let context?):
        .offTheRecord(browserRun: run, contextId: context)
      case (.import, let digest?, _): .file(digest: digest)
      default: .unknown
      }
    return Source(
      id: id, kind: kind, name: row.text(2), place: place, browser: row.optionalText(5),
      keep: row.optionalInt(6).map(Interval.init(micros:)),
      created: Timestamp(micros: row.int(7)))
  }

  func source(_ id: SourceID) throws -> Source? {
    try row(
      "\(Database.selectSource) WHERE uuid = ?1", { $0.bind(id.description, at: 1) },
      Database.readSource)
  }

  fileprivate func source(in place: SourcePlace, _ kind: Source.Kind) throws -> Source? {
    guard let (root, part) = place.parts else { return nil }
    return try row(
      "\(Database.selectSource) WHERE kind = ?1 AND place_root = ?2 AND place_part = ?3",
      {
        $0.bind(kind.rawValue, at: 1)
        $0.bind(root, at: 2)
        $0.bind(part, at: 3)
      }, Database.readSource)
  }

  fileprivate func isUntouched(_ source: SourceID) throws -> Bool {
    try row(
      """
      SELECT 1 FROM service_state WHERE source = (SELECT id FROM source WHERE uuid = ?1)
        AND (events > 0 OR replay_ended IS NOT NULL)
      """,
      { $0.bind(source.description, at: 1) }, { _ in true }) == nil
  }

  /// Profiles whose folder is not there any more, or was never known.
  fileprivate func vanishedSources() throws -> [SourceID] {
    try rows(
      "\(Database.selectSource) WHERE kind = 'profile'", { _ in }, Database.readSource
    ).filter { source in
      if case .series = source.place { return false }
      guard case .profile(let root, let part) = source.place else { return true }
      return !FileManager.default.fileExists(atPath: root + "/" + part)
    }.map(\.id)
  }

  fileprivate func insert(_ source: Source) throws {
    let insert = try RawStatement(
      self,
      """
      INSERT INTO source (uuid, kind, name, place_root, place_part, browser, keep, created)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """)
    insert.bind(source.id.description, at: 1)
    insert.bind(source.kind.rawValue, at: 2)
    insert.bind(source.name, at: 3)
    insert.bind(source.place.parts?.root, at: 4)
    insert.bind(source.place.parts?.part, at: 5)
    insert.bind(source.browser, at: 6)
    insert.bind(source.keep?.micros, at: 7)
    insert.bind(source.created.micros, at: 8)
    try insert.run()
    let number = insert.lastInsertedID
    for service in Service.allCases {
      try run("INSERT INTO service_state (source, service) VALUES (?1, ?2)") {
        $0.bind(number, at: 1)
        $0.bind(service.code, at: 2)
      }
    }
  }

  fileprivate func update(_ id: SourceID, with description: SourceDescription) throws {
    if let browser = description.browser {
      // A file knows no better than what is here.
      let value = description.kind == .import ? "coalesce(browser, ?2)" : "?2"
      try run("UPDATE source SET browser = \(value) WHERE uuid = ?1") {
        $0.bind(id.description, at: 1)
        $0.bind(browser, at: 2)
      }
    }
    if let keep = description.keep { try setKeep(keep.interval, of: id) }
  }

  fileprivate func setKeep(_ keep: Interval?, of source: SourceID) throws {
    try run("UPDATE source SET keep = ?2 WHERE uuid = ?1") {
      $0.bind(source.description, at: 1)
      $0.bind(keep?.micros, at: 2)
    }
  }

  fileprivate func setPlace(_ place: SourcePlace, browser: String?, of source: SourceID) throws {
    try run(
      """
      UPDATE source SET place_root = ?2, place_part = ?3, browser = coalesce(?4, browser)
      WHERE uuid = ?1
      """
    ) {
      $0.bind(source.description, at: 1)
      $0.bind(place.parts?.root, at: 2)
      $0.bind(place.parts?.part, at: 3)
      $0.bind(browser, at: 4)
    }
  }
}

extension Source {
  fileprivate var mayHaveMoved: Bool {
    if case .series = place { return false }
    return kind == .profile
  }
}

extension SourcePlace {
  fileprivate var parts: (root: String, part: String)? {
    switch self {
    case .profile(let userDataDir, let profileDir): (userDataDir, profileDir)
    // No profile has a folder without a name.
    case .series(let name): (name, "")
    case .offTheRecord(let browserRun, let contextId): (browserRun, contextId)
    case .file(let digest): (digest, "")
    case .unknown: nil
    }
  }
}
