/// Reads values; places are counted from the start of the message, as alignment is.
struct WireReader {
  private let bytes: [UInt8]
  private let isLittleEndian: Bool
  private(set) var at: Int

  init(_ bytes: [UInt8], at: Int = 0, isLittleEndian: Bool) {
    self.bytes = bytes
    self.at = at
    self.isLittleEndian = isLittleEndian
  }

  var isAtEnd: Bool { at == bytes.count }

  mutating func values(of types: [WireType]) throws(WireFault) -> [WireValue] {
    var values: [WireValue] = []
    for type in types { values.append(try value(of: type, depth: 0)) }
    return values
  }

  mutating func value(of type: WireType, depth: Int = 0) throws(WireFault) -> WireValue {
    guard depth <= WireLimits.depth else { throw WireFault(.tooDeep) }
    switch type {
    case .byte: return .byte(try number())
    case .boolean:
      let value = try number(UInt32.self)
      guard value <= 1 else { throw WireFault(.badValue) }
      return .boolean(value == 1)
    case .int16: return .int16(try number())
    case .uint16: return .uint16(try number())
    case .int32: return .int32(try number())
    case .uint32: return .uint32(try number())
    case .int64: return .int64(try number())
    case .uint64: return .uint64(try number())
    case .double: return .double(bits: try number())
    case .descriptor: return .descriptor(try number())
    case .string: return .string(try text(length: Int(try number(UInt32.self))))
    case .objectPath:
      let path = try text(length: Int(try number(UInt32.self)))
      guard WireName.isPath(path) else { throw WireFault(.badText) }
      return .objectPath(path)
    case .signature: return .signature(try signature().text)
    case .variant:
      let types = try signature().types
      guard types.count == 1 else { throw WireFault(.badSignature) }
      return .variant(try value(of: types[0], depth: depth + 1))
    case .array(.byte):
      let end = try arrayEnd(of: .byte)
      defer { at = end }
      return .bytes(Array(bytes[at..<end]))
    case .array(let element):
      return .array(element, try elements(of: element, depth: depth + 1))
    case .dictionary(let key, let value):
      let pairs = try elements(of: .structure([key, value]), depth: depth + 1)
      return .dictionary(
        key, value,
        pairs.compactMap { pair in
          guard case .structure(let members) = pair else { return nil }
          return WireValue.Entry(members[0], members[1])
        })
    case .structure(let types):
      try align(8)
      var members: [WireValue] = []
      for type in types { members.append(try value(of: type, depth: depth + 1)) }
      return .structure(members)
    }
  }

  private mutating func elements(
    of type: WireType, depth: Int
  ) throws(WireFault) -> [WireValue] {
    let end = try arrayEnd(of: type)
    var elements: [WireValue] = []
    while at < end { elements.append(try value(of: type, depth: depth)) }
    guard at == end else { throw WireFault(.badLength) }
    return elements
  }

  /// The padding before the first element is there even if there is none, and not counted.
  private mutating func arrayEnd(of element: WireType) throws(WireFault) -> Int {
    let length = Int(try number(UInt32.self))
    try align(element.alignment)
    guard length <= bytes.count - at else { throw WireFault(.endsTooSoon) }
    return at + length
  }

  private mutating func text(length: Int) throws(WireFault) -> String {
    guard length < bytes.count - at else { throw WireFault(.endsTooSoon) }
    let raw = bytes[at..<at + length]
    guard bytes[at + length] == 0, !raw.contains(0),
      let text = String(validating: raw, as: UTF8.self)
    else { throw WireFault(.badText) }
    at += length + 1
    return text
  }

  private mutating func signature() throws(WireFault) -> (text: String, types: [WireType]) {
    let text = try text(length: Int(try number(UInt8.self)))
    return (text, try WireType.list(parsing: text))
  }

  mutating func number<Number: FixedWidthInteger>(
    _: Number.Type = Number.self
  ) throws(WireFault) -> Number {
    let size = Number.bitWidth / 8
    try align(size)
    guard size <= bytes.count - at else { throw WireFault(.endsTooSoon) }
    var value: UInt64 = 0
    for offset in 0..<size {
      let byte = bytes[at + (isLittleEndian ? size - 1 - offset : offset)]
      value = value << 8 | UInt64(byte)
    }
    at += size
    return Number(truncatingIfNeeded: value)
  }

  mutating func align(_ alignment: Int) throws(WireFault) {
    let next = at.aligned(to: alignment)
    guard next <= bytes.count else { throw WireFault(.endsTooSoon) }
    guard bytes[at..<next].allSatisfy({ $0 == 0 }) else { throw WireFault(.badPadding) }
    at = next
  }
}

extension Int {
  /// - Parameter alignment: a power of two.
  func aligned(to alignment: Int) -> Int { (self + alignment - 1) & ~(alignment - 1) }
}
