/// The address of a subscription, where an application server posts to.
package struct PushEndpoint: Sendable, Hashable, CustomStringConvertible {
  package enum Scheme: String, Sendable {
    case http, https

    var port: Int { self == .http ? 80 : 443 }
  }

  package let scheme: Scheme
  /// In lower case, without brackets.
  package let host: String
  package let port: Int
  /// With its query.
  package let path: String

  /// Longer than any push service makes one.
  private static let limit = 1 << 13

  package init(parsing text: String) throws(PushEndpointError) {
    // Nothing that could end a line of the request.
    guard text.utf8.count <= Self.limit, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw .unreadable
    }
    guard let colon = text.firstRange(of: "://") else { throw .unreadable }
    guard let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased()) else {
      throw .scheme(String(text[..<colon.lowerBound]))
    }
    var rest = text[colon.upperBound...]
    if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard !authority.contains("@") else { throw .hasCredentials }
    let target = rest.dropFirst(authority.count)
    self.scheme = scheme
    path = target.hasPrefix("/") ? String(target) : "/" + target
    (host, port) = try Self.place(authority, scheme)
  }

  private static func place(
    _ authority: Substring, _ scheme: Scheme
  ) throws(PushEndpointError) -> (String, Int) {
    var host = authority
    var port = Substring()
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { throw .unreadable }
      host = authority[authority.index(after: authority.startIndex)..<end]
      port = authority[authority.index(after: end)...]
      guard port.isEmpty || port.hasPrefix(":") else { throw .unreadable }
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[colon...]
    }
    guard !host.isEmpty else { throw .unreadable }
    let digits = port.dropFirst()
    guard !digits.isEmpty else { return (host.lowercased(), scheme.port) }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt16(digits), number > 0
    else { throw .port(String(digits)) }
    return (host.lowercased(), Int(number))
  }

  /// With its port, as `Host` has it.
  package var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == scheme.port ? name : "\(name):\(port)"
  }

  /// What a token's `aud` must be (RFC 6454, section 6.1).
  package var origin: String { "\(scheme.rawValue)://\(authority)" }

  package var description: String { origin + path }

  /// Nothing that is sent there leaves the machine.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  var isAddress: Bool {
    host.contains(":") || host.split(separator: ".").allSatisfy { UInt8($0) != nil }
  }
}

/// Why a text is no endpoint.
package enum PushEndpointError: PushFault {
  case unreadable
  case scheme(String)
  case hasCredentials
  case port(String)

  package var told: ToldFault {
    switch self {
    case .unreadable:
      ToldFault(
        "endpoint-unreadable", "The endpoint is no address.",
        "It is the subscription's endpoint, such as https://push.example.net/abc.")
    case .scheme(let name):
      ToldFault(
        "endpoint-scheme", "The endpoint begins with \(name.quoted), where http or https belongs.",
        "It is the subscription's endpoint, such as https://push.example.net/abc.")
    case .hasCredentials:
      ToldFault(
        "endpoint-credentials", "The endpoint has a name or a password in it.",
        "An application server says who it is in Authorization (RFC 8292).")
    case .port(let text):
      ToldFault(
        "endpoint-port", "The endpoint's port is \(text.quoted).",
        "A port is a number from 1 to 65535.")
    }
  }
}
