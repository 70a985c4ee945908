/// A value of the D-Bus type system.
package indirect enum WireValue: Sendable, Hashable {
  case byte(UInt8)
  case boolean(Bool)
  case int16(Int16)
  case uint16(UInt16)
  case int32(Int32)
  case uint32(UInt32)
  case int64(Int64)
  case uint64(UInt64)
  /// By its bits, so that what is not a number equals itself.
  case double(bits: UInt64)
  case string(String)
  case objectPath(String)
  case signature(String)
  case descriptor(UInt32)
  case variant(WireValue)
  /// An array of bytes.
  case bytes([UInt8])
  /// An array of anything else.
  case array(WireType, [WireValue])
  case dictionary(WireType, WireType, [Entry])
  case structure([WireValue])

  package struct Entry: Sendable, Hashable {
    package var key: WireValue
    package var value: WireValue

    package init(_ key: WireValue, _ value: WireValue) {
      self.key = key
      self.value = value
    }
  }

  package var type: WireType {
    switch self {
    case .byte: .byte
    case .boolean: .boolean
    case .int16: .int16
    case .uint16: .uint16
    case .int32: .int32
    case .uint32: .uint32
    case .int64: .int64
    case .uint64: .uint64
    case .double: .double
    case .string: .string
    case .objectPath: .objectPath
    case .signature: .signature
    case .descriptor: .descriptor
    case .variant: .variant
    case .bytes: .array(.byte)
    case .array(let element, _): .array(element)
    case .dictionary(let key, let value, _): .dictionary(key, value)
    case .structure(let members): .structure(members.map(\.type))
    }
  }
}

extension WireValue {
  package static func strings(_ texts: [String]) -> WireValue {
    .array(.string, texts.map(WireValue.string))
  }

  /// `a{sv}`
  package static func properties(_ values: [(String, WireValue)]) -> WireValue {
    .dictionary(.string, .variant, values.map { Entry(.string($0), .variant($1)) })
  }

  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var uint32: UInt32? {
    if case .uint32(let number) = self { number } else { nil }
  }

  package var int32: Int32? {
    if case .int32(let number) = self { number } else { nil }
  }

  package var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  /// An array of strings.
  package var strings: [String]? {
    guard case .array(.string, let elements) = self else { return nil }
    return elements.compactMap(\.string)
  }

  /// What an `a{sv}` says; of a key that comes twice the last.
  package var properties: [String: WireValue]? {
    guard case .dictionary(.string, .variant, let entries) = self else { return nil }
    var values: [String: WireValue] = [:]
    for entry in entries {
      guard let key = entry.key.string, case .variant(let value) = entry.value else { continue }
      values[key] = value
    }
    return values
  }
}
