/// The text under the title, as Chromium puts it together for a desktop that knows markup:
/// `<a href="https://app.example/">app.example</a>`, the page's own text, `<img src="file:///…"/>`
/// (`notification_platform_bridge_linux.cc`).
///
/// What the page gave is escaped there. A desktop that knew no markup would get it as it is, and
/// could not tell the page's text from what the browser adds.
package struct NotificationBody: Sendable, Hashable {
  /// Whose it is, the whole URL.
  package var link: String?
  package var text: String
  package var imagePath: String?

  package init(link: String? = nil, text: String, imagePath: String? = nil) {
    self.link = link
    self.text = text
    self.imagePath = imagePath
  }

  /// Bytes, not characters: a mark that a page puts first would be one with what stands before it.
  package init(parsing markup: String) {
    var rest = Array(markup.utf8)[...]
    if rest.starts(with: Self.link), let quote = rest.dropFirst(9).firstIndex(of: Self.quote),
      let end = rest[quote...].firstRange(of: Self.linkEnd)
    {
      link = Self.unescaped(rest[(rest.startIndex + Self.link.count)..<quote])
      rest = rest[end.upperBound...]
      for _ in 0..<2 where rest.first == Self.newline { rest.removeFirst() }
    }
    if rest.suffix(Self.imageEnd.count) == Self.imageEnd[...],
      let start = rest.ranges(of: Self.image).last
    {
      let url = rest[start.upperBound...].dropLast(Self.imageEnd.count)
      imagePath = Self.path(ofFile: Self.unescaped(url))
      rest = rest[..<start.lowerBound]
      if rest.last == Self.newline { rest.removeLast() }
    }
    text = Self.unescaped(rest)
  }

  private static let link = Array("<a href=\"".utf8)
  private static let linkEnd = Array("</a>".utf8)
  private static let image = Array("<img src=\"".utf8)
  private static let imageEnd = Array("\" alt=\"\"/>".utf8)
  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let entities: [(name: [UInt8], byte: UInt8)] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"),
  ].map { (Array(($0 as String).utf8), UInt8(ascii: $1)) }

  private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
    var plain: [UInt8] = []
    var rest = text
    while let byte = rest.first {
      let entity =
        byte == UInt8(ascii: "&") ? entities.first { rest.starts(with: $0.name) } : nil
      plain.append(entity?.byte ?? byte)
      rest = rest.dropFirst(entity?.name.count ?? 1)
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// Of `file:///tmp/a%20b`; nil for other URLs.
  static func path(ofFile url: String) -> String? {
    guard url.hasPrefix("file://") else { return nil }
    var bytes: [UInt8] = []
    var rest = url.utf8.dropFirst(7)
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let escaped = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(escaped)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
