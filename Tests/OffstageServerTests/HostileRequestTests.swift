import Foundation
import OffstageServer
import Testing

/// Requests as no client of ours would send them, over a bare socket: refused on the API, on the
/// stream, on the pages' files, and where there is nothing.
@Suite(.timeLimit(.minutes(3))) struct HostileRequestTests {
  private static let files = [
    "ui/index.html": Data("<!doctype html>".utf8), "ui/app.js": Data("export {}".utf8),
    "demo/secret.txt": Data("the secret".utf8),
  ]

  /// A method and a path, of all kinds that there are.
  private static let targets = [
    "GET /api/v1/events", "DELETE /api/v1/events", "GET /api/v1/stream", "POST /api/v1/entry",
    "GET /api/v1/nothing", "GET /", "GET /ui/app.js", "GET /nothing",
  ]

  private func with(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
    try await Bench.with { configuration, _ in
      configuration.assets = Assets(Self.files)
    } _: {
      try await body($0)
    }
  }

  /// Sends each head to all kinds of targets, with the right token, and expects the refusal.
  private func expectRefusal(
    of heads: [[String]], _ status: Int, _ code: String, version: String = "1.1"
  ) async throws {
    try await with { bench in
      for head in heads {
        for target in Self.targets {
          let answer = try await bench.send(
            ["\(target) HTTP/\(version)"]
              + head.map { $0.replacing("PORT", with: "\(bench.port)") }
              + ["Authorization: Bearer \(Bench.token)", "Connection: close"])
          #expect(answer.status == status, "\(target), \(head)")
          try expectProblem(answer, code)
          #expect(answer["Access-Control-Allow-Origin"] == nil)
          #expect(!answer.body.contains("doctype") && !answer.body.contains("export"))
        }
      }
    }
  }

  @Test func `a foreign host is refused everywhere`() async throws {
    let hosts = [
      "localhost.evil:PORT", "127.0.0.1.nip.io:PORT", "evil.example", "0177.0.0.1:PORT",
      "2130706433:PORT", "017700000001:PORT", "0x7f.0.0.1:PORT", "127.1:PORT",
      "[::ffff:127.0.0.1]:PORT", "[::ffff:7f00:1]:PORT", "127.0.0.1", "127.0.0.1:1",
      "localhost.:PORT", "127.0.0.1:PORT@evil.example", "",
    ]
    try await expectRefusal(of: hosts.map { ["Host: \($0)"] }, 421, "foreign-host")
  }

  @Test(arguments: ["1.1", "1.0"])
  func `a request without a host is refused everywhere`(_ version: String) async throws {
    try await expectRefusal(of: [[]], 421, "foreign-host", version: version)
  }

  @Test func `a second host is refused everywhere`() async throws {
    let own = "Host: 127.0.0.1:PORT"
    let heads = [own, "Host: evil.example", "Host: "].flatMap { [[own, $0], [$0, own]] }
    try await expectRefusal(of: heads, 421, "foreign-host")
  }

  @Test func `a foreign origin is refused everywhere`() async throws {
    let origins = [
      "http://evil.example", "https://127.0.0.1:PORT", "http://127.0.0.1:1", "http://localhost",
      "http://localhost.evil:PORT", "null", "",
    ]
    try await expectRefusal(
      of: origins.map { ["Host: 127.0.0.1:PORT", "Origin: \($0)"] }, 403, "foreign-origin")
  }

  @Test func `what another site sends is refused everywhere`() async throws {
    let sites = ["cross-site", "same-site", "none, cross-site", ""]
    try await expectRefusal(
      of: sites.map { ["Host: 127.0.0.1:PORT", "Sec-Fetch-Site: \($0)"] }, 403, "cross-site")
  }

  /// As for a proxy; what counts of such a line is its path (RFC 9112 §3.2.2).
  @Test func `a first line that names a host goes round neither the Host header nor the token`()
    async throws
  {
    try await with { bench in
      for (host, path, status) in [
        ("evil.example", "/ui/app.js", 421), ("evil.example", "/api/v1/events", 421),
        ("127.0.0.1:\(bench.port)", "/api/v1/events", 401),
      ] {
        for authority in ["127.0.0.1:\(bench.port)", "evil.example"] {
          let answer = try await bench.send([
            "GET http://\(authority)\(path) HTTP/1.1", "Host: \(host)", "Connection: close",
          ])
          #expect(answer.status == status)
          try expectProblem(answer)
        }
      }
    }
  }

  /// `nil` is none at all; the token of another data folder is what a tab has whose folder was
  /// made anew.
  @Test(
    arguments: [
      (nil, "no-token"), ("Bearer c3RhbGUtdG9rZW4tc3RhbGUtdG9rZW4tc3RhbGUtdG9r", "wrong-token"),
      ("Bearer", "wrong-token"), ("Basic OnRva2Vu", "wrong-token"),
    ] as [(String?, String)])
  func `nothing is told without the token, and nothing done`(
    _ authorization: String?, _ code: String
  ) async throws {
    try await with { bench in
      let source = try await bench.openSource("default")
      try await bench.write([event(0)], to: source)
      for target in [
        "GET /api/v1/", "GET /api/v1/openapi.json", "GET /api/v1/events", "DELETE /api/v1/events",
        "GET /api/v1/stream", "POST /api/v1/codes", "PUT /api/v1/recording/push",
        "GET /api/v1/nothing", "GET /api/v1/events?token=\(Bench.token)",
      ] {
        let answer = try await bench.send(
          ["\(target) HTTP/1.1", "Host: 127.0.0.1:\(bench.port)", "Connection: close"]
            + (authorization.map { ["Authorization: \($0)"] } ?? []))
        #expect(answer.status == 401, "\(target)")
        try expectProblem(answer, code)
        #expect(!answer.body.contains(Bench.token))
      }
      #expect(try await bench.ask("GET", "/api/v1/events").list("events").count == 1)
    }
  }

  @Test func `no path leads out of the pages' files`() async throws {
    let paths = [
      "/ui/../demo/secret.txt", "/../demo/secret.txt", "/ui/%2e%2e/demo/secret.txt",
      "/ui/..%2fdemo%2fsecret.txt", "/ui/%252e%252e/demo/secret.txt",
      "/ui/%252e%252e%252fdemo%252fsecret.txt", "/ui/....//demo/secret.txt",
      "/ui/..\\demo\\secret.txt", "/ui/..%5cdemo%5csecret.txt", "/ui/%c0%ae%c0%ae/demo/secret.txt",
      "/demo/secret.txt", "//demo/secret.txt", "/ui/app.js/../../demo/secret.txt",
      "/%2e%2e/%2e%2e/etc/passwd", "/../../../../etc/passwd", "//etc/passwd", "/ui/app.js%00.html",
      "/ui/app.js/", "/ui/./app.js",
    ]
    try await with { bench in
      for path in paths {
        let answer = try await bench.send([
          "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(bench.port)", "Connection: close",
        ])
        #expect(answer.status == 404, "\(path)")
        #expect(!answer.body.contains("the secret") && !answer.body.contains("root:"))
        try expectProblem(answer, "not-found")
      }
    }
  }
}
