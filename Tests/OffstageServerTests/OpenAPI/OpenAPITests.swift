import Foundation
import HTTPTypes
import OffstageCore
import Testing

@testable import OffstageServer

/// The description of the API is made of its routes. `Bench` holds every answer that any test of
/// the server gets against it.
@Suite(.timeLimit(.minutes(3))) struct OpenAPITests {
  private func with(
    _ body: @escaping @Sendable (Bench, [Route]) async throws -> Void
  ) async throws {
    try await Bench.with { configuration, _ in
      // The routes that lead to the pages are there too.
      configuration.assets = Assets(["ui/index.html": .init()])
      configuration.looking = OneBrowser()
      configuration.scenarioWriter = NamingWriter()
    } _: { bench in
      let clock = SystemClock()
      let api = API(
        store: bench.store, locks: bench.locks, clock: clock, version: "1.2.3", token: Bench.token,
        codes: EntryCodes(), hub: StreamHub(store: bench.store, locks: bench.locks, clock: clock),
        spoolFolder: "/nowhere", importLimit: 1)
      try await body(bench, api.routes)
    }
  }

  @Test func `it has every route with every parameter, and nothing else`() async throws {
    try await with { bench, routes in
      let document = bench.contract.document
      var described: [String: Set<String>] = [:]
      for (path, operations) in document["paths"]?.members ?? [:] {
        for (method, operation) in operations.members ?? [:] {
          let parameters = operation["parameters"]?.items ?? []
          described["\(method.uppercased()) /api/v1\(path)"] = Set(
            parameters.map { "\($0["in"]?.text ?? "") \($0["name"]?.text ?? "")" })
        }
      }
      var real: [String: Set<String>] = [:]
      for route in routes {
        #expect(
          !route.pathParameters.contains(nil),
          "\(route.path): say in PathParameter (Route+OpenAPI.swift) what stands in its braces")
        real["\(route.method.rawValue) \(route.path)"] = Set(
          route.path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { "path \($0.dropFirst().dropLast())" }
            + route.headers.map { "header \($0.rawValue)" }
            + route.parameters.map { "query \($0.rawValue)" })
      }
      #expect(described == real)
    }
  }

  /// One good request for each route: `{id}` stands for an event that is there.
  private static let requests: [String: (path: String, body: String?)] = [
    "GET /": ("/", nil), "GET /openapi.json": ("/openapi.json", nil),
    "GET /events": ("/events", nil), "DELETE /events": ("/events?service=payment", nil),
    "GET /events/pieces": ("/events/pieces?size=1", nil),
    "GET /events/{id}": ("/events/{id}", nil), "GET /histogram": ("/histogram", nil),
    "GET /instances": ("/instances?since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z", nil),
    "GET /events/{id}/worker": ("/events/{id}/worker", nil),
    "GET /operations": ("/operations?state=waiting,failed", nil),
    "GET /operations/{id}": ("/operations/1", nil),
    "GET /operations/{id}/scenario": ("/operations/1/scenario", nil),
    "GET /filter": ("/filter?filter=push%20-tag:a&at=4", nil),
    "GET /findings": ("/findings?limit=50", nil),
    "GET /findings/count": ("/findings/count?since=24h", nil),
    "GET /findings/elsewhere": ("/findings/elsewhere?since=24h&limit=50", nil),
    "GET /findings/operations": ("/findings/operations?id=1,2", nil),
    "GET /sources": ("/sources", nil), "GET /services": ("/services", nil),
    "GET /gaps": ("/gaps", nil), "GET /recording": ("/recording", nil),
    "PUT /recording/{service}": ("/recording/push", #"{"recording":true}"#),
    "POST /recording/renew": ("/recording/renew", nil), "POST /codes": ("/codes", nil),
    "GET /workers": ("/workers?source=default", nil), "GET /triggers": ("/triggers?limit=3", nil),
    "GET /export": ("/export?format=devtools", nil),
    "POST /downloads": ("/downloads?format=csv", nil), "POST /imports": ("/imports", "[]"),
    "GET /notifications": ("/notifications?source=default", nil),
    "GET /push/subscriptions": ("/push/subscriptions", nil),
    "GET /push/messages": ("/push/messages?refused=true&limit=3", nil),
    "POST /doctor": ("/doctor", #"{"url":"https://app.example","services":["push"],"wake":true}"#),
  ]

  /// Those that take more than one request to ask, and the tests that do it.
  private static let askedElsewhere = [
    "GET /stream": "StreamTests", "POST /entry": "PagesTests",
    "GET /downloads/{code}": "ExchangeRoutesTests",
    "GET /triggers/{id}": "TriggerRoutesTests", "POST /triggers": "TriggerRoutesTests",
  ]

  @Test func `each route gives what it says`() async throws {
    try await with { bench, routes in
      let id = try await bench.fill()
      for route in routes {
        let name = "\(route.method.rawValue) \(route.localPath)"
        if Self.askedElsewhere[name] != nil { continue }
        guard let request = Self.requests[name] else {
          Issue.record("\(name) is asked by no test: write a request into OpenAPITests.requests")
          continue
        }
        let path = "/api/v1" + request.path.replacing("{id}", with: "\(id)")
        let answer = try await bench.ask(route.method.rawValue, path, body: request.body)
        // Its body was held against the description by then.
        #expect(answer.status == route.giving.status, "\(name): \(answer.body)")
      }
    }
  }

  @Test func `it says which parameters a request can't do without`() async throws {
    try await with { bench, _ in
      var required: [String: [String]] = [:]
      for (path, operations) in bench.contract.document["paths"]?.members ?? [:] {
        for (method, operation) in operations.members ?? [:] {
          let names = (operation["parameters"]?.items ?? [])
            .filter { $0["in"]?.text == "query" && $0["required"] == .boolean(true) }
            .compactMap { $0["name"]?.text }
          if !names.isEmpty { required["\(method.uppercased()) \(path)"] = names }
        }
      }
      #expect(
        required == [
          "GET /export": ["format"], "POST /downloads": ["format"],
          "GET /instances": ["since", "until"], "GET /findings/operations": ["id"],
        ])
    }
  }

  @Test(
    arguments: [
      ("id", .string("1")), ("id", .integer(0)), ("id", nil), ("service", .string("pushing")),
      ("timestamp", .string("yesterday")), ("outcome", .boolean(true)), ("new", .integer(1)),
      ("source", .object([:])), ("eventMetadata", .array([.null])), ("source", .null),
    ] as [(String, JSONValue?)])
  func `an answer that differs from what is said would be seen`(
    _ member: String, _ value: JSONValue?
  ) async throws {
    try await with { bench, _ in
      let id = try await bench.fill()
      let answer = try await bench.ask("GET", "/api/v1/events/\(id)")
      let check = SchemaCheck(document: bench.contract.document)
      let schema = try #require(check.resolve("#/components/schemas/Event"))
      var members = try #require(try JSONValue(parsing: answer.body).members)
      #expect(check.faults(of: .object(members), by: schema) == [])
      members[member] = value
      #expect(!check.faults(of: .object(members), by: schema).isEmpty)
    }
  }

  @Test func `it is an OpenAPI document`() async throws {
    try await with { bench, _ in
      #expect(OpenAPIStructure(document: bench.contract.document).faults() == [])
    }
  }
}

