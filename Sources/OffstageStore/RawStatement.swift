internal import GRDB
internal import GRDBSQLite
internal import JSON
internal import OffstageCore

/// A prepared statement whose text goes in and comes out with its length.
///
/// GRDB binds and reads text up to the first NUL; pages may record any text.
struct RawStatement {
  private let statement: Statement
  private let pointer: OpaquePointer
  private let connection: OpaquePointer?

  init(_ db: Database, _ sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
    pointer = statement.sqliteStatement
    connection = db.sqliteConnection
    sqlite3_reset(pointer)
    sqlite3_clear_bindings(pointer)
  }

  // MARK: Binding, from 1

  func bind(_ value: Int64, at index: Int32) {
    sqlite3_bind_int64(pointer, index, value)
  }

  func bind(_ value: Int, at index: Int32) {
    sqlite3_bind_int64(pointer, index, Int64(value))
  }

  func bind(_ value: Int64?, at index: Int32) {
    if let value { bind(value, at: index) } else { sqlite3_bind_null(pointer, index) }
  }

  func bind(_ value: Bool?, at index: Int32) {
    bind(value.map { $0 ? Int64(1) : 0 }, at: index)
  }

  /// Into three columns: digits, scale, text.
  func bind(_ number: JSONNumber, from index: Int32) {
    switch number {
    case .decimal(let digits, let scale):
      bind(digits, at: index)
      bind(scale, at: index + 1)
      sqlite3_bind_null(pointer, index + 2)
    case .text(let text):
      sqlite3_bind_null(pointer, index)
      sqlite3_bind_null(pointer, index + 1)
      bind(text, at: index + 2)
    }
  }

  func bind(_ text: String, at index: Int32) {
    var text = text
    text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { chars in
        // A nil pointer would bind NULL; the empty text has no storage of its own.
        bind(chars.baseAddress, chars.count, at: index)
      }
    }
  }

  func bind(_ text: String?, at index: Int32) {
    if let text { bind(text, at: index) } else { sqlite3_bind_null(pointer, index) }
  }

  /// Without a copy: the statement must have run before `utf8` goes.
  func bindInPlace(_ utf8: UnsafeBufferPointer<UInt8>, at index: Int32) {
    let inPlace = unsafeBitCast(0, to: sqlite3_destructor_type?.self)
    utf8.withMemoryRebound(to: CChar.self) { chars in
      guard let start = chars.baseAddress else { return bind(nil, 0, at: index) }
      sqlite3_bind_text64(
        pointer, index, start, sqlite3_uint64(chars.count), inPlace, UInt8(SQLITE_UTF8))
    }
  }

  /// Without a copy: the statement must have run before `bytes` go.
  func bindBlobInPlace(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
    let inPlace = unsafeBitCast(0, to: sqlite3_destructor_type?.self)
    sqlite3_bind_blob64(
      pointer, index, bytes.baseAddress, sqlite3_uint64(bytes.count), inPlace)
  }

  func bindBlob(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
    // A nil pointer would bind NULL.
    guard let start = bytes.baseAddress else {
      sqlite3_bind_zeroblob(pointer, index, 0)
      return
    }
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    sqlite3_bind_blob64(pointer, index, start, sqlite3_uint64(bytes.count), transient)
  }

  private func bind(_ chars: UnsafePointer<CChar>?, _ count: Int, at index: Int32) {
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    if let chars {
      sqlite3_bind_text64(
        pointer, index, chars, sqlite3_uint64(count), transient, UInt8(SQLITE_UTF8))
    } else {
      sqlite3_bind_text64(pointer, index, "", 0, transient, UInt8(SQLITE_UTF8))
    }
  }

  // MARK: Running

  /// True when there is a row to read.
  func step() throws -> Bool {
    switch sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      return false
    default:
      let code = sqlite3_extended_errcode(connection)
      let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
      sqlite3_reset(pointer)
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
  }

  /// Runs a statement without rows, and makes it ready to be bound again.
  func run() throws {
    while try step() {}
    sqlite3_reset(pointer)
  }

  /// With the values of another statement's row, of whatever kind they are.
  func run(withRowOf row: RawStatement) throws {
    for column in 0..<sqlite3_column_count(row.pointer) {
      sqlite3_bind_value(pointer, column + 1, sqlite3_column_value(row.pointer, column))
    }
    try run()
  }

  func reset() {
    sqlite3_reset(pointer)
  }

  /// Rows changed by the last run.
  var changes: Int { Int(sqlite3_changes(connection)) }

  var lastInsertedID: Int64 { sqlite3_last_insert_rowid(connection) }

  /// So that 0 tells that the next run inserted nothing.
  func forgetLastInsertedID() { sqlite3_set_last_insert_rowid(connection, 0) }

  // MARK: Reading, from 0

  func int(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

  func optionalInt(_ column: Int32) -> Int64? {
    isNull(column) ? nil : int(column)
  }

  func optionalBool(_ column: Int32) -> Bool? {
    optionalInt(column).map { $0 != 0 }
  }

  /// From three columns; nil if they hold none.
  func number(_ column: Int32) -> JSONNumber? {
    guard let digits = optionalInt(column) else { return JSONNumber(text(column + 2)) }
    return .decimal(digits: digits, scale: Int(int(column + 1)))
  }

  func text(_ column: Int32) -> String {
    String(decoding: utf8(column), as: UTF8.self)
  }

  func optionalText(_ column: Int32) -> String? {
    isNull(column) ? nil : text(column)
  }

  func bytes(_ column: Int32) -> [UInt8] { Array(utf8(column)) }

  func withBlob<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    let start = sqlite3_column_blob(pointer, column)
    return body(
      UnsafeRawBufferPointer(
        start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(pointer, column))))
  }

  /// Good until the next step.
  func utf8(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_text(pointer, column)
    return UnsafeBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(pointer, column)))
  }

  private func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(pointer, column) == SQLITE_NULL
  }
}

extension Database {
  /// Runs one statement with the given values.
  func run(_ sql: String, _ bind: (RawStatement) -> Void = { _ in }) throws {
    let statement = try RawStatement(self, sql)
    bind(statement)
    try statement.run()
  }

  /// All rows of a short result.
  func rows<Value>(
    _ sql: String, _ bind: (RawStatement) -> Void = { _ in },
    _ read: (RawStatement) throws -> Value
  ) throws -> [Value] {
    let statement = try RawStatement(self, sql)
    bind(statement)
    defer { statement.reset() }
    var values: [Value] = []
    while try statement.step() { values.append(try read(statement)) }
    return values
  }

  func row<Value>(
    _ sql: String, _ bind: (RawStatement) -> Void = { _ in },
    _ read: (RawStatement) throws -> Value
  ) throws -> Value? {
    try rows(sql, bind, read).first
  }
}
