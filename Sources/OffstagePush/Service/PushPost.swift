package import OffstageCore

/// A push message as an application server posts it (RFC 8030, section 5), before anybody has said
/// what is wrong with it.
package struct PushPost: Sendable, Hashable {
  package static let largestBody = 4096

  package var token: String
  /// Host and port that the sender addressed: with a scheme they are what VAPID's `aud` has to be.
  package var authority: String
  package var headers: [PushMessage.Header]
  package var body: [UInt8]
  /// The body went on beyond what is read.
  package var isCut: Bool

  package init(
    token: String, authority: String, headers: [PushMessage.Header], body: [UInt8],
    isCut: Bool = false
  ) {
    self.token = token
    self.authority = authority
    self.headers = headers
    self.body = body
    self.isCut = isCut
  }

  func header(_ name: String) -> String? { headers.value(of: name) }

  /// What is kept of the headers: whoever has the token of VAPID may send until it ends, so its
  /// signature is not.
  private static let kept: Set<String> = [
    "ttl", "urgency", "topic", "content-encoding", "content-type", "content-length", "encryption",
    "crypto-key", "user-agent", "prefer",
  ]

  var keptHeaders: [PushMessage.Header] {
    headers.filter { Self.kept.contains($0.name.lowercased()) }.prefix(Self.kept.count).map {
      PushMessage.Header($0.name, String($0.value.prefix(1024)))
    }
  }
}

/// A post that is not taken.
struct PushRefusal: Error, Hashable {
  var status: Int
  var refusal: PushMessage.Refusal

  init(_ status: Int, _ code: String, _ detail: String, hint: String? = nil) {
    self.status = status
    refusal = PushMessage.Refusal(code: code, detail: detail, hint: hint)
  }
}

extension PushPost {
  /// The message that it is, under the id that it shall have.
  func message(id: String, at now: Timestamp) throws(PushRefusal) -> PushMessage {
    guard !isCut, body.count <= Self.largestBody else {
      throw PushRefusal(
        413, "too-large",
        "The body has \(isCut ? "more than " : "")\(isCut ? Self.largestBody : body.count) bytes, "
          + "and a push service need not take more than \(Self.largestBody).",
        hint:
          "RFC 8030, section 7.2. Of an encrypted text that is 3993 bytes at most; send what is "
          + "longer as an address to fetch.")
    }
    var message = PushMessage(
      id: id, subscription: token, received: now, ttl: try ttl(), urgency: try urgency(),
      topic: try topic(), encoding: try encoding(), headers: keptHeaders, body: body)
    if body.isEmpty { message.encoding = nil }
    return message
  }

  private func ttl() throws(PushRefusal) -> Int {
    guard let text = header("TTL") else {
      throw PushRefusal(
        400, "ttl-missing", "There is no TTL header.",
        hint: "RFC 8030, section 5.2: say for how many seconds the message may wait for its "
          + "browser; 0 if not at all.")
    }
    guard let ttl = Int(text), ttl >= 0, !text.hasPrefix("+") else {
      throw PushRefusal(
        400, "ttl-malformed", "The TTL “\(text.prefix(40))” is no number of seconds.",
        hint: "RFC 8030, section 5.2: digits only.")
    }
    // Four weeks, as the services of the browsers have it.
    return min(ttl, 28 * 24 * 3600)
  }

  private func urgency() throws(PushRefusal) -> PushMessage.Urgency {
    guard let text = header("Urgency") else { return .normal }
    guard let urgency = PushMessage.Urgency(rawValue: text.lowercased()) else {
      let known = PushMessage.Urgency.allCases.map(\.rawValue).joined(separator: ", ")
      throw PushRefusal(
        400, "urgency-unknown", "There is no urgency “\(text.prefix(40))”.",
        hint: "RFC 8030, section 5.3: \(known).")
    }
    return urgency
  }

  private func topic() throws(PushRefusal) -> String? {
    guard let text = header("Topic") else { return nil }
    guard PushMessage.isTopic(text) else {
      throw PushRefusal(
        400, "topic-malformed", "The topic “\(text.prefix(40))” is none.",
        hint: "RFC 8030, section 5.4: at most 32 characters of the base64url alphabet.")
    }
    return text
  }

  private func encoding() throws(PushRefusal) -> String? {
    guard let text = header("Content-Encoding") else {
      guard body.isEmpty else {
        throw PushRefusal(
          400, "encoding-missing", "There is a body and no Content-Encoding.",
          hint: "RFC 8291, section 4: a message is encrypted, and says aes128gcm.")
      }
      return nil
    }
    guard ["aes128gcm", "aesgcm"].contains(text.lowercased()) else {
      throw PushRefusal(
        415, "encoding-unknown", "No browser knows the Content-Encoding “\(text.prefix(40))”.",
        hint: "RFC 8291, section 4: aes128gcm; aesgcm is the older draft's.")
    }
    return text.lowercased()
  }
}

extension PushMessage {
  /// What the older encoding has in headers, under the names that Chromium wants.
  var keyHeaders: [(String, String)] {
    guard encoding == "aesgcm" else { return [] }
    return ["encryption", "crypto-key"].compactMap { name in header(name).map { (name, $0) } }
  }
}
