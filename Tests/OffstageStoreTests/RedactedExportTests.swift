import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// What goes out redacted holds nothing secret, and is still a file that can be imported.
@Suite struct RedactedExportTests {
  /// None of them may be found in a redacted file.
  private static let secrets = [
    "hunter2", "Meet me at noon", "Your code is 4711", "yes, at noon", "carol@example.com",
    "dQw4w9WgXcQ:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx",
    "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "tBHItJI5svbpez7KI4CCXg", "4111 1111 1111 1111", "Elm Street 5", "session=af8d3c",
    "secret in a key", "secret in a name", "secret of an unknown service key", "0:179535%6d1a9c2f",
    "order-number 99", "42.00",
  ]

  private static var events: [LoggedEvent] {
    let s = secrets
    let fcm = "https://fcm.googleapis.com/fcm/send/\(s[5])"
    let events: [LoggedEvent] = [
      .sample(instance: s[14], ["Success": "Yes", "Payload": "{\"password\":\"\(s[0])\"}"]),
      .sample("Push event completed", instance: s[14], ["Status": s[0]]),
      .sample(
        "Notification displayed", .notifications, instance: s[4], ["Title": s[2], "Body": s[1]]),
      .sample(
        "Notification clicked", .notifications, instance: "chat", ["Reply": s[3], s[11]: s[6]]),
      .sample(
        "Request processing started", .backgroundFetch, instance: s[7],
        ["URL": "https://u:\(s[0])@a.example/x?\(s[10])#\(s[0])", "Endpoint": fcm]),
      .sample("Request processing completed", .backgroundFetch, instance: fcm, ["URL": fcm]),
      .sample(
        "Payment response", .paymentHandler, instance: s[15],
        ["Method Name": "https://pay.example/\(s[7])", "Details": s[8], "Method Data #3": s[8]]),
      .sample(
        "Change shipping address", .paymentHandler, instance: s[15],
        ["Address Line": s[9], "Total Value": s[16], "Recipient": s[4]]),
      .sample(s[12], .backgroundSync, instance: s[6], registration: s[0], [s[13]: s[7]]),
      .sample(
        "Registered sync", .backgroundSync, instance: "outbox", origin: "https://a.example/",
        storageKey: "https://a.example/^1\(s[7])", ["p256dh": s[6], "auth": s[7]],
        extra: RawJSON(unchecked: Array("{\"\(s[11])\":{\"x\":\"\(s[0])\"}}".utf8))),
    ]
    // Some of one moment, so that they change places.
    return events + (0..<40).map { .sample(instance: "\($0)", ["Payload": "\(s[0]) \($0)"]) }
  }

  @Test(arguments: ExportFormat.allCases)
  func `nothing that was secret is in any byte of the file`(_ format: ExportFormat) async throws {
    try await withStore { store, _ in
      let plain = String(decoding: try await save(format, of: store, false), as: UTF8.self)
      let redacted = String(decoding: try await save(format, of: store, true), as: UTF8.self)
      for secret in Self.secrets {
        #expect(plain.contains(secret), "\(secret) was planted")
        #expect(!redacted.contains(secret), "\(secret)")
      }
      let ids = try await store.sources().map(\.id.description)
      #expect(ids.allSatisfy { !redacted.contains($0) })
      // What is needed to understand it is there.
      for word in ["Registered sync", "outbox", "https://a.example/", "Success"] {
        #expect(redacted.contains(word), "\(word)")
      }
    }
  }

  @Test func `redacted lines are imported as sources of their own, and come back the same`()
    async throws
  {
    try await withStore { store, folder in
      let saved = try await save(.jsonl, of: store, true)
      let result = try await importing(saved, into: store, folder)
      #expect(result.added == Self.events.count)
      #expect(result.skipped == 0)
      #expect(result.sources.map(\.name) == ["default (redacted)"])
      let only = EventSelection(sources: Set(result.sources.map(\.id)))
      #expect(try await save(.jsonl, of: store, false, only) == saved)
      #expect(try await importing(saved, into: store, folder).added == 0)
      let other = try SQLiteEventStore.open(at: folder + "/other.sqlite")
      _ = try await importing(saved, into: other, folder)
      #expect(try await save(.jsonl, of: other, false) == saved)
    }
  }

  @Test func `a redacted file of DevTools' comes back the same`() async throws {
    try await withStore { store, folder in
      let saved = try await save(.devtools, of: store, true)
      let other = try SQLiteEventStore.open(at: folder + "/other.sqlite")
      let result = try await importing(saved, into: other, folder)
      #expect(result.added == Self.events.count)
      #expect(try await save(.devtools, of: other, false) == saved)
    }
  }

