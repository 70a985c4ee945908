internal import GRDBSQLite

extension SQLiteEventStore {
  /// Of the library in use, such as `3.40.1`.
  package static var sqliteVersion: String { String(cString: sqlite3_libversion()) }
}
