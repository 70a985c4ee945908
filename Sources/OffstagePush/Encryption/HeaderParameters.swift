/// The value of a header such as `Encryption` or `Crypto-Key`: elements separated by commas, each of
/// parameters separated by semicolons (draft-ietf-httpbis-encryption-encoding-03, section 3).
struct HeaderParameters: Sendable {
  /// Names in lower case, in their order.
  var elements: [[(name: String, value: String)]]

  /// More than any sender writes.
  static let limit = 1 << 13

  /// Reads what can be read; what has no `=` is a parameter without a value.
  init(_ text: String) {
    elements = []
    var parameters: [(name: String, value: String)] = []
    var name: String?
    var part: [UInt8] = []
    var isQuoted = false
    var isEscaped = false
    func plain(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).trimmed }
    func endParameter() {
      let last = plain(part)
      if let name {
        parameters.append((name, last))
      } else if !last.isEmpty {
        parameters.append((last.lowercased(), ""))
      }
      name = nil
      part = []
    }
    func endElement() {
      endParameter()
      if !parameters.isEmpty { elements.append(parameters) }
      parameters = []
    }
    for byte in text.utf8.prefix(Self.limit) {
      switch byte {
      case _ where isEscaped:
        part.append(byte)
        isEscaped = false
      case UInt8(ascii: "\\") where isQuoted: isEscaped = true
      case UInt8(ascii: "\""): isQuoted.toggle()
      case _ where isQuoted: part.append(byte)
      case UInt8(ascii: "=") where name == nil:
        name = plain(part).lowercased()
        part = []
      case UInt8(ascii: ";"): endParameter()
      case UInt8(ascii: ","): endElement()
      default: part.append(byte)
      }
    }
    endElement()
  }

  /// Of the first element that has one, or of the one that is named so.
  func value(_ name: String, keyID: String? = nil) -> String? {
    if let keyID {
      let named = elements.first { $0.contains { $0.name == "keyid" && $0.value == keyID } }
      if let value = named?.first(where: { $0.name == name })?.value { return value }
    }
    return elements.joined().first { $0.name == name }?.value
  }

  /// The name of the key in the element that has that parameter.
  func keyID(with name: String) -> String? {
    let element = elements.first { $0.contains { $0.name == name } }
    return element?.first { $0.name == "keyid" }?.value
  }
}

extension [(name: String, value: String)] {
  /// The value of a header; several of the same name are one with commas (RFC 9110, section 5.3).
  func header(_ name: String) -> String? {
    let values = filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}
