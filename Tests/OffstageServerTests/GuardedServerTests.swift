import Testing

@testable import OffstageServer

/// The guard as it stands in front of a real port.
@Suite(.timeLimit(.minutes(3))) struct GuardedServerTests {
  private static let authorization = "Authorization: Bearer \(Bench.token)"

  @Test func `a request without a host is refused`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.send([
        "GET /api/v1/ HTTP/1.1", Self.authorization, "Connection: close",
      ])
      #expect(answer.status == 421)
      try expectProblem(answer, "foreign-host")
    }
  }

  @Test func `a request with two hosts is refused`() async throws {
    try await Bench.with { bench in
      for second in ["127.0.0.1:\(bench.port)", "evil.example"] {
        let answer = try await bench.send([
          "GET /api/v1/ HTTP/1.1", "Host: 127.0.0.1:\(bench.port)", "Host: \(second)",
          Self.authorization, "Connection: close",
        ])
        #expect(answer.status == 421)
      }
    }
  }

  @Test(arguments: [
    ("Host: localhost.evil:PORT", 421), ("Host: [::ffff:127.0.0.1]:PORT", 421),
    ("Host: 127.0.0.1:1", 421), ("Host: 127.0.0.1:PORT\r\nOrigin: http://evil.example", 403),
    ("Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site", 403),
    ("Host: localhost:PORT\r\nSec-Fetch-Site: none\r\nOrigin: http://localhost:PORT", 404),
  ])
  func `the guard stands in front of unknown routes too`(
    lines: String, status: Int
  ) async throws {
    try await Bench.with { bench in
      let lines = lines.replacing("PORT", with: "\(bench.port)")
      let answer = try await bench.send(["GET /nothing HTTP/1.1", lines, "Connection: close"])
      #expect(answer.status == status)
      try expectProblem(answer)
    }
  }

  @Test(arguments: ["/api/v1/events", "/api/v1/nothing", "//api/v1/events", "/%61pi/v1/events"])
  func `nothing of the API is told without the token`(path: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.send([
        "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(bench.port)", "Connection: close",
      ])
      // A path that is spelled with escapes is not the API's.
      #expect(answer.status == (path.hasPrefix("/%") ? 404 : 401))
      if answer.status == 401 { #expect(answer["WWW-Authenticate"] == "Bearer") }
    }
  }

  @Test func `a preflight of another page is refused and allows nothing`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.send([
        "OPTIONS /api/v1/events HTTP/1.1", "Host: 127.0.0.1:\(bench.port)",
        "Origin: https://evil.example", "Access-Control-Request-Method: DELETE",
        "Connection: close",
      ])
      #expect(answer.status == 403)
      #expect(answer["Access-Control-Allow-Origin"] == nil)
    }
  }

  @Test(arguments: [("GET", "/api/v1/"), ("GET", "/nothing"), ("PATCH", "/api/v1/events")])
  func `every answer has the strict headers once`(method: String, path: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask(method, path)
      for field in SecurityHeaders.fields {
        #expect(answer.values(of: field.name) == [field.value])
      }
    }
  }

  @Test func `an allowed method of a path is named when another comes`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask("PATCH", "/api/v1/events")
      #expect(answer.status == 405)
      #expect(answer["Allow"] == "GET, DELETE, HEAD")
      try expectProblem(answer, "method-not-allowed")
      #expect(try await bench.ask("PROPFIND", "/api/v1/recording/push")["Allow"] == "PUT")
    }
  }

  @Test func `a body that is too large is refused`() async throws {
    try await Bench.with { bench in
      let body = #"{"recording":true,"source":"\#(String(repeating: "x", count: 70_000))"}"#
      let answer = try await bench.ask("PUT", "/api/v1/recording/push", body: body)
      #expect(answer.status == 413)
      try expectProblem(answer, "body-too-large")
    }
  }

  @Test func `HEAD is answered without a body, also when it is refused`() async throws {
    try await Bench.with { bench in
      let known = try await bench.ask("HEAD", "/api/v1/events")
      let unknown = try await bench.ask("HEAD", "/api/v1/nothing")
      #expect((known.status, known.body) == (200, ""))
      #expect((unknown.status, unknown.body) == (404, ""))
    }
  }
}

/// Checks the shape that every refusal has.
func expectProblem(
  _ answer: HTTPAnswer, _ code: String? = nil, parameter: String? = nil,
  at location: SourceLocation = #_sourceLocation
) throws {
  let json = try answer.json
  #expect(answer["Content-Type"] == "application/problem+json", sourceLocation: location)
  #expect(json["status"] as? Int == answer.status, sourceLocation: location)
  #expect((json["title"] as? String)?.isEmpty == false, sourceLocation: location)
  #expect((json["detail"] as? String)?.isEmpty == false, sourceLocation: location)
  #expect(json.keys.contains("hint"), sourceLocation: location)
  let type = try #require(json["type"] as? String)
  #expect(type.hasPrefix("urn:offstage:problem:"), sourceLocation: location)
  if let code { #expect(type.hasSuffix(":" + code), sourceLocation: location) }
  if let parameter { #expect(json["parameter"] as? String == parameter, sourceLocation: location) }
}
