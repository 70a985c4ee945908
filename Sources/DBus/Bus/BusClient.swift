/// One connection to the bus.
struct BusClient: Sendable {
  enum Phase: Sendable {
    case handshake(Authentication)
    case messages(MessageFramer)
  }

  var phase: Phase
  /// Once it has said Hello.
  var uniqueName: String?
  var names: [String] = []
  var rules: [MatchRule] = []
}

/// A connection, for who holds the sockets.
package struct BusClientID: Sendable, Hashable {
  package var number: Int

  package init(_ number: Int) { self.number = number }
}

package enum BusError {
  static let accessDenied = "org.freedesktop.DBus.Error.AccessDenied"
  package static let invalidArguments = "org.freedesktop.DBus.Error.InvalidArgs"
  package static let limitsExceeded = "org.freedesktop.DBus.Error.LimitsExceeded"
  static let badRule = "org.freedesktop.DBus.Error.MatchRuleInvalid"
  static let noRule = "org.freedesktop.DBus.Error.MatchRuleNotFound"
  static let noOwner = "org.freedesktop.DBus.Error.NameHasNoOwner"
  static let unknownService = "org.freedesktop.DBus.Error.ServiceUnknown"
  package static let unknownMethod = "org.freedesktop.DBus.Error.UnknownMethod"
  static let unknownProperty = "org.freedesktop.DBus.Error.UnknownProperty"
}

/// What a call is answered with.
package enum Reply: Sendable, Hashable {
  case values([WireValue])
  case error(name: String, text: String)
}
