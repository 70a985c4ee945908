import JSON

/// What is put into a profile before the browser starts.
///
/// ```swift
/// var seed = ProfileSeed()
/// seed.leases = [.pushMessaging: .until(unixMicros: …)]
/// seed.permissions = [.notifications]
/// try seed.apply(userDataDir: folder, nowMicros: now)
/// ```
package struct ProfileSeed: Hashable, Sendable {
  package var leases: [BackgroundService.ServiceName: Lease] = [:]
  package var permissions: [PermissionName] = []
  /// Whom the permissions are for, as `https://app.example`; nil is everybody.
  package var origins: [String]?
  /// Permissions of single origins, beside those for all that `origins` says.
  private var others: [String: Set<PermissionName>] = [:]
  /// A second background fetch without a click is else refused, and nothing logged.
  package var allowsAutomaticDownloads = false

  package init() {}

  package mutating func add(_ permission: PermissionName, for origins: [String]) {
    for origin in origins { others[origin, default: []].insert(permission) }
  }

  /// Merges into the profile's settings and touches nothing else in them. The browser must be down:
  /// it would write over it at its end.
  package func apply(
    userDataDir: String, profileDirectory: String = "Default", nowMicros: Int64
  ) throws(CDPError) {
    if let holder = ProfileLock.holder(userDataDir: userDataDir) { throw holder.inUse }
    let path = Preferences.path(userDataDir: userDataDir, profileDirectory: profileDirectory)
    var preferences =
      try Preferences.read(userDataDir: userDataDir, profileDirectory: profileDirectory)
      ?? Preferences(path: path, root: JSONObject())
    do throws(JSONError) {
      try merge(into: &preferences.root, nowMicros: nowMicros)
    } catch {
      throw Preferences.unreadable(path, error)
    }
    try Files.createDirectory("\(userDataDir)/\(profileDirectory)")
    try Files.replace(path, with: preferences.root.raw.bytes)
  }

  func merge(into root: inout JSONObject, nowMicros: Int64) throws(JSONError) {
    if !leases.isEmpty {
      try root.update(["devtools", "backgroundserviceexpiration"]) { expiration in
        for (service, lease) in leases {
          guard let key = Lease.key(service) else { continue }
          // Whole numbers only: the browser crashes at every start over anything else.
          expiration[key] = RawJSON(lease.minutes)
        }
      }
    }
    let settings = Set(permissions.flatMap(\.contentSettings)).sorted()
    for origin in origins ?? [] { try allow(settings, for: origin, in: &root, nowMicros) }
    for (origin, permissions) in others.sorted(by: { $0.key < $1.key }) {
      try allow(permissions.flatMap(\.contentSettings).sorted(), for: origin, in: &root, nowMicros)
    }
    var defaults = origins == nil ? settings : []
    if allowsAutomaticDownloads { defaults.append("automatic_downloads") }
    if !defaults.isEmpty {
      try root.update(["profile", "default_content_setting_values"]) { values in
        for setting in defaults { values[setting] = RawJSON(Self.allow) }
      }
    }
  }

  private func allow(
    _ settings: [String], for origin: String, in root: inout JSONObject, _ nowMicros: Int64
  ) throws(JSONError) {
    for setting in settings {
      try root.update(["profile", "content_settings", "exceptions", setting]) { exceptions in
        exceptions["\(Self.pattern(origin)),*"] = Self.allowed(nowMicros: nowMicros)
      }
    }
  }

  /// CONTENT_SETTING_ALLOW
  private static let allow = 1

  private static func allowed(nowMicros: Int64) -> RawJSON {
    var writer = JSONWriter()
    let stamp = nowMicros + Lease.windowsEpochSeconds * 1_000_000
    writer.object { writer in
      writer.member("last_modified", "\(stamp)")
      writer.member("setting", allow)
    }
    return RawJSON(unchecked: writer.bytes)
  }

  /// The browser's own spelling of an origin has its port always and no path.
  private static func pattern(_ origin: String) -> String {
    var origin = origin
    while origin.hasSuffix("/") { origin.removeLast() }
    let schemeEnd = origin.firstIndex(of: ":") ?? origin.startIndex
    // The colons of an IPv6 address stand in brackets.
    let host = origin[schemeEnd...].dropFirst()
    let hasPort = (host.lastIndex(of: "]").map { host[$0...] } ?? host).contains(":")
    switch origin[..<schemeEnd] {
    case "https" where !hasPort: return origin + ":443"
    case "http" where !hasPort: return origin + ":80"
    default: return origin
    }
  }
}

extension RawJSON {
  init(_ number: Int) {
    self.init(unchecked: Array("\(number)".utf8))
  }
}
