import Crypto
import OffstageCore
@testable import OffstagePush
import Testing

@Suite struct VAPIDTests {
  /// RFC 8292, section 2.4.
  private static let token =
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NT"
    + "M1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rp"
    + "iUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA"
  private static let key =
    "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
  private static let audience = "https://push.example.net"
  private static let end = Timestamp(micros: 1_453_523_768_000_000)

  private func check(
    _ credentials: VAPIDCredentials, now: Timestamp = end - .hours(1),
    audience: String = audience, subscriptionKey: [UInt8]? = nil
  ) -> [VAPIDFault] {
    credentials.check(now: now, audience: audience, subscriptionKey: subscriptionKey)
  }

  /// Signed with claims as they are given.
  private func signed(
    _ claims: String, header: String = #"{"typ":"JWT","alg":"ES256"}"#, by key: VAPIDKey = .init()
  ) throws -> VAPIDCredentials {
    let text = Base64URL.encode(header.utf8) + "." + Base64URL.encode(claims.utf8)
    let signature = try key.signing.signature(for: Array(text.utf8))
    return VAPIDCredentials(
      scheme: .vapid, token: text + "." + Base64URL.encode(signature.rawRepresentation),
      key: key.applicationServerKey)
  }

  private func claims(
    aud: String? = "\"\(audience)\"", exp: String? = "1453523768", sub: String? = "\"mailto:a@b.c\""
  ) -> String {
    let members = [("aud", aud), ("exp", exp), ("sub", sub)].compactMap { name, value in
      value.map { "\"\(name)\":\($0)" }
    }
    return "{\(members.joined(separator: ","))}"
  }

  // MARK: The RFC's example

