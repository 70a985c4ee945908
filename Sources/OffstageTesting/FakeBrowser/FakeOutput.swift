/// A connection to the fake browser. The first one is 1.
package struct ClientID: Sendable, Hashable, CustomStringConvertible {
  package var number: Int

  package init(_ number: Int) {
    self.number = number
  }

  package var description: String { "client \(number)" }
}

/// How a connection ends.
package enum FakeEnding: Sendable, Hashable {
  /// With a close frame.
  case clean
  /// Without one, as Chromium 156 does at `Browser.close` and as a killed browser does.
  case abrupt
  /// In the middle of the frame of this message, `afterBytes` of it sent.
  case midFrame([UInt8], afterBytes: Int)
}

/// What the fake browser wants done: a front carries it out, in this order for each client.
package enum FakeOutput: Sendable {
  case message([UInt8], to: ClientID)
  case events(FakeEventBatch, to: ClientID)
  /// Written as it is.
  case unframed([UInt8], to: ClientID)
  case end(FakeEnding, of: ClientID)
  /// The process is gone; the port answers no more until `started`.
  case exited
  case started

  package var client: ClientID? {
    switch self {
    case .message(_, let client), .events(_, let client), .unframed(_, let client),
      .end(_, let client):
      client
    case .exited, .started: nil
    }
  }

  /// As text; empty for what is no message.
  package var messages: [[UInt8]] {
    switch self {
    case .message(let bytes, _): [bytes]
    case .events(let batch, _): batch.messages
    case .unframed, .end, .exited, .started: []
    }
  }
}
