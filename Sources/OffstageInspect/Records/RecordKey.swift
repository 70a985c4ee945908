/// What a record of the service worker database is, by its key.
///
/// Source: components/services/storage/service_worker, service_worker_database.cc.
enum RecordKey: Hashable {
  case registration(storageKey: String, id: String)
  case script(versionId: String)
  /// What a part of the browser keeps with a registration.
  case userData(registrationId: String, name: String)

  init?(_ key: ArraySlice<UInt8>) {
    if let rest = Self.rest(of: key, after: "REG_USER_DATA:") {
      guard let (id, name) = Self.halves(rest) else { return nil }
      self = .userData(registrationId: id, name: name)
    } else if let rest = Self.rest(of: key, after: "REG:") {
      guard let (storageKey, id) = Self.halves(rest) else { return nil }
      self = .registration(storageKey: storageKey, id: id)
    } else if let rest = Self.rest(of: key, after: "RES:") {
      guard let (versionId, _) = Self.halves(rest) else { return nil }
      self = .script(versionId: versionId)
    } else {
      return nil
    }
  }

  /// Cheaper than to read it: half of the database's keys are an index over the others.
  static func isKnown(_ key: ArraySlice<UInt8>) -> Bool {
    key.starts(with: known) && !key.starts(with: index) || key.starts(with: scripts)
  }

  private static let known = Array("REG".utf8)
  private static let index = Array("REG_HAS_USER_DATA:".utf8)
  private static let scripts = Array("RES:".utf8)

  private static func rest(
    of key: ArraySlice<UInt8>, after prefix: StaticString
  ) -> ArraySlice<UInt8>? {
    prefix.withUTF8Buffer { prefix in
      key.starts(with: prefix) ? key.dropFirst(prefix.count) : nil
    }
  }

  /// Before and after the first NUL.
  private static func halves(_ bytes: ArraySlice<UInt8>) -> (String, String)? {
    guard let middle = bytes.firstIndex(of: 0) else { return nil }
    return (
      String(decoding: bytes[..<middle], as: UTF8.self),
      String(decoding: bytes[(middle + 1)...], as: UTF8.self)
    )
  }
}
