import OffstageCore
import OffstagePush

/// Bodies and headers to be changed at random. One file is a header's text, a zero, and the body.
enum PushCorpus {
  static let words = [
    "\u{0}", "\u{1}", "\u{2}", "\u{0}\u{0}\u{0}\u{12}", "\u{0}\u{0}\u{10}\u{0}A", "Encryption: ",
    "Crypto-Key: ", "Content-Encoding: ", "aesgcm", "aes128gcm", "salt=", "dh=", "rs=", "keyid=",
    "p256ecdsa=", ";", ",", "\"", "\\", "=", "vapid ", "WebPush ", "t=", "k=", ".", "\n", "-_",
    "e30",
  ]

  /// Whose keys `PushCheck` holds.
  static let receiver = try? ReceiverKeys(
    privateKey: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", auth: "BTBZMqHH6r4Tts7J_aSIgg")

  static let files: [[UInt8]] = bodies + tokens

  private static let bodies: [[UInt8]] = PushContentEncoding.allCases.flatMap { encoding in
    [[], Array("hello".utf8), [UInt8](repeating: 7, count: 300)].compactMap { plaintext in
      guard let receiver,
        let push = try? PushEncryption.encrypt(
          plaintext, for: receiver.subscription, encoding: encoding,
          salt: [UInt8](repeating: 3, count: 16), senderKey: [UInt8](repeating: 5, count: 32),
          paddedTo: plaintext.count % 7)
      else { return nil }
      let lines = push.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
      return Array(lines.utf8) + [0] + push.body
    }
  }

  private static let tokens: [[UInt8]] = {
    guard let key = try? VAPIDKey(privateKey: [UInt8](repeating: 9, count: 32)) else { return [] }
    let token = VAPIDToken(
      audience: "https://push.example.net", expires: PushCheck.now + .hours(1),
      subject: "mailto:a@b.c")
    var credentials = token.signed(by: key)
    let current = credentials.headers
    credentials.scheme = .webPush
    return [current, credentials.headers].map { headers in
      Array(headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n").utf8) + [0]
    }
  }()
}
