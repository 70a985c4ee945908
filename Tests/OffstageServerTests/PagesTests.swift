import Foundation
import OffstageServer
import Testing

/// The UI's files, and how a page comes by the token.
@Suite(.timeLimit(.minutes(3))) struct PagesTests {
  private static let files = [
    "ui/index.html": Data("<!doctype html>".utf8), "ui/app.js": Data("export {}".utf8),
    "demo/secret.txt": Data("no".utf8),
  ]

  private func with(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
    try await Bench.with { configuration, _ in
      configuration.assets = Assets(Self.files)
    } _: {
      try await body($0)
    }
  }

  private func get(
    _ bench: Bench, _ path: String, _ lines: [String] = [], method: String = "GET"
  ) async throws -> HTTPAnswer {
    try await bench.send(
      ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(bench.port)", "Connection: close"] + lines)
  }

  @Test func `the page and its files come without a token, under a strict policy`() async throws {
    try await with { bench in
      for (path, type) in [
        ("/", "text/html; charset=utf-8"), ("/ui/app.js", "text/javascript; charset=utf-8"),
      ] {
        let answer = try await get(bench, path)
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == type)
        let policy = try #require(answer["Content-Security-Policy"])
        #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"))
        #expect(!policy.contains("unsafe") && policy.contains("require-trusted-types-for"))
        #expect(answer["X-Content-Type-Options"] == "nosniff")
        #expect(answer["Cross-Origin-Resource-Policy"] == "same-origin")
      }
    }
  }

  @Test func `a file that the browser has is not sent again`() async throws {
    try await with { bench in
      let first = try await get(bench, "/ui/app.js")
      let tag = try #require(first["ETag"])
      let second = try await get(bench, "/ui/app.js", ["If-None-Match: \(tag)"])
      #expect((second.status, second.body) == (304, ""))
      #expect(try await get(bench, "/ui/app.js", ["If-None-Match: \"x\""]).status == 200)
      let head = try await get(bench, "/ui/app.js", method: "HEAD")
      #expect((head.status, head.body) == (200, ""))
    }
  }

  @Test(arguments: [
    "/ui/../demo/secret.txt", "/demo/secret.txt", "/ui/%2e%2e/demo/secret.txt", "/../secret",
    "/ui/", "/ui/index.html/", "//ui/app.js", "/ui//app.js", "/UI/app.js", "/ui/app.js%00",
  ])
  func `nothing else is a file`(_ path: String) async throws {
    try await with { bench in
      let answer = try await get(bench, path)
      #expect(answer.status == 404)
    }
  }

  @Test func `another site gets not even the page`() async throws {
    try await with { bench in
      #expect(try await get(bench, "/", ["Sec-Fetch-Site: cross-site"]).status == 403)
      let foreign = try await bench.send([
        "GET / HTTP/1.1", "Host: 127.0.0.1.nip.io:\(bench.port)", "Connection: close",
      ])
      #expect(foreign.status == 421)
    }
  }

  @Test func `without pages there is nothing at the root`() async throws {
    try await Bench.with { bench in
      let answer = try await get(bench, "/")
      #expect(answer.status == 404)
    }
  }

  private func redeem(_ bench: Bench, _ body: String, _ lines: [String] = []) async throws
    -> HTTPAnswer
  {
    try await bench.send(
      [
        "POST /api/v1/entry HTTP/1.1", "Host: 127.0.0.1:\(bench.port)",
        "Content-Length: \(body.utf8.count)", "Connection: close",
      ] + lines, body: body)
  }

  @Test func `a code gives the token once`() async throws {
    try await with { bench in
      let codes = try await bench.ask("POST", "/api/v1/codes", body: "").json
      let code = try #require(codes["code"] as? String)
      let body = #"{"code":"\#(code)"}"#
      #expect(try await redeem(bench, body, ["Origin: http://evil.example"]).status == 403)
      let answer = try await redeem(bench, body)
      #expect(answer.status == 200)
      let entry = try answer.json
      #expect(entry["token"] as? String == Bench.token)
      let again = try await redeem(bench, body)
      #expect(again.status == 403)
      try expectProblem(again, "used-code")
    }
  }

  @Test(arguments: [
    (#"{"code":"0"}"#, 403), (#"{"code":""}"#, 403), ("{}", 400), ("", 400), ("[]", 400),
  ])
  func `what is no code gives nothing`(_ body: String, _ status: Int) async throws {
    try await with { bench in
      let answer = try await redeem(bench, body)
      #expect(answer.status == status)
    }
  }

  @Test func `a code is not made without the token`() async throws {
    try await with { bench in
      let answer = try await get(bench, "/api/v1/codes", method: "POST")
      #expect(answer.status == 401)
    }
  }
}
