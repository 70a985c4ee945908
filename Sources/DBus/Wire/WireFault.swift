/// Why bytes are no D-Bus message.
package struct WireFault: Error, Hashable {
  package enum Reason: Hashable, Sendable {
    case endsTooSoon
    case badHeader
    case badLength
    case badPadding
    case badSignature
    case badText
    case badValue
    case tooDeep
    case tooLong
  }

  package var reason: Reason

  init(_ reason: Reason) { self.reason = reason }
}

/// The specification's limits, where no reason is given.
package enum WireLimits {
  /// The specification allows 128 MiB, which one notification of a hostile page would take of our
  /// memory several times over. Pictures come as files; this is for text.
  package static let message = 4 << 20
  /// What is longer than `message` is read and forgotten up to here.
  package static let longestMessage = 128 << 20
  static let signature = 255
  static let name = 255
  /// Of arrays in arrays, and of structures in structures.
  static let nesting = 32
  /// Of all containers, variants too.
  static let depth = 64
}
