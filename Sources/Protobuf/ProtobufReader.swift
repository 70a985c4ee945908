/// The fields of a message in the wire format of protocol buffers.
///
/// Source: protobuf.dev, “Encoding”. Messages within it are bytes, which are read only by whoever
/// knows them: no depth of nesting costs anything.
package struct ProtobufReader: Sendable {
  package enum Value: Sendable, Hashable {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  package struct Field: Sendable, Hashable {
    package var number: UInt64
    package var value: Value
  }

  private var reader: ByteReader
  /// It ended within a field, or in one of a kind that there is not.
  package private(set) var isBroken = false

  package init(_ bytes: ArraySlice<UInt8>) {
    reader = ByteReader(bytes)
  }

  package mutating func next() -> Field? {
    guard !isBroken, !reader.isAtEnd else { return nil }
    guard let tag = reader.varint(), tag >> 3 > 0, let value = value(of: tag & 7) else {
      isBroken = true
      return nil
    }
    return Field(number: tag >> 3, value: value)
  }

  private mutating func value(of type: UInt64) -> Value? {
    switch type {
    case 0: reader.varint().map(Value.varint)
    case 1: reader.fixed64().map(Value.fixed64)
    case 2: reader.counted().map(Value.bytes)
    case 5: reader.fixed32().map(Value.fixed32)
    // 3 and 4 are groups, which no message of the browser's has.
    default: nil
    }
  }

  /// All fields; nil if it is not whole.
  package static func fields(_ bytes: ArraySlice<UInt8>) -> ProtobufMessage? {
    var reader = ProtobufReader(bytes)
    var message = ProtobufMessage()
    while let field = reader.next() { message.fields.append(field) }
    return reader.isBroken ? nil : message
  }
}

/// A message's fields, asked for by number and kind: one of another kind is as good as none.
package struct ProtobufMessage: Sendable, Hashable {
  package fileprivate(set) var fields: [ProtobufReader.Field] = []

  /// Of a field that stands there more than once the last counts.
  private func last(_ number: UInt64) -> ProtobufReader.Value? {
    fields.last { $0.number == number }?.value
  }

  package func int(_ number: UInt64) -> Int64? {
    guard case .varint(let value)? = last(number) else { return nil }
    return Int64(bitPattern: value)
  }

  package func bool(_ number: UInt64) -> Bool? { int(number).map { $0 != 0 } }

  package func bytes(_ number: UInt64) -> ArraySlice<UInt8>? {
    guard case .bytes(let value)? = last(number) else { return nil }
    return value
  }

  /// What is no UTF-8 in it is replaced.
  package func text(_ number: UInt64) -> String? {
    bytes(number).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All texts of a field that may stand there more than once.
  package func texts(_ number: UInt64) -> [String] {
    fields.compactMap { field in
      guard field.number == number, case .bytes(let value) = field.value else { return nil }
      return String(decoding: value, as: UTF8.self)
    }
  }

  package func fixed64(_ number: UInt64) -> UInt64? {
    guard case .fixed64(let value)? = last(number) else { return nil }
    return value
  }

  package func message(_ number: UInt64) -> ProtobufMessage? {
    bytes(number).flatMap(ProtobufReader.fields)
  }

  package func messages(_ number: UInt64) -> [ProtobufMessage?] {
    fields.filter { $0.number == number }.map { field in
      guard case .bytes(let value) = field.value else { return nil }
      return ProtobufReader.fields(value)
    }
  }
}
