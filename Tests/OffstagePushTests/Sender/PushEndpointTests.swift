import OffstageCore
import Testing

@testable import OffstagePush

@Suite struct PushEndpointTests {
  @Test(arguments: [
    ("https://push.example.net/abc", "https://push.example.net", "/abc", 443),
    (
      "HTTP://127.0.0.1:8401/fcm/send/x:y?z=1#f", "http://127.0.0.1:8401", "/fcm/send/x:y?z=1", 8401
    ),
    ("https://Example.NET:443", "https://example.net", "/", 443),
    ("http://[::1]:80/x", "http://[::1]", "/x", 80), ("http://h?q", "http://h", "/?q", 80),
    ("http://[::1]/x", "http://[::1]", "/x", 80), ("https://h:/x", "https://h", "/x", 443),
  ])
  func `an address is read`(
    _ text: String, _ origin: String, _ path: String, _ port: Int
  ) throws {
    let endpoint = try PushEndpoint(parsing: text)
    #expect(endpoint.origin == origin)
    #expect(endpoint.path == path)
    #expect(endpoint.port == port)
    #expect(endpoint.description == origin + path)
  }

  @Test(arguments: [
    ("", PushEndpointError.unreadable), ("push.example.net/abc", .unreadable),
    ("http://", .unreadable), ("http:///x", .unreadable), ("http://a b/", .unreadable),
    ("http://a/\r\nX: y", .unreadable), ("http://ä/", .unreadable), ("http://[::1", .unreadable),
    ("http://[::1]x/", .unreadable), ("ftp://a/", .scheme("ftp")), ("wss://a/", .scheme("wss")),
    ("http://u:p@a/", .hasCredentials), ("http://a:0/", .port("0")),
    ("http://a:65536/", .port("65536")), ("http://a:+8/", .port("+8")),
    ("http://::1/", .unreadable), ("http://a:8:9/", .port("8:9")),
    (String("http://a/" + String(repeating: "x", count: 9000)), .unreadable),
  ])
  func `what is none is refused`(_ text: String, _ error: PushEndpointError) {
    #expect(throws: error) { try PushEndpoint(parsing: text) }
  }

  @Test(arguments: [
    ("http://localhost/", true), ("http://LOCALHOST:1/", true), ("http://127.0.0.1/", true),
    ("http://127.8.9.10/", true), ("http://[::1]/", true), ("http://127.0.0.1.example.net/", false),
    ("http://127.example.net/", false), ("http://127.0.0.256/", false),
    ("http://localhost.example.net/", false), ("http://0.0.0.0/", false),
    ("http://[::ffff:127.0.0.1]/", false), ("http://10.0.0.1/", false), ("http://127.1/", false),
  ])
  func `what is on this machine is known`(_ text: String, _ isLoopback: Bool) throws {
    #expect(try PushEndpoint(parsing: text).isLoopback == isLoopback)
  }

  @Test func `a subscription is read as a page prints it`() throws {
    let keys = ReceiverKeys().subscription
    func read(_ text: String) throws -> SubscriptionJSON {
      try SubscriptionJSON(parsing: Array(text.utf8))
    }
    let p256dh = Base64URL.encode(keys.p256dh)
    let auth = Base64URL.encode(keys.auth)
    let whole = try read(
      #"{"endpoint":"http://a/x","expirationTime":null,"keys":{"p256dh":"\#(p256dh)","auth":"\#(auth)"}}"#
    )
    #expect(whole.keys == keys)
    #expect(whole.endpoint.description == "http://a/x")
    let mistakes: [(String, SubscriptionError)] = [
      ("", .notJSON), ("[]", .notJSON), ("{\"endpoint\":1}", .endpointMissing),
      ("{}", .endpointMissing), (#"{"endpoint":"x"}"#, .endpoint(.unreadable)),
      (#"{"endpoint":"http://a","keys":[]}"#, .keyMissing("p256dh")),
      (#"{"endpoint":"http://a","keys":{"p256dh":"\#(p256dh)"}}"#, .keyMissing("auth")),
      (#"{"endpoint":"http://a","keys":{"auth":"\#(auth)"}}"#, .keyMissing("p256dh")),
      (
        #"{"endpoint":"http://a","keys":{"p256dh":"AAAA","auth":"\#(auth)"}}"#,
        .keys(.keyLength(3))
      ),
    ]
    for (text, error) in mistakes { #expect(throws: error) { try read(text) } }
    #expect(throws: SubscriptionError.notJSON) {
      try read(String(repeating: "[", count: 100_000))
    }
  }

  @Test(arguments: [
    ("news", true), ("A-z_09", true), (String(repeating: "a", count: 32), true), ("", false),
    (String(repeating: "a", count: 33), false), ("a b", false), ("ä", false), ("a.b", false),
  ])
  func `a topic is of the alphabet of base64url`(_ text: String, _ isTopic: Bool) {
    #expect(PushMessage.isTopic(text) == isTopic)
  }
}
