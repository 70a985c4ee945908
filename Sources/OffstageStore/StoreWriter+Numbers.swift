internal import GRDB
internal import OffstageCore

/// The numbers that stand for sources, texts and registrations.
extension StoreWriter {
  mutating func forgetNumbers() {
    texts.removeAll()
    sources.removeAll()
    registrations.removeAll()
    paymentRegistrations.removeAll()
    lastRegistration = nil
    tallies.removeAll()
    minutes.removeAll()
    blocks.removeAll()
  }

  mutating func number(of source: SourceID, _ db: Database) throws -> Int64 {
    if let number = sources[source] { return number }
    let number = try db.sourceNumber(of: source)
    sources[source] = number
    return number
  }

  mutating func number(of text: String, _ db: Database) throws -> Int64 {
    if let number = texts[ExactText(text)] { return number }
    let number = try db.textNumber(of: text)
    // Long texts are rare and would make the cache's size unpredictable.
    if text.utf8.count <= 512 {
      if texts.count >= StoreWriter.cacheLimit { texts.removeAll() }
      texts[ExactText(text)] = number
    }
    return number
  }

  mutating func number(
    ofRegistrationOf event: LoggedEvent, _ source: Int64, _ file: EventWrite.FileRecord?,
    _ db: Database
  ) throws -> Int64 {
    let key = RegistrationKey(
      source: source, origin: ExactText(event.origin),
      storageKey: event.storageKey.map(ExactText.init),
      number: ExactText(event.serviceWorkerRegistrationId),
      fileScope: file.map { ExactText($0.scope ?? "") })
    if let last = lastRegistration, last.key == key { return last.number }
    if let number = registrations[key] {
      lastRegistration = (key, number)
      return number
    }
    let number = try db.registrationNumber(
      source, key.number.text, origin: try self.number(of: event.origin, db),
      storageKey: try event.storageKey.map { try self.number(of: $0, db) } ?? 0,
      scope: try file.map(\.scope) ?? scope(of: key, db))
    if registrations.count >= StoreWriter.cacheLimit { registrations.removeAll() }
    registrations[key] = number
    return number
  }

  /// The registration that an event's operation is told apart by. A payment begins before its
  /// handler is registered, so all of an origin's are told apart by that of none yet.
  mutating func threadRegistration(
    _ registration: Int64, of event: LoggedEvent, _ db: Database
  ) throws -> Int64 {
    guard event.service == .paymentHandler else { return registration }
    if let known = paymentRegistrations[registration] { return known }
    let found = try db.paymentRegistration(beside: registration)
    if paymentRegistrations.count >= StoreWriter.cacheLimit { paymentRegistrations.removeAll() }
    paymentRegistrations[registration] = found
    return found
  }

  /// The scope that the browser told for that number, if it is one of that origin: numbers begin
  /// anew when a profile's storage is wiped.
  private func scope(of key: RegistrationKey, _ db: Database) throws -> String? {
    let scope = try db.row("SELECT scope FROM scope WHERE source = ?1 AND number = ?2") {
      $0.bind(key.source, at: 1)
      $0.bind(key.number.text, at: 2)
    } _: {
      $0.text(0)
    }
    guard let scope, scope.hasPrefix(key.origin.text.withoutTrailingSlash + "/") else { return nil }
    return scope
  }

  mutating func marks(of source: Int64, _ db: Database) throws -> RemovalMarks {
    if let known = marks[source] { return known }
    let read = try RemovalMarks(of: source, db)
    marks[source] = read
    return read
  }

