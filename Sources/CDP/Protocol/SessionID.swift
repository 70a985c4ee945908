package import JSON

/// A flat session: one attachment to one target, on the connection that attached.
package struct SessionID: ProtocolString, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  package var description: String { rawValue }
}

/// A string with a meaning: an id, or one of a list of values that a later browser may lengthen.
package protocol ProtocolString: RawRepresentable<String>, Hashable, Sendable {
  init(rawValue: String)
}

extension ProtocolString {
  package init(from reader: inout JSONReader) throws(JSONError) {
    self.init(rawValue: try reader.readString())
  }

  package func encode(to writer: inout JSONWriter) {
    writer.value(rawValue)
  }
}