  @Test func `what a filter looks for is no less secret`() async throws {
    try await withStore { store, _ in
      let selection = EventSelection(
        origins: ["https://a.example"], instances: [Self.secrets[7]], words: [Self.secrets[0]])
      let plain = String(
        decoding: try await save(.html, of: store, false, selection), as: UTF8.self)
      #expect(plain.contains("tag:\(Self.secrets[7]) \(Self.secrets[0])"))
      let redacted = String(
        decoding: try await save(.html, of: store, true, selection), as: UTF8.self)
      #expect(redacted.contains("\"filter\":\"origin:\\\"https://a.example\\\" tag:"))
      #expect(Self.secrets.allSatisfy { !redacted.contains($0) })
    }
  }

  @Test(arguments: [ExportFormat.html, .jsonl])
  func `of what a worker threw the kind stays`(_ format: ExportFormat) async throws {
    try await withStore { store, _ in
      let redacted = String(decoding: try await save(format, of: store, true), as: UTF8.self)
      #expect(
        redacted.contains(/"message":"Uncaught TypeError: ⟨redacted 25 bytes, [0-9a-f]{12}⟩"/))
      #expect(redacted.contains("https://a.example/sw.js?⟨redacted"))
      #expect(redacted.contains("\"status\":\"activated\""))
    }
  }

  @Test func `what is found of an operation is said without what was secret`() async throws {
    let s = Self.secrets
    let start = ManualClock.start
    try await withScratchFolder { folder in
      let store = try SQLiteEventStore.open(at: folder + "/store.sqlite")
      let source = try await store.openSource(.sample("default"), at: start).source.id
      let thrown = WorkerContext(
        kind: .error, registrationId: "0", versionId: "1",
        scriptURL: "https://a.example/sw.js", text: "Uncaught (in promise) Error: \(s[0])", line: 1,
        column: 1)
      let missing = "https://fcm.googleapis.com/fcm/send/\(s[5])"
      _ = try await store.write(
        [
          SourceWrites(
            source: source,
            writes: ([
              .sample("Push event dispatched", at: start, instance: s[14], ["Payload": s[0]]),
              .sample(
                "Push event completed", at: start + Interval(micros: 13_000), instance: s[14],
                ["Status": "waitUntil Rejected"]),
              .sample(
                "Background Fetch registered", .backgroundFetch, at: start + .seconds(60),
                instance: s[4], ["Total Requests": "1"]),
              .sample(
                "Request processing started", .backgroundFetch, at: start + .seconds(61),
                instance: s[4], ["Request Index": "0", "URL": missing]),
              .sample(
                "Request processing completed", .backgroundFetch, at: start + .seconds(62),
                instance: s[4],
                ["Request Index": "0", "URL": missing, "Response Status": "404"]),
              .sample(
                "Background Fetch completed", .backgroundFetch, at: start + .seconds(63),
                instance: s[4], ["Failure Reason": "BAD_STATUS"]),
            ] as [LoggedEvent]).map { .event($0, .live) } + [
              .worker(thrown, at: start + Interval(micros: 5_000))
            ])
        ],
        receivedUntil: start + .seconds(100))
      let plain = String(decoding: try await save(.html, of: store, false), as: UTF8.self)
      let redacted = String(decoding: try await save(.html, of: store, true), as: UTF8.self)
      for rule in ["push-rejected", "fetch-bad-status"] {
        #expect(plain.contains(rule) && redacted.contains(rule), "\(rule)")
      }
      for secret in [s[0], s[4], s[5], s[14]] {
        #expect(plain.contains(secret), "\(secret) is in a sentence")
        #expect(!redacted.contains(secret), "\(secret)")
      }
      #expect(redacted.contains(/The background fetch “⟨redacted 17 bytes, [0-9a-f]{12}⟩”/))
    }
  }

  @Test func `two exports have no mark in common`() async throws {
    try await withStore { store, _ in
      let files = [try await save(.csv, of: store, true), try await save(.csv, of: store, true)]
      let marks = files.map { file in
        Set(String(decoding: file, as: UTF8.self).matches(of: /⟨redacted [^⟩]*⟩/).map(\.output))
      }
      #expect(marks[0].count > 40)
      #expect(marks[0].isDisjoint(with: marks[1]))
    }
  }

  @Test
  func `of a notification the texts have the codes of its event's, and no hash is a picture's`()
    async throws
  {
    try await withStore { store, _ in
      let text = String(decoding: try await save(.jsonl, of: store, true), as: UTF8.self)
      let line = try #require(
        text.split(separator: "\n").first { $0.hasPrefix(#"{"type":"notification""#) })
      let title = try #require(line.firstMatch(of: /"title":"(⟨redacted 17 bytes, [0-9a-f]{12}⟩)"/))
      #expect(text.contains(#"{"key":"Title","value":"\#(title.1)"}"#))
      #expect(line.contains(/"iconHash":"⟨redacted 64 bytes, [0-9a-f]{12}⟩"/))
      #expect(line.contains(#""imageHash":null"#) && line.contains(#""silent":false"#))
      #expect(!line.contains(try #require(StoredNotification(Self.shown).iconHash)))
    }
  }

  @Test func `of a push its way stays, with the code that its events have`() async throws {
    try await withStore { store, _ in
      let text = String(decoding: try await save(.jsonl, of: store, true), as: UTF8.self)
      let line = try #require(
        text.split(separator: "\n").first { $0.hasPrefix(#"{"type":"push""#) })
      let id = try #require(line.firstMatch(of: /"id":"(⟨redacted [^"]*⟩)"/)).1
      #expect(text.contains(#""instanceId":"\#(id)""#))
      #expect(line.contains(#""status":403"#) && line.contains(#""injected":"429""#))
      let body = Data(count: Self.push.body.count).base64EncodedString()
      #expect(line.contains(#""body":"\#(body)""#))
    }
  }

  // MARK: Bench

  private static let shown = ShownNotification(
    number: 1, title: secrets[2], body: secrets[1],
    origin: "https://u:\(secrets[0])@a.example",
    actions: [.init(title: secrets[3], isReply: true, placeholder: secrets[9])],
    icon: [1, 2, 3], shown: ManualClock.start)

  private static let subscription = PushSubscription(
    token: secrets[5], device: secrets[6],
    client: .chromium(
      MCSRegistration(
        app: secrets[7], subtype: secrets[9], sender: secrets[6], appID: secrets[8])),
    applicationServerKey: secrets[6], origin: "https://u:\(secrets[0])@a.example",
    created: ManualClock.start)

  private static let push = PushMessage(
    id: secrets[14], subscription: secrets[5], received: ManualClock.start, status: 403,
    refusal: .init(code: secrets[11], detail: secrets[1], hint: secrets[2]), ttl: 60,
    topic: secrets[7], encoding: secrets[3],
    headers: [
      .init("TTL", secrets[0]), .init("Urgency", secrets[0]), .init("Content-Encoding", secrets[7]),
      .init("Crypto-Key", secrets[6]), .init(secrets[12], secrets[13]), .init("Topic", secrets[4]),
    ], body: Array(secrets[10].utf8),
    injected: .respond(429, headers: [.init("x", secrets[0])]))

  private func withStore(_ body: (SQLiteEventStore, String) async throws -> Void) async throws {
    try await withScratchFolder { folder in
      let store = try SQLiteEventStore.open(at: folder + "/store.sqlite")
      let source = try await store.openSource(.sample("default"), at: ManualClock.start).source.id
      let gap = StoreWrite.gapOpened(
        .pushMessaging, .turnedOff, from: ManualClock.start, to: nil, .unknown)
      let thrown = WorkerContext(
        kind: .error, registrationId: "0", versionId: "1",
        scriptURL: "https://a.example/sw.js?\(Self.secrets[10])",
        text: "Uncaught TypeError: \(Self.secrets[0]) is not a function", line: 1, column: 1)
      _ = try await store.write(
        [
          SourceWrites(
            source: source,
            writes: Self.events.map { .event($0, .live) } + [
              gap, .worker(thrown, at: ManualClock.start),
              .worker(
                WorkerContext(
                  kind: .version, registrationId: Self.secrets[0], versionId: Self.secrets[7],
                  scriptURL: nil, text: "activated", runningStatus: Self.secrets[9]),
                at: ManualClock.start),
              .watchImported(.pushMessaging, from: ManualClock.start, to: ManualClock.start),
              .notificationImported(StoredNotification(Self.shown)),
              .subscriptionImported(Self.subscription), .pushImported(Self.push),
            ])
        ],
        receivedUntil: ManualClock.start)
      try await body(store, folder)
    }
  }

  private func save(
    _ format: ExportFormat, of store: SQLiteEventStore, _ isRedacted: Bool,
    _ selection: EventSelection = EventSelection()
  ) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    let page = try ReportPage(files: ["ui/app.js": Data()], version: "1")
    try await Export(format, of: selection, isRedacted: isRedacted)
      .run(store: store, page: page) { bytes += $0 }
    return bytes
  }

  private func importing(
    _ bytes: [UInt8], into store: SQLiteEventStore, _ folder: String
  ) async throws -> Import.Result {
    let file = try ImportFile.spool(as: "events.json", in: folder)
    try file.append(bytes)
    return try await Import(file).run(store: store, clock: ManualClock())
  }
}
