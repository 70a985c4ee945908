/// What an application server sends, and how (RFC 8030, section 5).
package struct OutgoingPush: Sendable {
  package enum Urgency: String, Sendable, CaseIterable {
    case veryLow = "very-low"
    case low, normal, high
  }

  /// Nil: the event's data is null.
  package var payload: [UInt8]?
  package var encoding = PushContentEncoding.aes128gcm
  /// How many seconds the push service may keep it.
  package var ttl = 60
  package var urgency: Urgency?
  /// A later message with the same one replaces it.
  package var topic: String?
  package var paddedTo = 0

  package init(payload: [UInt8]?) {
    self.payload = payload
  }

  /// Up to 32 characters of the alphabet of base64url (RFC 8030, section 5.4).
  package static func isTopic(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && text.utf8.allSatisfy(isTopicCharacter)
  }

  private static func isTopicCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The request that carries it.
  package func request(
    to subscription: SubscriptionJSON, by credentials: VAPIDCredentials? = nil
  ) throws(SubscriptionError) -> PushRequest {
    var headers = [(name: "TTL", value: "\(ttl)")]
    if let urgency { headers.append(("Urgency", urgency.rawValue)) }
    if let topic { headers.append(("Topic", topic)) }
    headers += credentials?.headers ?? []
    var body: [UInt8] = []
    if let payload {
      guard let keys = subscription.keys else { throw .keysMissing }
      let push: EncryptedPush
      do throws(PushEncryptionError) {
        push = try PushEncryption.encrypt(
          payload, for: keys, encoding: encoding, paddedTo: paddedTo)
      } catch {
        throw .keys(error)
      }
      headers.append(("Content-Type", "application/octet-stream"))
      headers += push.headers
      body = push.body
    }
    return PushRequest(endpoint: subscription.endpoint, headers: headers, body: body)
  }
}

/// A POST to a push service.
package struct PushRequest: Sendable {
  package var endpoint: PushEndpoint
  /// Without `Host` and `Content-Length`.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
}
