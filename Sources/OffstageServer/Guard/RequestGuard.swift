/// Decides whether a request may be looked at, from its head alone.
///
/// A page on any site can make its browser send requests to a loopback port, and can bind a name of
/// its own to 127.0.0.1 (DNS rebinding); programs of other users of the machine can connect as well.
/// The first is told by Origin and Sec-Fetch-Site, the second by Host, the third by the token.
package struct RequestGuard: Sendable {
  /// What is judged; each header with every value that came.
  package struct Head: Sendable {
    package var path: String
    package var hosts: [String]
    package var origins: [String]
    package var fetchSites: [String]
    package var authorizations: [String]

    package init(
      path: String, hosts: [String], origins: [String] = [], fetchSites: [String] = [],
      authorizations: [String] = []
    ) {
      self.path = path
      self.hosts = hosts
      self.origins = origins
      self.fetchSites = fetchSites
      self.authorizations = authorizations
    }
  }

  package enum Verdict: Sendable, Hashable {
    case pass
    case foreignHost
    case foreignOrigin
    case crossSite
    case noToken
    case wrongToken
  }

  private let token: String
  private let extraHosts: Set<String>

  package init(token: String, extraHosts: Set<String> = []) {
    self.token = token
    self.extraHosts = extraHosts
  }

  package func judge(_ head: Head, port: Int) -> Verdict {
    let hosts = RequestGuard.loopbackHosts(port: port).union(extraHosts)
    guard head.hosts.count == 1, hosts.contains(head.hosts[0]) else { return .foreignHost }
    guard head.origins.count <= 1,
      head.origins.allSatisfy({ $0.hasPrefix("http://") && hosts.contains(String($0.dropFirst(7))) }
      )
    else { return .foreignOrigin }
    guard head.fetchSites.count <= 1,
      head.fetchSites.allSatisfy({ $0 == "same-origin" || $0 == "none" })
    else { return .crossSite }
    guard RequestGuard.needsToken(head.path) else { return .pass }
    guard !head.authorizations.isEmpty else { return .noToken }
    guard head.authorizations.count == 1,
      let given = RequestGuard.bearerToken(head.authorizations[0]),
      RequestGuard.isEqualInConstantTime(given, token)
    else { return .wrongToken }
    return .pass
  }

  /// The names of this machine that a Host header may have, exactly as clients write them.
  package static func loopbackHosts(port: Int) -> Set<String> {
    let names: Set<String> = ["127.0.0.1", "localhost", "[::1]"]
    let hosts = Set(names.map { "\($0):\(port)" })
    // Clients leave out the port that is the scheme's own (RFC 9110 §4.2.1).
    return port == 80 ? hosts.union(names) : hosts
  }

  /// The path is divided as the router divides it: empty segments do not count.
  static func needsToken(_ path: String) -> Bool {
    let segments = path.split(separator: "/")
    guard segments.first == "api", segments != API.entryPath.split(separator: "/") else {
      return false
    }
    // What follows is a code that is good once.
    let downloads = API.downloadsPath.split(separator: "/")
    return segments.count != downloads.count + 1 || !segments.starts(with: downloads)
  }

  /// RFC 6750 §2.1; the scheme's case does not matter (RFC 9110 §11.1).
  private static func bearerToken(_ authorization: String) -> String? {
    let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }

  /// Takes as long for the first wrong byte as for the last, so that time tells nothing.
  static func isEqualInConstantTime(_ given: String, _ expected: String) -> Bool {
    let given = Array(given.utf8)
    let expected = Array(expected.utf8)
    guard given.count == expected.count, !expected.isEmpty else { return false }
    var difference: UInt8 = 0
    for index in expected.indices { difference |= given[index] ^ expected[index] }
    return difference == 0
  }
}