  @Test(arguments: [
    "vapid t=\(token), k=\(key)", "VAPID t=\(token),k=\(key)",
    "vapid k=\"\(key)\" , t=\"\(token)\"",
    "vapid   t=\(token)  ,  k=\(key)  ",
  ])
  func `the example of the RFC is as it should be before its end`(_ header: String) throws {
    let credentials = try VAPIDCredentials.parse(authorization: header)
    let key = PushVectors.bytes(Self.key)
    #expect(check(credentials, subscriptionKey: key).isEmpty)
    #expect(credentials.publicKey == key)
    #expect(check(credentials, now: Self.end) == [.expired(Interval(micros: 0))])
    #expect(check(credentials, now: Self.end + .days(1)) == [.expired(.days(1))])
    #expect(check(credentials, now: Self.end - .hours(24)).isEmpty)
    #expect(
      check(credentials, now: Self.end - .hours(24) - .seconds(1))
        == [.expiresTooLate(.seconds(24 * 3600 + 1))])
  }

  @Test func `the older scheme has its key in a header of its own`() throws {
    let credentials = try VAPIDCredentials.parse(
      authorization: "WebPush \(Self.token)", cryptoKey: "dh=AAAA;p256ecdsa=\(Self.key)")
    #expect(credentials.scheme == .webPush)
    #expect(check(credentials).isEmpty)
    let again = try VAPIDCredentials.parse(
      authorization: credentials.headers.header("Authorization"),
      cryptoKey: credentials.headers.header("Crypto-Key"))
    #expect(again == credentials)
  }

  // MARK: Signing

  @Test func `what is signed is read and found right`() throws {
    let key = VAPIDKey()
    let token = VAPIDToken(
      audience: "http://127.0.0.1:8401", expires: Self.end, subject: "mailto:a@example.org")
    let credentials = token.signed(by: key)
    let read = try VAPIDCredentials.parse(authorization: credentials.authorization)
    #expect(read == credentials)
    #expect(
      read.check(
        now: Self.end - .hours(12), audience: "http://127.0.0.1:8401",
        subscriptionKey: key.publicKey
      ).isEmpty)
    let claims = try VAPIDClaims(reading: read.token)
    #expect(claims.subject == "mailto:a@example.org")
    #expect(claims.expires == 1_453_523_768)
    #expect(
      claims.json
        == #"{"aud":"http://127.0.0.1:8401","exp":1453523768,"sub":"mailto:a@example.org"}"#)
  }

  @Test func `a key says the same whatever form it went through`() throws {
    let key = VAPIDKey()
    #expect(key.publicKey.count == 65 && key.publicKey[0] == 4)
    #expect(key.privateKey.count == 32)
    #expect(key.pem.hasPrefix("-----BEGIN PRIVATE KEY-----"))
    for text in [Base64URL.encode(key.privateKey), key.pem, key.jwk] {
      #expect(try VAPIDKey(parsing: text).applicationServerKey == key.applicationServerKey)
    }
  }

  // MARK: Headers

  @Test func `a header that brings no token is told`() {
    func fault(_ header: String?, _ cryptoKey: String? = nil) -> VAPIDFault? {
      do throws(VAPIDFault) {
        _ = try VAPIDCredentials.parse(authorization: header, cryptoKey: cryptoKey)
        return nil
      } catch {
        return error
      }
    }
    #expect(fault(nil) == .missing)
    #expect(fault("") == .unknownScheme(""))
    #expect(fault("Bearer x.y.z") == .unknownScheme("Bearer"))
    #expect(fault("vapid") == .tokenMissing)
    #expect(fault("vapid k=AAAA") == .tokenMissing)
    #expect(fault("vapid t=x.y.z") == .keyMissing)
    #expect(fault("vapid t=x.y.z, k=") == .keyMissing)
    #expect(fault("WebPush", "p256ecdsa=AAAA") == .tokenMissing)
    #expect(fault("WebPush x.y.z") == .olderKeyMissing)
    #expect(fault("WebPush x.y.z", "dh=AAAA") == .olderKeyMissing)
    let long = "vapid t=" + String(repeating: "x", count: 1 << 20)
    #expect(fault(long) == .tooLong(long.utf8.count))
  }

  // MARK: Keys

  @Test func `a key that is none, or another's, is told`() {
    func faults(_ key: String, _ subscription: String? = nil) -> [VAPIDFault] {
      check(
        VAPIDCredentials(scheme: .vapid, token: Self.token, key: key),
        subscriptionKey: subscription.map(PushVectors.bytes))
    }
    #expect(faults("%%") == [.keyNotBase64URL])
    #expect(faults("AAAA") == [.keyLength(3)])
    #expect(faults(Base64URL.encode([UInt8](repeating: 4, count: 65))) == [.keyNotAPoint])
    #expect(faults(PushVectors.RFC8291.senderPublic) == [.signatureWrong])
    #expect(faults(Self.key, PushVectors.RFC8291.senderPublic) == [.keyOfAnother])
  }

  // MARK: The token

  @Test(arguments: [
    ("", VAPIDFault.partCount(1)), ("a.b", .partCount(2)), ("a.b.c.d", .partCount(4)),
    ("e30=.e30.AAAA", .partNotBase64URL(.header)), ("e30.e3 0.AAAA", .partNotBase64URL(.claims)),
    ("e30.e30.A+AA", .partNotBase64URL(.signature)), ("e30.e30.%", .partNotBase64URL(.signature)),
    ("_w.e30.AAAA", .partNotUTF8(.header)), ("e30._w.AAAA", .partNotUTF8(.claims)),
    ("W10.e30.AAAA", .partNotJSON(.header)), ("e30.e30g.", .algorithm(nil)),
    ("e30.e.AAAA", .partNotBase64URL(.claims)), ("e30.InQi.AAAA", .partNotJSON(.claims)),
  ])
  func `a token that is no JWT is told in which part`(_ token: String, _ fault: VAPIDFault) {
    let found = check(VAPIDCredentials(scheme: .vapid, token: token, key: Self.key))
    #expect(found.first == fault, "\(found)")
  }

  @Test func `nesting, size and depth of a token are bounded`() throws {
    let deep = String(repeating: "[", count: 4000) + String(repeating: "]", count: 4000)
    let nested = Base64URL.encode("{\"aud\":\(deep)}".utf8)
    let credentials = VAPIDCredentials(scheme: .vapid, token: "e30.\(nested).AA", key: Self.key)
    #expect(check(credentials) == [.tooLong(credentials.token.utf8.count)])
    let less = Base64URL.encode(("{\"aud\":" + String(repeating: "[", count: 3000)).utf8)
    #expect(
      check(VAPIDCredentials(scheme: .vapid, token: "e30.\(less).AA", key: Self.key))
        == [.partNotJSON(.claims)])
  }

  @Test func `another algorithm and a signature of another form are told`() throws {
    let none = try signed(claims(), header: #"{"alg":"none"}"#)
    #expect(check(none) == [.algorithm("none")])
    let hmac = try signed(claims(), header: #"{"typ":"JWT","alg":"HS256"}"#)
    #expect(check(hmac) == [.algorithm("HS256")])
    let good = try signed(claims())
    let parts = good.token.split(separator: ".").map(String.init)
    for count in [0, 63, 65, 71] {
      let signature = Base64URL.encode([UInt8](repeating: 0x30, count: count))
      let bad = VAPIDCredentials(
        scheme: .vapid, token: "\(parts[0]).\(parts[1]).\(signature)", key: good.key)
      #expect(check(bad) == [.signatureLength(count)])
    }
    let zero = Base64URL.encode([UInt8](repeating: 0, count: 64))
    let unsigned = VAPIDCredentials(
      scheme: .vapid, token: "\(parts[0]).\(parts[1]).\(zero)", key: good.key)
    #expect(check(unsigned) == [.signatureWrong])
  }

  @Test func `claims changed after they were signed are found out`() throws {
    let good = try signed(claims())
    let parts = good.token.split(separator: ".").map(String.init)
    let other = Base64URL.encode(claims(sub: "\"mailto:x@y.z\"").utf8)
    let forged = VAPIDCredentials(
      scheme: .vapid, token: "\(parts[0]).\(other).\(parts[2])", key: good.key)
    #expect(check(forged) == [.signatureWrong])
  }

  @Test func `an audience that is missing or another is told, with what was expected`() throws {
    #expect(check(try signed(claims(aud: nil))) == [.audienceMissing])
    #expect(check(try signed(claims(aud: "7"))) == [.audienceMissing])
    #expect(check(try signed(claims(aud: "[]"))) == [.audienceMissing])
    #expect(check(try signed(claims(aud: "[\"x\",\"\(Self.audience)\"]"))).isEmpty)
    for found in [
      Self.audience + "/", Self.audience + "/push/abc", "https://PUSH.example.net", "https://x.y",
    ] {
      let faults = check(try signed(claims(aud: "\"\(found)\"")))
      #expect(faults == [.audienceWrong([found], expected: Self.audience)])
      #expect(faults.first?.message.contains(Self.audience) == true)
    }
    let slash = VAPIDFault.audienceWrong([Self.audience + "/"], expected: Self.audience)
    #expect(slash.hint.contains("slash"))
  }

  @Test func `an end that is missing, no number or in milliseconds is told`() throws {
    #expect(check(try signed(claims(exp: nil))) == [.expiryMissing])
    #expect(check(try signed(claims(exp: "\"1453523768\""))) == [.expiryNotANumber])
    #expect(check(try signed(claims(exp: "null"))) == [.expiryNotANumber])
    #expect(check(try signed(claims(exp: "1e999"))) == [.expiryNotANumber])
    let faults = check(try signed(claims(exp: "1453523768000")))
    #expect(faults.first?.code == "exp-too-late")
    #expect(faults.first?.hint.contains("milliseconds") == true)
    #expect(check(try signed(claims(exp: "-1e308"))).first?.code == "exp-past")
    #expect(check(try signed(claims(exp: "1453523768.25"))).isEmpty)
  }

  @Test func `what is said of an end names how far off it is, and clocks where they may be`() {
    #expect(VAPIDFault.expired(.seconds(30)).message == "The token ended 30.0 s ago.")
    #expect(VAPIDFault.expired(.seconds(30)).hint.contains("clock"))
    #expect(!VAPIDFault.expired(.hours(3)).hint.contains("clock"))
    let late = VAPIDFault.expiresTooLate(.minutes(24 * 60 + 2))
    #expect(late.message.contains("2m"))
    #expect(late.hint.contains("clock"))
  }

  @Test(arguments: [
    ("\"mailto:a@b.c\"", true), ("\"https://example.org/contact\"", true),
    ("\"MAILTO:a@b.c\"", true), ("\"http://example.org\"", false), ("\"a@b.c\"", false),
    ("\"mailto:\"", false), ("\"\"", false), ("\"https://\"", false),
  ])
  func `a subject is an address`(_ sub: String, _ isGood: Bool) throws {
    let faults = check(try signed(claims(sub: sub)))
    #expect(faults.map(\.code) == (isGood ? [] : ["sub-no-contact"]))
  }

  @Test func `a token without a subject is only advised to have one`() throws {
    let faults = check(try signed(claims(sub: nil)))
    #expect(faults == [.subjectMissing])
    #expect(faults.first?.isAdvice == true)
    #expect(check(try signed(claims(sub: "7"))) == [.subjectMissing])
    #expect(!VAPIDFault.signatureWrong.isAdvice)
  }

  @Test func `all that is wrong is told at once`() throws {
    let credentials = try signed(claims(aud: "\"x\"", exp: "1", sub: "\"x\""))
    let found = check(credentials, subscriptionKey: PushVectors.bytes(Self.key))
    #expect(
      found.map(\.code) == ["vapid-key-of-another", "aud-wrong", "exp-past", "sub-no-contact"])
  }

  @Test func `every fault has a sentence, and a hint that names the specification`() {
    let faults: [VAPIDFault] = [
      .missing, .tooLong(1), .unknownScheme("x"), .tokenMissing, .keyMissing, .olderKeyMissing,
      .partCount(1), .partNotBase64URL(.header), .partNotUTF8(.claims), .partNotJSON(.claims),
      .algorithm(nil), .signatureLength(70), .signatureWrong, .audienceMissing,
      .audienceWrong(["x"], expected: "y"), .expiryMissing, .expiryNotANumber, .expired(.days(1)),
      .expiresTooLate(.days(2)), .subjectMissing, .subjectNoContact("x"), .keyNotBase64URL,
      .keyLength(1), .keyNotAPoint, .keyOfAnother,
    ]
    for fault in faults {
      #expect(fault.message.hasSuffix("."), "\(fault)")
      #expect(fault.hint.contains("RFC 8292"), "\(fault)")
    }
    #expect(Set(faults.map(\.code)).count == faults.count - 1)
  }
}
