/// Why something that was asked of a browser did not happen.
package struct CDPError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// The browser answered with an error; the code is JSON-RPC's.
    case remote(code: Int)
    /// The connection has ended.
    case closed
    case timedOut
    case cancelled
    /// The other side sent something that is not the protocol.
    case malformed
    /// The session that the call was for has ended; the connection goes on.
    case detached
    /// More is outstanding than the browser can be meant to answer.
    case busy
    /// A message is longer than is accepted.
    case tooLarge
    /// Nobody listens there.
    case unreachable
    /// Somebody listens and does not let us in.
    case refused
    case notDevTools
    /// The person has not clicked Allow yet.
    case approvalPending
    case invalidArgument
    case browserMissing
    case browserDied
    case profileInUse
    case profileUnreadable
    case snapConfined
    /// The operating system said no.
    case system
  }

  package var code: Code
  /// One sentence: what was tried, on what, and what came of it.
  package var context: String
  /// What to do next.
  package var hint: String?
  /// What the layer below said, word for word.
  package var underlying: String?

  package init(_ code: Code, _ context: String, hint: String? = nil, underlying: String? = nil) {
    self.code = code
    self.context = context
    self.hint = hint
    self.underlying = underlying
  }

  package var description: String {
    var text = context
    if let underlying { text += " (\(underlying))" }
    if let hint { text += "\n\(hint)" }
    return text
  }

  /// The same error, told of one call that it ended.
  func ending(_ method: String) -> CDPError {
    var error = self
    error.context = "\(method) was not answered: \(context)"
    return error
  }
}

extension CDPError {
  /// The end that we asked for.
  static let endedByUs = CDPError(.closed, "the connection was closed")
}
