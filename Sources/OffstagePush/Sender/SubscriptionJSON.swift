import JSON

/// A subscription as `JSON.stringify(subscription)` writes it, and as a page sends it to its server.
package struct SubscriptionJSON: Sendable, Hashable {
  package var endpoint: PushEndpoint
  /// Without them only a push without a payload can be sent.
  package var keys: SubscriptionKeys?

  /// Some 400 bytes is what browsers write.
  private static let limit = 1 << 16

  package init(parsing bytes: [UInt8]) throws(SubscriptionError) {
    guard bytes.count <= Self.limit, let object = try? JSONObject(parsing: bytes) else {
      throw .notJSON
    }
    guard let text = object.text("endpoint") else { throw .endpointMissing }
    do throws(PushEndpointError) {
      endpoint = try PushEndpoint(parsing: text)
    } catch {
      throw .endpoint(error)
    }
    guard let raw = object["keys"] else { return }
    guard let keys = try? JSONObject(parsing: raw) else { throw .keyMissing("p256dh") }
    guard let p256dh = keys.text("p256dh") else { throw .keyMissing("p256dh") }
    guard let auth = keys.text("auth") else { throw .keyMissing("auth") }
    do throws(PushEncryptionError) {
      self.keys = try SubscriptionKeys(p256dh: p256dh, auth: auth)
    } catch {
      throw .keys(error)
    }
  }
}

/// Why a text is no subscription.
package enum SubscriptionError: PushFault {
  case notJSON
  case endpointMissing
  case endpoint(PushEndpointError)
  case keysMissing
  case keyMissing(String)
  case keys(PushEncryptionError)

  package var told: ToldFault {
    switch self {
    case .notJSON:
      ToldFault(
        "subscription-not-json", "The subscription is no JSON object.",
        "Give what JSON.stringify(await registration.pushManager.getSubscription()) prints.")
    case .endpointMissing:
      ToldFault(
        "subscription-endpoint-missing", "The subscription has no endpoint.",
        "Give what JSON.stringify(await registration.pushManager.getSubscription()) prints.")
    case .endpoint(let error): error.told
    case .keysMissing:
      ToldFault(
        "subscription-keys-missing",
        "The subscription has no keys, and a payload is encrypted with them.",
        "Give all that JSON.stringify(subscription) prints, or send no payload.")
    case .keyMissing(let name):
      ToldFault(
        "subscription-key-missing", "The subscription has no keys.\(name).",
        "Give what JSON.stringify(await registration.pushManager.getSubscription()) prints.")
    case .keys(let error): error.told
    }
  }
}
