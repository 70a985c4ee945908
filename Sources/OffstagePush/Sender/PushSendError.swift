/// Why a push service did not answer.
package enum PushSendError: PushFault {
  case certificateUnreadable
  /// Nothing listens there.
  case refused(String)
  case unreachable(String, why: String)
  /// Its certificate is not trusted, or it speaks no TLS.
  case tls(String, why: String)
  case timedOut(String, isConnected: Bool)
  case closedEarly(String)
  case notHTTP(String, why: String)
  case cancelled

  package var told: ToldFault {
    switch self {
    case .certificateUnreadable:
      ToldFault(
        "certificate-unreadable", "That is no certificate.",
        "Give a file in PEM, as curl's --cacert takes it.")
    case .refused(let place):
      ToldFault(
        "refused", "Nothing listens on \(place).",
        "Does the push service run? A subscription of another run may name a port of that run.")
    case .unreachable(let place, let why):
      ToldFault(
        "unreachable", "\(place) could not be reached: \(why).",
        "Is the endpoint's host right, and is there a network?")
    case .tls(let place, let why):
      ToldFault(
        "tls", "\(place) is not trusted, or speaks no TLS: \(why).",
        "If its certificate is its own, name it: --trust FILE.")
    case .timedOut(let place, let isConnected):
      ToldFault(
        "timed-out",
        isConnected
          ? "\(place) took the request and did not answer."
          : "\(place) did not take the connection.",
        "Try again, or look at the push service.")
    case .closedEarly(let place):
      ToldFault(
        "closed-early", "\(place) closed the connection before it answered.",
        "Does it speak HTTP there, or HTTPS?")
    case .notHTTP(let place, let why):
      ToldFault(
        "not-http", "\(place) answered with something that is no HTTP: \(why).",
        "Is the endpoint's port right?")
    case .cancelled: ToldFault("cancelled", "It was given up.", "Try again.")
    }
  }
}
