import JSON
import OffstageCore
import OffstageTesting
import Testing

@Suite struct RedactionTests {
  private let redaction = Redaction(key: Array(0..<32))

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func `a digest is as FIPS 180-4 has it, however the bytes are divided`(
    _ text: String, _ digest: String
  ) {
    #expect(SHA256.digest(Array(text.utf8)).hexadecimal == digest)
    var parts = SHA256()
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 4093) {
      parts.add(Array(bytes[start..<min(start + 4093, bytes.count)]))
    }
    #expect(parts.digest().hexadecimal == digest)
  }

  /// RFC 4231, §4.3 and §4.7.
  @Test func `a code is as the RFC has it`() {
    let code = SHA256.code(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
    #expect(
      code.hexadecimal == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let long = SHA256.code(
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      key: [UInt8](repeating: 0xAA, count: 131))
    #expect(
      long.hexadecimal == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test func `the same text has the same mark in one export and another in the next`() {
    let mark = redaction.mark("hello")
    #expect(mark == redaction.mark("hello"))
    #expect(mark != redaction.mark("hellp"))
    #expect(mark.wholeMatch(of: /⟨redacted 5 bytes, [0-9a-f]{12}⟩/) != nil)
    #expect(Redaction().mark("hello") != Redaction().mark("hello"))
    #expect(redaction.mark("x").hasPrefix("⟨redacted 1 byte, "))
    #expect(redaction.mark("").isEmpty)
  }

  @Test(arguments: 0..<6)
  func `what was redacted stays as it is when it is redacted again`(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<40 {
      let once = redaction.redact(stored(ExchangeSample.event(&random)))
      let twice = Redaction().redact(once)
      #expect(twice.logged == once.logged)
      #expect(twice.source.name == once.source.name)
    }
  }

  @Test(arguments: FirefoxCode.allCases)
  func `what Firefox says of a push stays`(_ code: FirefoxCode) {
    let said = ["Attempt": "1", "Code": "\(code.rawValue)", "Meaning": code.words]
    let event = redaction.redact(stored(.sample("Push event failed", .pushMessaging, said)))
    for (key, value) in said { #expect(event.logged.value(of: key) == value) }
  }

  @Test(arguments: [
    ("https://app.example/", "https://app.example/"), ("null", "null"), ("", ""),
    ("http://localhost:8507/a/b.css", "http://localhost:8507/a/b.css"),
    ("https://app.example/sw.js?v=7", "https://app.example/sw.js?MARK"),
    ("https://app.example/#code=1", "https://app.example/#MARK"),
    ("https://me:pw@app.example/x", "https://MARK@app.example/x"),
    ("https://app.example/reset/3f9A0bQ77xL2mZ1k/done", "https://app.example/reset/MARK/done"),
    ("https://app.example/u/alice@b.example", "https://app.example/u/MARK"),
    ("https://app.example/caf%C3%A9", "https://app.example/MARK"),
    ("https://fcm.googleapis.com/fcm/send/abc", "https://fcm.googleapis.com/MARK"),
    ("https://eu.push.services.mozilla.com/w/a", "https://eu.push.services.mozilla.com/MARK"),
    ("file:///home/me/x", "MARK"), ("data:text/plain,secret", "MARK"), ("secret", "MARK"),
    ("https:///x", "MARK"), ("https://a b/", "MARK"),
  ])
  func `of an address the site and the path stay`(_ text: String, _ expected: String) {
    let event = redaction.redact(
      stored(.sample("Request processing started", .backgroundFetch, ["URL": text])))
    let value = event.logged.value(of: "URL") ?? ""
    #expect(value.replacing(/⟨[^⟩]*⟩/, with: "MARK") == expected)
  }

  @Test(arguments: [
    "outbox", "sync-messages-2024", "user_visible_auto_notification", "chat/room 7", "café",
    "BackgroundFetchSuccessEvent", "PAYMENT_HANDLER_FAIL_TO_LOAD_MAIN_FRAME", "episode-12", "v2",
    "my-app-offline-queue-v3",
  ])
  func `a name that somebody chose stays`(_ name: String) {
    #expect(redaction.redact(stored(tagged(name))).logged.instanceId == name)
  }

  @Test(arguments: [
    "alice@example.com", "order-12345678", "+49 1712345678", "https://app.example/x",
    "7c1e9b0a-37d4-4c2f-8a10-0f6d2b9c4e55", "d41d8cd98f00b204e9800998ecf8427e",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "outbox-3f9A0bQ77xL2mZ1k", "abcdefghijklmnopqrstuvwxyzabcdefghij",
    String(repeating: "name ", count: 30),
  ])
  func `a name that looks like a person or a token does not`(_ name: String) {
    #expect(redaction.redact(stored(tagged(name))).logged.instanceId == redaction.mark(name))
  }

  @Test func `a token of any kind is known for one nearly always`() {
    var random = SeededGenerator(seed: 7)
    let alphabets = [
      "0123456789abcdef", "abcdefghijklmnopqrstuvwxyz234567",
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    ].map(Array.init)
    for (alphabet, length) in zip(alphabets, [32, 32, 22]) {
      let missed = (0..<2000).count { _ in
        let token = String((0..<length).map { _ in alphabet.randomElement(using: &random) ?? "a" })
        return redaction.redact(stored(tagged(token))).logged.instanceId == token
      }
      #expect(missed <= 20, "\(missed) of 2000 with \(alphabet.count) signs")
    }
  }

  @Test func `a known key with a value of another kind is not trusted`() {
    let event = redaction.redact(
      stored(
        .sample(
          "Request processing completed", .backgroundFetch,
          [
            "Response Status": "200 secret", "Response Size (bytes)": "12345678901234567890",
            "Failure Reason": "4eC39HqLyjWDarjtT1zdp7dc", "Request Index": "7",
          ])))
    #expect(event.logged.value(of: "Request Index") == "7")
    for key in ["Response Status", "Response Size (bytes)", "Failure Reason"] {
      #expect(event.logged.value(of: key)?.hasPrefix("⟨redacted ") == true, "\(key)")
    }
  }

  @Test func `what tells how it went stays`() {
    let events =
      LoggedEvent.push(at: ManualClock.start, message: "m") + [
        .sample(
          "sync event failed", .backgroundSync, instance: "outbox",
          ["Failure Reason": "waitUntil rejected", "Next Attempt Delay (ms)": "300000"])
      ]
    for event in events {
      let redacted = redaction.redact(stored(event)).logged
      #expect(redacted.eventName == event.eventName)
      #expect(redacted.outcome == event.outcome)
      #expect(redacted.timestampNumber == event.timestampNumber)
      #expect(redacted.metadata.map(\.key) == event.metadata.map(\.key))
    }
    let failed = redaction.redact(stored(events[3])).logged
    #expect(failed.metadata == events[3].metadata)
  }

  private func tagged(_ tag: String) -> LoggedEvent {
    .sample("Registered sync", .backgroundSync, instance: tag)
  }

  private func stored(_ event: LoggedEvent) -> StoredEvent {
    StoredEvent(
      id: 1, identity: EventIdentity(of: event), logged: event, received: ManualClock.start,
      capture: .live, source: SourceName(id: ExchangeSample.source, name: "default"), scope: nil)
  }
}
