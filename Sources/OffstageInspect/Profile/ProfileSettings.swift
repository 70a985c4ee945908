import JSON
import OffstageCore

/// What a profile's `Preferences` say of the recording.
enum ProfileSettings {
  private static let limit = 64 << 20

  /// Nil, and a sentence, if they can't be read; a service that was never recorded is absent.
  static func leases(in folder: Folder) -> (leases: [Service: DiskLease]?, fault: String?) {
    switch folder.read("Preferences", limit: limit) {
    case .absent:
      // A browser that has just begun a profile has not written them yet.
      return (nil, nil)
    case .tooLarge:
      return (nil, "The settings (Preferences) are too large to be read.")
    case .unreadable(let reason):
      return (nil, "The settings (Preferences) can't be read: \(reason).")
    case .bytes(let bytes):
      do throws(JSONError) {
        return (try leases(bytes), nil)
      } catch {
        return (nil, "The settings (Preferences) can't be read: they are no JSON as expected.")
      }
    }
  }

  /// What the browser writes down of itself at each start.
  static func lastVersion(in userDataDir: Folder) -> String? {
    guard case .bytes(let bytes) = userDataDir.read("Last Version", limit: 64) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let isVersion = !text.isEmpty && text.utf8.allSatisfy { "0123456789.".utf8.contains($0) }
    return isVersion ? text : nil
  }

  private static func leases(_ bytes: [UInt8]) throws(JSONError) -> [Service: DiskLease] {
    let expiration = try JSONObject(parsing: bytes).object("devtools")?
      .object("backgroundserviceexpiration")
    var leases: [Service: DiskLease] = [:]
    for service in Service.allCases {
      guard let raw = expiration?["\(service.browserNumber)"] else {
        leases[service] = .absent
        continue
      }
      var reader = JSONReader(raw.bytes)
      let minutes = Int64(try reader.readInt())
      leases[service] = BrowserTime.timestamp(minutes: minutes).map { .until($0) } ?? .off
      if minutes <= 0 { leases[service] = .off }
    }
    return leases
  }
}
