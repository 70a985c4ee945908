/// What a profile holds in sentences, for people.
extension PendingSync {
  /// When it fires next, which the log does not say.
  package func sentence(now: Timestamp, isOpen: Bool) -> String {
    let wish = minInterval.map { "; its page asked for every \($0.short)" } ?? ""
    return when(now: now, isOpen: isOpen) + attempt + wish + "."
  }

  private func when(now: Timestamp, isOpen: Bool) -> String {
    let condition = isOpen ? "there is a network" : "the browser runs and there is a network"
    guard let notBefore else {
      return attempts == 0
        ? "It was never fired and is as soon as \(condition)"
        : "It is fired again as soon as \(condition)"
    }
    guard notBefore > now else {
      return "It is due since \(notBefore.minuteText), and fired as soon as \(condition)"
    }
    let again = attempts > 0 && minInterval == nil ? "tried again" : "fired"
    let only = isOpen ? "" : " if the browser runs then"
    return "It is \(again) at \(notBefore.minuteText) (in \((notBefore - now).short))\(only)"
  }

  private var attempt: String {
    guard minInterval == nil, let maxAttempts, maxAttempts > 0 else { return "" }
    let next = min(max(attempts, 0), maxAttempts - 1) + 1
    return ", attempt \(next) of \(maxAttempts)" + (next == maxAttempts ? ", the last" : "")
  }
}

extension InspectedFetch {
  /// How far it is.
  package var sentence: String {
    let all = max(requestCount ?? 0, Int64(clamping: requests.count))
    var parts = ["\(count(.completed)) of \(all) requests done"]
    if count(.active) > 0 { parts.append("\(count(.active)) running") }
    if count(.pending) > 0 { parts.append("\(count(.pending)) waiting") }
    let text = parts.joined(separator: ", ")
    guard !isActive else { return text + "." }
    let end = failureReason ?? result ?? "it has ended"
    return "\(text); \(end), and a page still holds it."
  }
}