  mutating func note(
    _ registration: WorkerRegistration, _ source: Int64, at now: Timestamp, _ db: Database
  ) throws {
    if registration.isDeleted { try noteEnd(of: registration, source, at: now, db) }
    try db.run(
      """
      INSERT INTO scope (source, number, scope, is_deleted, seen) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (source, number) DO UPDATE SET scope = excluded.scope,
        is_deleted = excluded.is_deleted, seen = excluded.seen
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(registration.registrationId, at: 2)
      $0.bind(registration.scope, at: 3)
      $0.bind(registration.isDeleted ? 1 : 0, at: 4)
      $0.bind(now.micros, at: 5)
    }
    // Events that came before the browser told the scope.
    try db.run(
      """
      UPDATE OR IGNORE registration SET scope = ?3
      WHERE source = ?1 AND number = ?2 AND scope IS NULL
        AND substr(?3, 1, length(rtrim((SELECT value FROM text WHERE id = origin), '/')) + 1)
          = rtrim((SELECT value FROM text WHERE id = origin), '/') || '/'
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(registration.registrationId, at: 2)
      $0.bind(registration.scope, at: 3)
    }
    lastRegistration = nil
    registrations = registrations.filter {
      $0.key.source != source || $0.key.number.text != registration.registrationId
    }
  }

  /// Its end explains what its events don't tell. The browser repeats itself: once is enough.
  private func noteEnd(
    of registration: WorkerRegistration, _ source: Int64, at now: Timestamp, _ db: Database
  ) throws {
    try db.run(
      """
      INSERT INTO worker (source, number, at, kind, version, script, message)
      SELECT source, number, ?3, ?4, '', script, ?5 FROM scope
      WHERE source = ?1 AND number = ?2 AND is_deleted = 0
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(registration.registrationId, at: 2)
      $0.bind(now.micros, at: 3)
      $0.bind(WorkerContext.Kind.version.rawValue, at: 4)
      $0.bind(WorkerContext.unregistered, at: 5)
    }
  }
}

extension Database {
  func sourceNumber(of source: SourceID) throws -> Int64 {
    let number = try row("SELECT id FROM source WHERE uuid = ?1") {
      $0.bind(source.description, at: 1)
    } _: {
      $0.int(0)
    }
    guard let number else {
      throw StoreError(.notFound, "There is no source \(source) in this store.")
    }
    return number
  }

  func textNumber(of text: String) throws -> Int64 {
    if let number = try existingTextNumber(of: text) { return number }
    let insert = try RawStatement(self, "INSERT INTO text (value) VALUES (?1)")
    insert.bind(text, at: 1)
    try insert.run()
    return insert.lastInsertedID
  }

  func existingTextNumber(of text: String) throws -> Int64? {
    try row("SELECT id FROM text WHERE value = ?1") {
      $0.bind(text, at: 1)
    } _: {
      $0.int(0)
    }
  }

  /// Of the same source, origin and storage key, with the number of no registration.
  func paymentRegistration(beside registration: Int64) throws -> Int64 {
    let place = try row(
      "SELECT source, origin, storage_key FROM registration WHERE id = ?1",
      { $0.bind(registration, at: 1) }
    ) { (source: $0.int(0), origin: $0.int(1), storageKey: $0.int(2)) }
    guard let place else { return registration }
    return try registrationNumber(
      place.source, "-1", origin: place.origin, storageKey: place.storageKey, scope: nil)
  }

  fileprivate func registrationNumber(
    _ source: Int64, _ number: String, origin: Int64, storageKey: Int64, scope: String?
  ) throws -> Int64 {
    let bind: (RawStatement) -> Void = {
      $0.bind(source, at: 1)
      $0.bind(number, at: 2)
      $0.bind(origin, at: 3)
      $0.bind(storageKey, at: 4)
      $0.bind(scope, at: 5)
    }
    let known = try row(
      """
      SELECT id FROM registration WHERE source = ?1 AND number = ?2 AND origin = ?3
        AND storage_key = ?4 AND scope IS ?5
      """, bind
    ) { $0.int(0) }
    if let known { return known }
    let insert = try RawStatement(
      self,
      """
      INSERT INTO registration (source, number, origin, storage_key, scope)
      VALUES (?1, ?2, ?3, ?4, ?5)
      """)
    bind(insert)
    try insert.run()
    return insert.lastInsertedID
  }
}
