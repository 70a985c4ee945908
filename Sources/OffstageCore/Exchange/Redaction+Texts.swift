/// Which texts stay as they are.
extension Redaction {
  func number(_ text: String) -> String {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    return (1...15).contains(digits.count) && digits.allSatisfy(\.isDigit) ? text : mark(text)
  }

  /// One of the words that a browser has for what happened, or a number.
  func word(_ text: String) -> String {
    let isConstant =
      text.utf8.count <= 60 && text.utf8.allSatisfy { $0.isCapital || $0 == UInt8(ascii: "_") }
    return isConstant || RedactionRule.words.contains(text) ? text : number(text)
  }

  /// A moment as ISO 8601 writes it.
  func moment(_ text: String) -> String {
    let signs = Array("-:.TZ".utf8)
    let isMoment =
      (20...27).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0.isDigit || signs.contains($0) }
    return isMoment ? text : mark(text)
  }

  /// A name that somebody chose, unless it is made of what identifies a person or opens a door.
  func name(_ text: String) -> String {
    let isPlain =
      text.utf8.count <= 100 && !text.utf8.contains(UInt8(ascii: "@")) && !text.contains("://")
    let hasNumber = text.utf8.split { !$0.isDigit }.contains { $0.count >= 7 }
    return isPlain && !hasNumber && !Redaction.hasToken(text) ? text : mark(text)
  }

  /// Whether a part of it looks made by a machine: letters and digits mixed, capitals in no order,
  /// or letters without end. A word in CamelCase, and a number after one, do not.
  static func hasToken(_ text: String) -> Bool {
    text.utf8.split(whereSeparator: { !$0.isOfToken && !$0.isJoint }).contains { run in
      let signs = run.filter { !$0.isJoint }
      let turns = zip(signs, signs.dropFirst()).count { first, second in
        first.isDigit != second.isDigit || second.isCapital && !first.isCapital
      }
      let isMixed = signs.contains(where: \.isDigit) && signs.contains(where: \.isCapital)
      return signs.count >= 16 && turns * (isMixed ? 8 : 5) >= signs.count
        || signs.count >= 12 && turns * 4 >= signs.count
        || run.split(whereSeparator: \.isJoint).contains { $0.count >= 32 }
    }
  }

  // MARK: Addresses

  /// A URL without what stands for a person or opens a door: user, query, fragment, and of the path
  /// what looks like a token. Nothing stays of what is no URL of the web.
  func address(_ text: String) -> String {
    if text == "null" { return text }
    guard let url = WebAddress(text) else { return mark(text) }
    let isPush = Self.pushHosts.contains { url.host == $0 || url.host.hasSuffix("." + $0) }
    let path =
      isPush && url.path.utf8.count > 1
      ? "/" + mark(String(url.path.dropFirst()))
      : url.path.split(separator: "/", omittingEmptySubsequences: false)
        .map { pathPart(String($0)) }.joined(separator: "/")
    return url.scheme + (url.user.map { mark($0) + "@" } ?? "") + url.hostAndPort + path
      + (url.query.map { "?" + mark($0) } ?? "") + (url.fragment.map { "#" + mark($0) } ?? "")
  }

  /// Whoever knows the rest of such a URL can send.
  private static let pushHosts = [
    "fcm.googleapis.com", "android.googleapis.com", "jmt17.google.com",
    "push.services.mozilla.com", "notify.windows.com", "web.push.apple.com",
  ]

  private func pathPart(_ text: String) -> String {
    let signs = Array("_.~+,-".utf8)
    let isPlain = text.utf8.allSatisfy { $0.isOfToken || signs.contains($0) }
    return isPlain ? name(text) : mark(text)
  }

  /// The key of a partition names its site, and then what it is embedded in or a number of its own.
  func storageKey(_ text: String) -> String {
    guard let end = text.firstIndex(of: "^") else { return address(text) }
    return address(String(text[..<end])) + "^" + mark(String(text[text.index(after: end)...]))
  }
}

/// The parts of a URL of the web, each as it was written.
private struct WebAddress {
  var scheme: String
  var user: String?
  var hostAndPort: String
  /// Begins with a slash, or is empty.
  var path: String
  var query: String?
  var fragment: String?

  var host: String { hostAndPort.prefix { $0 != ":" }.lowercased() }

  init?(_ text: String) {
    guard let scheme = ["https://", "http://", "wss://", "ws://"].first(where: text.hasPrefix)
    else { return nil }
    self.scheme = scheme
    var rest = text.dropFirst(scheme.count)
    fragment = WebAddress.cut(&rest, at: "#").map(String.init)
    query = WebAddress.cut(&rest, at: "?").map(String.init)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    path = String(rest[slash...])
    rest = rest[..<slash]
    if let end = rest.lastIndex(of: "@") {
      user = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
    }
    hostAndPort = String(rest)
    let signs = Array(".:[]-".utf8)
    guard (1...255).contains(rest.utf8.count),
      rest.utf8.allSatisfy({ $0.isOfToken || signs.contains($0) })
    else { return nil }
  }

  private static func cut(_ text: inout Substring, at sign: Character) -> Substring? {
    guard let start = text.firstIndex(of: sign) else { return nil }
    defer { text = text[..<start] }
    return text[text.index(after: start)...]
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  fileprivate var isCapital: Bool { self &- UInt8(ascii: "A") < 26 }
  fileprivate var isOfToken: Bool { isDigit || isCapital || self &- UInt8(ascii: "a") < 26 }
  /// The two signs of base64url that are no letters, which names have too.
  fileprivate var isJoint: Bool { self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }
}
