/// A single complete type of the D-Bus type system,
/// <https://dbus.freedesktop.org/doc/dbus-specification.html#type-system>.
package indirect enum WireType: Sendable, Hashable {
  case byte
  case boolean
  case int16
  case uint16
  case int32
  case uint32
  case int64
  case uint64
  case double
  case string
  case objectPath
  case signature
  case descriptor
  case variant
  case array(WireType)
  case dictionary(WireType, WireType)
  case structure([WireType])

  private static let basic: [(code: UInt8, type: WireType)] = [
    (UInt8(ascii: "y"), .byte), (UInt8(ascii: "b"), .boolean), (UInt8(ascii: "n"), .int16),
    (UInt8(ascii: "q"), .uint16), (UInt8(ascii: "i"), .int32), (UInt8(ascii: "u"), .uint32),
    (UInt8(ascii: "x"), .int64), (UInt8(ascii: "t"), .uint64), (UInt8(ascii: "d"), .double),
    (UInt8(ascii: "s"), .string), (UInt8(ascii: "o"), .objectPath),
    (UInt8(ascii: "g"), .signature), (UInt8(ascii: "h"), .descriptor),
  ]

  var alignment: Int {
    switch self {
    case .byte, .signature, .variant: 1
    case .int16, .uint16: 2
    case .boolean, .int32, .uint32, .string, .objectPath, .descriptor, .array, .dictionary: 4
    case .int64, .uint64, .double, .structure: 8
    }
  }

  package var code: String {
    switch self {
    case .variant: "v"
    case .array(let element): "a" + element.code
    case .dictionary(let key, let value): "a{" + key.code + value.code + "}"
    case .structure(let members): "(" + members.map(\.code).joined() + ")"
    default:
      Self.basic.first { $0.type == self }.map { String(Unicode.Scalar($0.code)) } ?? ""
    }
  }

  /// The types that a signature names, one after the other.
  package static func list(parsing signature: String) throws(WireFault) -> [WireType] {
    let codes = Array(signature.utf8)
    guard codes.count <= WireLimits.signature else { throw WireFault(.badSignature) }
    var rest = codes[...]
    var types: [WireType] = []
    while !rest.isEmpty { types.append(try next(&rest, arrays: 0, structures: 0)) }
    return types
  }

  private static func next(
    _ codes: inout ArraySlice<UInt8>, arrays: Int, structures: Int
  ) throws(WireFault) -> WireType {
    guard arrays <= WireLimits.nesting, structures <= WireLimits.nesting,
      let code = codes.popFirst()
    else { throw WireFault(.badSignature) }
    switch code {
    case UInt8(ascii: "v"): return .variant
    case UInt8(ascii: "a") where codes.first == UInt8(ascii: "{"):
      codes.removeFirst()
      let key = try next(&codes, arrays: arrays + 1, structures: structures + 1)
      guard key.isBasic else { throw WireFault(.badSignature) }
      let value = try next(&codes, arrays: arrays + 1, structures: structures + 1)
      guard codes.popFirst() == UInt8(ascii: "}") else { throw WireFault(.badSignature) }
      return .dictionary(key, value)
    case UInt8(ascii: "a"):
      return .array(try next(&codes, arrays: arrays + 1, structures: structures))
    case UInt8(ascii: "("):
      var members: [WireType] = []
      while codes.first != UInt8(ascii: ")") {
        members.append(try next(&codes, arrays: arrays, structures: structures + 1))
      }
      codes.removeFirst()
      guard !members.isEmpty else { throw WireFault(.badSignature) }
      return .structure(members)
    default:
      guard let type = basic.first(where: { $0.code == code })?.type else {
        throw WireFault(.badSignature)
      }
      return type
    }
  }

  private var isBasic: Bool {
    switch self {
    case .variant, .array, .dictionary, .structure: false
    default: true
    }
  }
}
