import Foundation
import JSON
import OffstageCore
import Testing

@testable import OffstageServer

@Suite(.timeLimit(.minutes(3))) struct ExchangeRoutesTests {
  @Test func `events are saved as DevTools does, under a name of its style`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(
        [event(0), event(1, .pushMessaging, "Push message received")], to: source)
      let answer = try await bench.ask("GET", "/api/v1/export?format=devtools&service=sync")
      #expect(answer.status == 200)
      #expect(answer["Content-Type"] == "application/json")
      let name = try #require(answer["Content-Disposition"])
      let style = /attachment; filename="backgroundSync-\d{8}T\d{6}\.json"/
      #expect(try style.wholeMatch(in: name) != nil, "\(name)")
      let body = answer.body
      #expect(body.hasPrefix("[\n  {\n    \"timestamp\": 1795356129.837642,\n    \"origin\": "))
      #expect(body.hasSuffix("\"storageKey\": \"https://app.example/\"\n  }\n]"))
    }
  }

  @Test(arguments: [("csv", "text/csv; charset=utf-8"), ("jsonl", "application/x-ndjson")])
  func `the other formats have their type and end`(_ format: String, _ type: String) async throws {
    try await Bench.with { bench in
      try await bench.write([event(0)], to: bench.openSource("default"))
      let answer = try await bench.ask("GET", "/api/v1/export?format=\(format)")
      #expect(answer["Content-Type"] == type)
      #expect(answer["Content-Disposition"]?.hasSuffix(".\(format)\"") == true)
      #expect(answer["Content-Disposition"]?.contains("backgroundServices-") == true)
      #expect(answer.body.split(whereSeparator: \.isNewline).count == 2)
    }
  }

  @Test(arguments: [
    "", "?format=", "?format=html", "?format=csv&format=csv", "?format=csv&limit=1",
  ])
  func `a format that is none is a problem`(_ query: String) async throws {
    try await Bench.with { bench in
      for (method, path) in [("GET", "export"), ("POST", "downloads")] {
        let answer = try await bench.ask(method, "/api/v1/\(path)\(query)")
        #expect(answer.status == 400)
        try expectProblem(answer, "bad-parameter")
      }
    }
  }

  @Test func `of a format that is missing it is said so`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask("GET", "/api/v1/export?service=push")
      try expectProblem(answer, "bad-parameter", parameter: "format")
      #expect(try answer.json["detail"] as? String == "The parameter “format” is missing.")
      #expect((try answer.json["hint"] as? String)?.contains("devtools, jsonl, csv") == true)
    }
  }

  @Test func `a file that was saved is imported as a source of its name, and once`() async throws {
    try await Bench.with { bench in
      try await bench.write([event(0), event(1)], to: bench.openSource("default"))
      let saved = try await bench.ask("GET", "/api/v1/export?format=devtools").body
      let answer = try await bench.ask("POST", "/api/v1/imports?name=a%20b.json", body: saved)
      #expect(answer.status == 200)
      #expect(try answer.json["added"] as? Int == 2)
      let source = try #require(try answer.list("sources").first)
      #expect(source["name"] as? String == "a b.json")
      #expect(source["kind"] as? String == "import")
      let id = try #require(source["id"] as? String)
      let again = try await bench.ask("GET", "/api/v1/export?format=devtools&source=\(id)")
        .body
      #expect(again == saved)
      let second = try await bench.ask("POST", "/api/v1/imports?name=c.json", body: saved)
      #expect(try second.json["added"] as? Int == 0)
      #expect(try second.json["known"] as? Int == 2)
      #expect(try second.list("sources").first?["id"] as? String == id)
      #expect(try bench.spooled.isEmpty)
      // Nobody records it.
      let recording = try await bench.ask("GET", "/api/v1/recording?source=\(id)").list("recording")
      #expect(recording.allSatisfy { $0["wanted"] as? Bool == false })
    }
  }

  @Test(arguments: ["", "[{}]", "hello", "{\"events\":[]}", "[", "[1"])
  func `a file that can't be imported is a problem, and leaves nothing`(
    _ body: String
  ) async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask("POST", "/api/v1/imports?name=x.json", body: body)
      #expect(answer.status == 400)
      try expectProblem(answer, "bad-file")
      #expect(try answer.json["detail"] as? String != nil)
      #expect(try answer.json["hint"] as? String != nil)
      #expect(try await bench.store.sources().isEmpty)
    }
  }

  @Test func `of a file with a mistake in it the rest is stored, and the mistake is told`()
    async throws
  {
    try await Bench.with { bench in
      let good = String(decoding: try event(0).protocolJSON, as: UTF8.self)
      let answer = try await bench.ask(
        "POST", "/api/v1/imports?name=x.json", body: "[\(good),\n {\"a\":1}]")
      #expect(answer.status == 200)
      #expect(try answer.json["added"] as? Int == 1)
      #expect(try answer.json["skipped"] as? Int == 1)
      let fault = try #require(try answer.list("faults").first)
      #expect(fault["line"] as? Int == 2)
      #expect(fault["column"] as? Int == 2)
      #expect((fault["text"] as? String)?.contains("no event") == true)
    }
  }

  @Test(arguments: [("&redact=yes", true), ("&redact=no", false), ("", false)])
  func `an export is redacted when it is asked to be`(
    _ query: String, _ isRedacted: Bool
  ) async throws {
    try await Bench.with { bench in
      // Of a push the instance is what a push service made.
      let sent = try event(0, .pushMessaging, "Push message received")
      try await bench.write([sent], to: bench.openSource("default"))
      let answer = try await bench.ask("GET", "/api/v1/export?format=jsonl\(query)")
      #expect(answer.body.contains("outbox") == !isRedacted)
      #expect(answer["Content-Disposition"]?.contains("-redacted.jsonl") == isRedacted)
      let bad = try await bench.ask("GET", "/api/v1/export?format=jsonl&redact=maybe")
      try expectProblem(bad, "bad-parameter", parameter: "redact")
    }
  }

  @Test func `a file that is too large is refused, and leaves nothing`() async throws {
    try await Bench.with({ configuration, _ in configuration.importLimit = 1 << 20 }) { bench in
      let body = "[" + String(repeating: " ", count: 1 << 20) + "]"
      let answer = try await bench.ask("POST", "/api/v1/imports", body: body)
      #expect(answer.status == 413)
      try expectProblem(answer, "body-too-large")
      #expect(try answer.json["detail"] as? String == "The body has more than 1 MiB.")
      #expect(try await bench.store.sources().isEmpty)
      #expect(try bench.spooled.isEmpty)
      let fits = try await bench.ask("POST", "/api/v1/imports", body: String(body.dropFirst(2)))
      #expect(fits.status == 400)
    }
  }

  @Test func `a download's path is good for one GET without the token`() async throws {
    try await Bench.with { bench in
      try await bench.write([event(0)], to: bench.openSource("default"))
      let answer = try await bench.ask("POST", "/api/v1/downloads?format=csv&service=sync")
      let path = try #require(try answer.json["path"] as? String)
      let get = [
        "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(bench.port)", "Sec-Fetch-Site: same-origin",
        "Connection: close",
      ]
      let head = [get[0].replacing("GET", with: "HEAD")] + get.dropFirst()
      let looked = try await bench.send(head)
      #expect(looked.status == 200)
      #expect(looked["Content-Disposition"]?.contains("backgroundSync-") == true)
      let download = try await bench.send(get)
      #expect(download.status == 200)
      #expect(download["Content-Disposition"]?.contains("backgroundSync-") == true)
      #expect(download.body.contains("Registered sync"))
      let second = try await bench.send(get)
      #expect(second.status == 403)
      try expectProblem(second, "used-download")
    }
  }

  @Test(arguments: [
    "Host: evil.example", "Host: HERE\r\nSec-Fetch-Site: cross-site",
    "Host: HERE\r\nOrigin: https://evil.example",
  ])
  func `a download is guarded as all else, and stays good`(_ lines: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask("POST", "/api/v1/downloads?format=csv")
      let path = try #require(try answer.json["path"] as? String)
      let here = "127.0.0.1:\(bench.port)"
      let refused = try await bench.send([
        "GET \(path) HTTP/1.1", lines.replacing("HERE", with: here), "Connection: close",
      ])
      #expect([403, 421].contains(refused.status))
      let own = try await bench.send(["GET \(path) HTTP/1.1", "Host: \(here)", "Connection: close"])
      #expect(own.status == 200)
    }
  }

  @Test(arguments: [
    "/api/v1/downloads/0123456789abcdef0123456789abcdef", "/api/v1/downloads/",
    "/api/v1/downloads/a/b",
  ])
  func `a code that was not given out opens nothing`(_ path: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.send([
        "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(bench.port)", "Connection: close",
      ])
      #expect([401, 403].contains(answer.status))
    }
  }

  @Test(arguments: [
    "POST /api/v1/downloads?format=csv", "POST /api/v1/imports", "GET /api/v1/export",
  ])
  func `all else of it needs the token`(_ request: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.send([
        "\(request) HTTP/1.1", "Host: 127.0.0.1:\(bench.port)", "Content-Length: 0",
        "Connection: close",
      ])
      #expect(answer.status == 401)
    }
  }

  @Test func `a ticket is good for a minute, and once`() {
    let tickets = DownloadTickets()
    let export = Export(.csv, of: EventSelection())
    let first = tickets.issue(export, at: Bench.start)
    let second = tickets.issue(export, at: Bench.start)
    #expect(tickets.redeem("", at: Bench.start) == nil)
    #expect(tickets.redeem(first, at: Bench.start + .seconds(60)) == export)
    #expect(tickets.redeem(first, at: Bench.start) == nil)
    #expect(tickets.redeem(second, at: Bench.start + .seconds(61)) == nil)
  }
}

extension Bench {
  /// What an import has left behind.
  fileprivate var spooled: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix(".import") }
    }
  }
}
