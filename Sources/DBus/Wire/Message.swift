/// A D-Bus message, <https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol>.
package struct Message: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case call
    case reply
    case error
    case signal
    /// To be ignored.
    case unknown(UInt8)
  }

  package var kind: Kind
  package var wantsNoReply: Bool
  package var serial: UInt32
  package var path: String?
  package var interface: String?
  package var member: String?
  package var errorName: String?
  package var replySerial: UInt32?
  package var destination: String?
  package var sender: String?
  package var body: [WireValue]

  package init(
    _ kind: Kind, serial: UInt32, path: String? = nil, interface: String? = nil,
    member: String? = nil, errorName: String? = nil, replySerial: UInt32? = nil,
    destination: String? = nil, sender: String? = nil, wantsNoReply: Bool = false,
    body: [WireValue] = []
  ) {
    self.kind = kind
    self.wantsNoReply = wantsNoReply
    self.serial = serial
    self.path = path
    self.interface = interface
    self.member = member
    self.errorName = errorName
    self.replySerial = replySerial
    self.destination = destination
    self.sender = sender
    self.body = body
  }

  package var signature: String { body.map(\.type.code).joined() }
}

extension Message.Kind {
  init?(code: UInt8) {
    switch code {
    case 0: return nil
    case 1: self = .call
    case 2: self = .reply
    case 3: self = .error
    case 4: self = .signal
    default: self = .unknown(code)
    }
  }

  var code: UInt8 {
    switch self {
    case .call: 1
    case .reply: 2
    case .error: 3
    case .signal: 4
    case .unknown(let code): code
    }
  }
}

/// What stands before the fields: enough to know where a message ends.
struct MessagePrefix: Sendable, Hashable {
  static let size = 16
  static let noReplyFlag: UInt8 = 1

  var isLittleEndian: Bool
  var kind: Message.Kind
  var flags: UInt8
  var serial: UInt32
  var fieldsLength: Int
  var bodyLength: Int

  /// - Parameter bytes: at least `size` of them.
  init(_ bytes: some Sequence<UInt8>) throws(WireFault) {
    let bytes = Array(bytes.prefix(Self.size))
    switch bytes.first {
    case UInt8(ascii: "l"): isLittleEndian = true
    case UInt8(ascii: "B"): isLittleEndian = false
    default: throw WireFault(.badHeader)
    }
    var reader = WireReader(bytes, at: 1, isLittleEndian: isLittleEndian)
    guard let kind = Message.Kind(code: try reader.number()) else { throw WireFault(.badHeader) }
    self.kind = kind
    flags = try reader.number()
    let version = try reader.number(UInt8.self)
    bodyLength = Int(try reader.number(UInt32.self))
    serial = try reader.number()
    fieldsLength = Int(try reader.number(UInt32.self))
    guard version == 1, serial != 0 else { throw WireFault(.badHeader) }
  }

  var bodyStart: Int { (Self.size + fieldsLength).aligned(to: 8) }
  var length: Int { bodyStart + bodyLength }
  var wantsNoReply: Bool { flags & Self.noReplyFlag != 0 }
}
