/// What the profile's Preferences say of one service's recording.
///
/// Source: `devtools.backgroundserviceexpiration`, written lazily by the browser.
package enum DiskLease: Sendable, Hashable {
  /// The profile could not be read.
  case unknown
  /// Recording was never asked for, or the wish was not yet written.
  case absent
  /// Turned off, or expired and noticed.
  case off
  case until(Timestamp)
}

/// The browser's lease: it records for three days after it was last asked to.
package struct Lease: Sendable, Hashable {
  package static let duration = Interval.days(3)
  package static let renewalInterval = Interval.days(1)
  /// The browser writes its preferences some seconds after a change; a crash before that loses it.
  package static let settling = Interval.seconds(20)

  package var lastRenewal: Timestamp?
  /// The browser lived on for `settling` after the last renewal.
  package var isSettled: Bool

  package init(lastRenewal: Timestamp? = nil, isSettled: Bool = false) {
    self.lastRenewal = lastRenewal
    self.isSettled = isSettled
  }

  package var expires: Timestamp? { lastRenewal.map { $0 + Lease.duration } }

  /// What an `isRecording:false` means that comes first in an observation.
  package enum Answer: Sendable, Hashable {
    /// It was never asked to record, or we asked it not to: nothing is lost.
    case off
    case never
    /// It stopped by itself at that moment.
    case expired(Timestamp)
    /// The browser died before it had saved the wish.
    case lostInCrash
    case turnedOffByOther
  }

  package func answerAtStart(wanted: Bool?, disk: DiskLease, now: Timestamp) -> Answer {
    if wanted == false { return .off }
    if case .until(let end) = disk, end <= now { return .expired(end) }
    guard let lastRenewal else { return .never }
    if now - lastRenewal >= Lease.duration { return .expired(lastRenewal + Lease.duration) }
    switch disk {
    case .absent: return .lostInCrash
    case .unknown: return isSettled ? .turnedOffByOther : .lostInCrash
    case .off, .until: return .turnedOffByOther
    }
  }

  /// What an `isRecording:false` means that comes while we observe and did not ask for it.
  package func answerWhileObserving(now: Timestamp) -> Answer {
    if let expires, now >= expires { return .expired(expires) }
    return .turnedOffByOther
  }
}
