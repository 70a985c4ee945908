extension Message {
  private static let fieldTypes: [WireType] = [.array(.structure([.byte, .variant]))]

  /// Reads one whole message, of either byte order.
  package init(bytes: [UInt8]) throws(WireFault) {
    guard bytes.count >= MessagePrefix.size else { throw WireFault(.endsTooSoon) }
    let prefix = try MessagePrefix(bytes)
    guard bytes.count == prefix.length else { throw WireFault(.badLength) }
    self.init(prefix.kind, serial: prefix.serial, wantsNoReply: prefix.wantsNoReply)
    var reader = WireReader(
      bytes, at: MessagePrefix.size - 4, isLittleEndian: prefix.isLittleEndian)
    var signature = ""
    for field in try reader.values(of: Self.fieldTypes) {
      guard case .array(_, let entries) = field else { continue }
      for case .structure(let members) in entries {
        guard case .byte(let code) = members[0], case .variant(let value) = members[1] else {
          continue
        }
        try take(value, asField: code, &signature)
      }
    }
    try reader.align(8)
    body = try reader.values(of: try WireType.list(parsing: signature))
    guard reader.isAtEnd else { throw WireFault(.badLength) }
    try check()
  }

  private mutating func take(
    _ value: WireValue, asField code: UInt8, _ signature: inout String
  ) throws(WireFault) {
    switch (code, value) {
    case (1, .objectPath(let text)): path = text
    case (2, .string(let text)) where WireName.isInterface(text): interface = text
    case (3, .string(let text)) where WireName.isMember(text): member = text
    case (4, .string(let text)) where WireName.isInterface(text): errorName = text
    case (5, .uint32(let number)) where number != 0: replySerial = number
    case (6, .string(let text)) where WireName.isBusName(text): destination = text
    case (7, .string(let text)) where WireName.isBusName(text): sender = text
    case (8, .signature(let text)): signature = text
    case (9, .uint32): break
    case (0...9, _): throw WireFault(.badHeader)
    // One that is not known yet says nothing to us.
    default: break
    }
  }

  private func check() throws(WireFault) {
    let isWhole =
      switch kind {
      case .call: path != nil && member != nil
      case .signal: path != nil && interface != nil && member != nil
      case .error: errorName != nil && replySerial != nil
      case .reply: replySerial != nil
      case .unknown: true
      }
    guard isWhole else { throw WireFault(.badHeader) }
  }

  package var bytes: [UInt8] { bytes(isLittleEndian: true) }

  /// We write little-endian; clients may do as they like.
  package func bytes(isLittleEndian: Bool) -> [UInt8] {
    var content = WireWriter(isLittleEndian: isLittleEndian)
    content.write(body)
    var writer = WireWriter(isLittleEndian: isLittleEndian)
    writer.write(UInt8(ascii: isLittleEndian ? "l" : "B"))
    writer.write(kind.code)
    writer.write(wantsNoReply ? MessagePrefix.noReplyFlag : 0)
    writer.write(UInt8(1))
    writer.write(UInt32(content.bytes.count))
    writer.write(serial)
    writer.write(.array(.structure([.byte, .variant]), fields))
    writer.align(8)
    return writer.bytes + content.bytes
  }

  private var fields: [WireValue] {
    let values: [(UInt8, WireValue?)] = [
      (1, path.map(WireValue.objectPath)), (2, interface.map(WireValue.string)),
      (3, member.map(WireValue.string)), (4, errorName.map(WireValue.string)),
      (5, replySerial.map(WireValue.uint32)), (6, destination.map(WireValue.string)),
      (7, sender.map(WireValue.string)), (8, body.isEmpty ? nil : .signature(signature)),
    ]
    return values.compactMap { code, value in
      value.map { .structure([.byte(code), .variant($0)]) }
    }
  }
}
