import CDP

extension CDPError {
  /// What to do next, where who found the error knew nothing better.
  var nextStep: String? {
    if let hint { return hint }
    return switch code {
    case .closed, .detached, .timedOut, .busy:
      "See whether the browser still runs and answers, and try again."
    case .malformed, .tooLarge, .remote, .notDevTools:
      "Offstage speaks with browsers of the Chromium family: see whether it is one, and how old."
    case .refused:
      "Another program may listen there, or the browser may allow no debugging."
    case .cancelled, .unreachable, .approvalPending, .invalidArgument, .browserMissing,
      .browserDied, .profileInUse, .profileUnreadable, .snapConfined, .system:
      nil
    }
  }
}
