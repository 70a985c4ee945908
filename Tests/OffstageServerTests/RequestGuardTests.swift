import OffstageServer
import Testing

@Suite struct RequestGuardTests {
  private let guardian = RequestGuard(token: Bench.token)

  private func judge(
    path: String = "/api/v1/events", hosts: [String] = ["127.0.0.1:7788"],
    origins: [String] = [], fetchSites: [String] = [],
    authorizations: [String] = ["Bearer \(Bench.token)"]
  ) -> RequestGuard.Verdict {
    guardian.judge(
      RequestGuard.Head(
        path: path, hosts: hosts, origins: origins, fetchSites: fetchSites,
        authorizations: authorizations), port: 7788)
  }

  @Test(arguments: ["127.0.0.1:7788", "localhost:7788", "[::1]:7788"])
  func `the names of loopback pass`(host: String) {
    #expect(judge(hosts: [host]) == .pass)
  }

  @Test(arguments: [
    "localhost.evil:7788", "127.0.0.1.nip.io:7788", "evil.example", "0177.0.0.1:7788",
    "2130706433:7788", "0x7f000001:7788", "127.1:7788", "0.0.0.0:7788", "[::]:7788",
    "[::ffff:127.0.0.1]:7788", "[0:0:0:0:0:0:0:1]:7788", "::1:7788", "localhost.:7788",
    "127.0.0.1.:7788", "user@127.0.0.1:7788", "127.0.0.1:7788@evil.example", "127.0.0.1",
    "127.0.0.1:7789", "127.0.0.1:07788", "localhost", "LOCALHOST:7788", "127.0.0.1:7788 ",
    "127.0.0.1:7788,evil.example", "127.0.0.1:7788/", "", "http://127.0.0.1:7788",
  ])
  func `any other host is refused`(host: String) {
    #expect(judge(hosts: [host]) == .foreignHost)
    #expect(judge(path: "/", hosts: [host], authorizations: []) == .foreignHost)
  }

  @Test func `a host that is missing or doubled is refused`() {
    #expect(judge(hosts: []) == .foreignHost)
    #expect(judge(hosts: ["127.0.0.1:7788", "127.0.0.1:7788"]) == .foreignHost)
    #expect(judge(hosts: ["127.0.0.1:7788", "evil.example"]) == .foreignHost)
  }

  @Test func `on the port of the scheme clients leave it out`() {
    let head = RequestGuard.Head(path: "/", hosts: ["localhost"])
    #expect(guardian.judge(head, port: 80) == .pass)
    #expect(guardian.judge(head, port: 7788) == .foreignHost)
  }

  @Test func `a host that was allowed passes and no other`() {
    let guardian = RequestGuard(token: Bench.token, extraHosts: ["box.test:9000"])
    let verdict = { (host: String) in
      guardian.judge(RequestGuard.Head(path: "/", hosts: [host]), port: 7788)
    }
    #expect(verdict("box.test:9000") == .pass)
    #expect(verdict("box.test:7788") == .foreignHost)
  }

  @Test(arguments: ["http://127.0.0.1:7788", "http://localhost:7788", "http://[::1]:7788"])
  func `our own origins pass`(origin: String) {
    #expect(judge(origins: [origin]) == .pass)
  }

  @Test(arguments: [
    "https://127.0.0.1:7788", "http://127.0.0.1", "http://127.0.0.1:3000", "http://evil.example",
    "http://localhost.evil:7788", "null", "", "http://127.0.0.1:7788/", "127.0.0.1:7788",
  ])
  func `any other origin is refused`(origin: String) {
    #expect(judge(origins: [origin]) == .foreignOrigin)
  }

  @Test func `a doubled origin is refused`() {
    #expect(
      judge(origins: ["http://127.0.0.1:7788", "http://127.0.0.1:7788"]) == .foreignOrigin)
  }

  @Test(arguments: ["same-origin", "none"])
  func `what the browser calls our own passes`(site: String) {
    #expect(judge(fetchSites: [site]) == .pass)
  }

  @Test(arguments: ["cross-site", "same-site", "", "Same-Origin"])
  func `what the browser calls another site is refused`(site: String) {
    #expect(judge(fetchSites: [site]) == .crossSite)
    #expect(judge(fetchSites: ["none", site]) == .crossSite)
  }

  @Test func `the API needs the token`() {
    #expect(judge(authorizations: []) == .noToken)
    #expect(judge(authorizations: ["bearer \(Bench.token)"]) == .pass)
    #expect(judge(path: "/", authorizations: []) == .pass)
  }

  @Test(arguments: [
    "Bearer ", "Bearer", "", "Bearer x", "Basic \(Bench.token)", Bench.token,
    "Bearer \(Bench.token.dropLast())", "Bearer \(Bench.token)x", "Bearer  \(Bench.token)",
    "Bearer \(Bench.token.uppercased())",
  ])
  func `any other token is refused`(authorization: String) {
    #expect(judge(authorizations: [authorization]) == .wrongToken)
    #expect(judge(authorizations: ["Bearer \(Bench.token)", authorization]) == .wrongToken)
  }

  @Test(arguments: ["/api", "/api/", "//api/v1/events", "/api//v1/events", "api/v1"])
  func `no spelling of a path goes round the token`(path: String) {
    #expect(judge(path: path, authorizations: []) == .noToken)
  }

  @Test func `a server without a token lets nobody in`() {
    let head = RequestGuard.Head(
      path: "/api/v1/", hosts: ["localhost:7788"], authorizations: ["Bearer "])
    #expect(RequestGuard(token: "").judge(head, port: 7788) == .wrongToken)
  }
}
