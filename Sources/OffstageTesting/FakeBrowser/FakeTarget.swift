import JSON

/// Something a client can attach to.
struct FakeTarget: Sendable {
  enum Kind: String, Sendable {
    case page, tab, other, browser
    case browserUI = "browser_ui"
    case serviceWorker = "service_worker"

    /// Docs/browser-facts.md §3: BackgroundService answers on these only.
    var hasBackgroundService: Bool { self == .page || self == .other || self == .browserUI }
  }

  var id: String
  var kind: Kind
  /// None for a browser target.
  var contextID: String?
  var url: String
  var title = ""
  /// A hidden target dies with the connection that made it (seen in Chromium 156).
  var owner: ClientID?
  /// A tab is what holds a page or a hidden target.
  var tabOf: String?

  /// `attached` is not known to the target itself.
  func write(into writer: inout JSONWriter, isAttached: Bool) {
    writer.object { writer in
      writer.member("targetId", id)
      writer.member("type", kind.rawValue)
      writer.member("title", title)
      writer.member("url", url)
      writer.member("attached", isAttached)
      writer.member("canAccessOpener", false)
      if let contextID { writer.member("browserContextId", contextID) }
    }
  }

  var origin: String? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let host = url[scheme.upperBound...].prefix { $0 != "/" }
    return url[..<scheme.upperBound] + host + "/"
  }
}

/// Which targets a client wants to hear of: the first entry that fits decides.
struct FakeTargetFilter: Sendable {
  struct Entry: Sendable {
    var type: String?
    var isExcluded: Bool
  }

  var entries: [Entry]

  /// What Chromium takes when none is given.
  static let standard = Self(entries: [
    Entry(type: "browser", isExcluded: true), Entry(type: "tab", isExcluded: true),
    Entry(type: nil, isExcluded: false),
  ])

  func admits(_ target: FakeTarget) -> Bool {
    let entry = entries.first { $0.type == nil || $0.type == target.kind.rawValue }
    return entry.map { !$0.isExcluded } ?? false
  }
}
