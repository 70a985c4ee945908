import Protobuf

/// A browser that asks who it is: AndroidCheckinRequest and its response in Chromium's
/// google_apis/gcm/protocol/android_checkin.proto and checkin.proto.
package struct Checkin: Sendable, Hashable {
  /// 0 of a browser that has none yet.
  package var device: UInt64
  package var securityToken: UInt64

  package init(device: UInt64 = 0, securityToken: UInt64 = 0) {
    self.device = device
    self.securityToken = securityToken
  }

  /// Nil if it is no check-in.
  package init?(_ body: [UInt8]) {
    guard let message = ProtobufReader.fields(body[...]), message.message(4) != nil else {
      return nil
    }
    device = message.int(2).map { UInt64(bitPattern: $0) } ?? 0
    securityToken = message.fixed64(13) ?? 0
  }

  static func response(device: UInt64, securityToken: UInt64) -> [UInt8] {
    ProtobufWriter.message { message in
      message.bool(1, true)
      message.fixed64(7, device)
      message.fixed64(8, securityToken)
    }
  }
}
