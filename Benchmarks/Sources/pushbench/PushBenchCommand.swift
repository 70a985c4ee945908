import Crypto
import Foundation
import OffstageCore
import OffstagePush

/// How many pushes one core encrypts and signs, and what the curve alone would let it.
///
///     pushbench [SECONDS]
///
/// The two take turns. Prints one line of JSON.
@main
struct PushBenchCommand {
  static func main() throws {
    let seconds = CommandLine.arguments.count > 1 ? Double(CommandLine.arguments[1]) ?? 2 : 2
    let receiver = ReceiverKeys()
    let point = try P256.KeyAgreement.PublicKey(
      x963Representation: receiver.subscription.p256dh)
    let payload = [UInt8](repeating: 120, count: 200)
    let key = VAPIDKey()
    var message = OutgoingPush(payload: payload)
    message.ttl = 60
    let subscription = try SubscriptionJSON(parsing: json(receiver.subscription))
    let token = VAPIDToken(
      audience: subscription.endpoint.origin, expires: SystemClock().now() + .hours(12),
      subject: "mailto:a@example.org")
    let credentials = token.signed(by: key)

    var rates: [String: [Double]] = [:]
    // What comes first pays for what is made once.
    for round in 0..<6 {
      let length = round == 0 ? 0.2 : seconds / 5
      let measured = try [
        "bound": rate(length) {
          // What any sender must do for a message: a key of its own, and what it shares by it.
          let own = P256.KeyAgreement.PrivateKey(compactRepresentable: false)
          _ = try own.sharedSecretFromKeyAgreement(with: point)
        },
        "encrypted": rate(length) {
          _ = try message.request(to: subscription, by: credentials)
        },
        "signed": rate(length) {
          _ = try message.request(to: subscription, by: token.signed(by: key))
        },
      ]
      guard round > 0 else { continue }
      for (name, value) in measured { rates[name, default: []].append(value) }
    }
    let members = rates.sorted { $0.key < $1.key }.map { name, values in
      "\"\(name)\":[\(values.map { "\($0)" }.joined(separator: ","))]"
    }
    print("{\(members.joined(separator: ","))}")
  }

  /// Per second of this process's processor time.
  private static func rate(_ seconds: Double, _ body: () throws -> Void) rethrows -> Double {
    let start = cpuSeconds()
    var count = 0
    while cpuSeconds() - start < seconds {
      for _ in 0..<20 { try body() }
      count += 20
    }
    return Double(count) / (cpuSeconds() - start)
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func json(_ keys: SubscriptionKeys) -> [UInt8] {
    let p256dh = Base64URL.encode(keys.p256dh)
    let auth = Base64URL.encode(keys.auth)
    return Array(
      #"{"endpoint":"http://127.0.0.1:8401/x","keys":{"p256dh":"\#(p256dh)","auth":"\#(auth)"}}"#
        .utf8)
  }
}
