package import OffstageCore

/// A connection to the push service, by a number of its own.
package struct ConnectionID: Sendable, Hashable {
  package var number: UInt64

  package init(_ number: UInt64) {
    self.number = number
  }
}

/// What is to be done, in this order: a write is durable before what stands behind it is done.
package enum PushEffect: Sendable, Hashable {
  case write(PushWrite)
  case send(ConnectionID, [UInt8])
  case close(ConnectionID)
}
