package import JSON

/// A request to the browser: its parameters, and how to read its reply.
package protocol Command: Sendable {
  associatedtype Reply: Sendable

  /// `Domain.name`, as on the wire.
  static var method: StaticString { get }

  /// Writes the parameters as one JSON object.
  func encode(to writer: inout JSONWriter)

  /// Reads the `result` member of the reply.
  static func decodeReply(_ reader: inout JSONReader) throws(JSONError) -> Reply
}

/// The reply of a command that gives nothing back.
package struct NoReply: Hashable, Sendable {
  package init() {}
}
