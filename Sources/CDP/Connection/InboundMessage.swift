package import JSON

/// One thing that the browser said.
package struct InboundMessage: Sendable {
  package enum Content: Sendable {
    case event(ProtocolEvent)
    /// The reply to a command that was posted under `ticket`.
    case reply(ticket: UInt64, Result<RawJSON, CDPError>)
    /// A frame that is no message of the protocol. The connection goes on.
    case malformed(String)
  }

  /// Grows by one with each message of the connection, in the order of arrival.
  package var sequence: UInt64
  package var session: SessionID?
  package var content: Content

  package init(sequence: UInt64, session: SessionID?, content: Content) {
    self.sequence = sequence
    self.session = session
    self.content = content
  }
}
