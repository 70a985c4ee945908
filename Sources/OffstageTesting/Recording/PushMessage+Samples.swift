package import OffstageCore

extension PushMessage {
  /// A message that was delivered.
  package static func sample(
    _ id: String = "m", to subscription: String = "t", at moment: Timestamp = ManualClock.start,
    refused refusal: Refusal? = nil, status: Int = 201, end: End? = .acknowledged
  ) -> PushMessage {
    var message = PushMessage(
      id: id, subscription: subscription, received: moment, status: status, refusal: refusal,
      ttl: 60, urgency: .low, topic: "news", encoding: "aes128gcm",
      headers: [Header("TTL", "60"), Header("User-Agent", "x \u{0}ü")], body: [0, 255, 1])
    if refusal == nil {
      message.delivery = Delivery(
        sends: 1, firstSent: moment + Interval(micros: 1000),
        ended: end == nil ? nil : moment + .seconds(1),
        end: end)
    }
    return message
  }
}

extension PushSubscription {
  package static func sample(
    _ token: String = "t", at moment: Timestamp = ManualClock.start, ended: Bool = false
  ) -> PushSubscription {
    PushSubscription(
      token: token, device: "\(UInt64.max)",
      client: .chromium(
        MCSRegistration(
          app: "org.chromium.linux", subtype: "wp:https://app.example/#1-V2", sender: "key",
          appID: "app")),
      applicationServerKey: "key", origin: "https://app.example", created: moment,
      end: ended ? End(at: moment + .seconds(2), reason: .unsubscribed) : nil)
  }
}
