package import OffstageCore

/// A browser that asks for a subscription, or takes it back: what Chromium posts to its registration
/// address (google_apis/gcm/engine/registration_request.cc, unregistration_request.cc).
package enum Registration: Sendable, Hashable {
  case register(device: UInt64, securityToken: UInt64, MCSRegistration)
  case unregister(device: UInt64, securityToken: UInt64, subtype: String)

  /// Nil if it is neither.
  package init?(authorization: String?, body: [UInt8]) {
    // A browser's has some 300 bytes.
    guard body.count <= 4096 else { return nil }
    let form = FormFields(body)
    guard let (device, token) = authorization.flatMap(Self.login),
      form["device"].flatMap(UInt64.init) == device, let app = form["app"]
    else { return nil }
    let subtype = form["X-subtype"] ?? ""
    if form["delete"] == "true" {
      self = .unregister(device: device, securityToken: token, subtype: subtype)
    } else {
      guard let sender = form["sender"] else { return nil }
      self = .register(
        device: device, securityToken: token,
        MCSRegistration(app: app, subtype: subtype, sender: sender, appID: form["appid"] ?? ""))
    }
  }

  /// `AidLogin DEVICE:TOKEN`
  private static func login(_ text: String) -> (UInt64, UInt64)? {
    guard text.hasPrefix("AidLogin ") else { return nil }
    let parts = text.dropFirst("AidLogin ".count).split(separator: ":")
    guard parts.count == 2, let device = UInt64(parts[0]), device != 0, let token = UInt64(parts[1])
    else { return nil }
    return (device, token)
  }
}

extension MCSRegistration {
  /// Of `wp:ORIGIN/#GUID`, as Chromium makes it
  /// (chrome/browser/push_messaging/push_messaging_app_identifier.cc).
  var origin: String? {
    guard subtype.hasPrefix("wp:"), let end = subtype.firstIndex(of: "#") else { return nil }
    var origin = subtype[..<end].dropFirst(3)
    while origin.hasSuffix("/") { origin.removeLast() }
    return origin.isEmpty ? nil : String(origin)
  }

  /// The key that the page gave; Chromium's own registrations have a number there.
  var applicationServerKey: String? {
    Base64URL.decode(sender)?.count == 65 ? sender : nil
  }
}