extension Bench {
  /// A store that has one of everything; the id of an event whose worker did something.
  fileprivate func fill() async throws -> Int64 {
    let source = try await openSource("default")
    _ = try await store.openSource(
      SourceDescription(
        kind: .offTheRecord, place: .offTheRecord(browserRun: "1", contextId: "2"),
        suggestedName: "private", browser: nil, transport: "pipe", keep: .forever),
      at: Bench.start)
    let token = ObservationToken(rawValue: 1)
    let error = WorkerContext(
      kind: .error, registrationId: "0", versionId: "1", scriptURL: "https://app.example/sw.js",
      text: "TypeError", line: 14)
    let version = WorkerContext(
      kind: .version, registrationId: "0", versionId: "1", scriptURL: nil, text: "activated",
      runningStatus: "running")
    _ = try await store.write(
      [
        SourceWrites(
          source: source.id,
          writes: [
            .observationBegan(
              token, .backgroundSync, browser: "Chrome/156", transport: "pipe", at: Bench.start),
            .serviceState(
              .backgroundSync,
              ServiceStateChange(
                wanted: true, wantedBy: .person, isRecording: true,
                lease: Lease(lastRenewal: Bench.start), seenUntil: Bench.start)),
            .replayEnded(
              token, .backgroundSync,
              ReplaySummary(events: 7, duration: Interval(micros: 1500), ended: Bench.start)),
            .gapOpened(
              .pushMessaging, .leaseExpired, from: Bench.start, to: Bench.start + .hours(1), .yes),
            .gapOpened(.backgroundSync, .turnedOff, from: Bench.start, to: nil, .unknown),
            .worker(error, at: Bench.start), .worker(version, at: Bench.start),
          ])
      ], receivedUntil: Bench.start)
    try await write(
      [event(0), event(1, .pushMessaging, "Push event dispatched")], to: source)
    let worker = try await ask("GET", "/api/v1/events?order=asc")
    let events = try JSONValue(parsing: worker.body)["events"]?.items ?? []
    return try #require(events.first?["id"]?.integer)
  }
}
