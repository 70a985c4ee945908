extension Operation {
  /// How far it has come, in a few words for a person.
  package func stateText(at now: Timestamp) -> String {
    if isStalled(at: now) { return "running, no end logged" }
    switch state {
    case .waiting, .running, .shown, .clicked, .succeeded, .failed, .aborted, .closed, .replaced,
      .unregistered, .simulated, .delivered:
      return state.rawValue
    case .unfinished: return "no end logged"
    case .retrying:
      guard let next else { return "retrying" }
      return next > now ? "retrying in \((next - now).short)" : "retry was due"
    }
  }

  /// What happened on the way, in a few words for a person; empty where nothing is worth it.
  package var course: String {
    var parts: [String] = []
    switch service {
    case .backgroundFetch:
      if total > 0 { parts.append("\(answers) of \(total) requests") }
      if failures > 0 { parts.append("\(failures) failed") }
    case .backgroundSync, .periodicBackgroundSync:
      if attempts > 1 { parts.append("\(attempts) attempts") }
      if failures > 0 { parts.append("\(failures) failed") }
      if marks.contains(.lastChance) { parts.append("last chance") }
      if marks.contains(.reregistered) { parts.append("registered again") }
    case .pushMessaging:
      if marks.contains(.genericNotification) {
        parts.append("browser showed its own notification")
      }
    case .notifications:
      if attempts > 0 { parts.append(attempts == 1 ? "clicked" : "clicked \(attempts) times") }
    case .paymentHandler: break
    }
    if isTruncated { parts.append("beginning not logged") }
    return parts.joined(separator: ", ")
  }
}
