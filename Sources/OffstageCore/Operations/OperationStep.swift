/// What one event means for the operation that it belongs to.
package enum OperationStep: Sendable, Hashable {
  case push(Push)
  case sync(Sync)
  case periodicSync(PeriodicSync)
  case backgroundFetch(BackgroundFetch)
  case notification(Notification)
  case payment(Payment)
  /// A name that this version of Offstage does not know.
  case unknown

  package enum Push: Sendable, Hashable {
    case received(isReadable: Bool)
    case dispatched
    case completed(isOK: Bool)
    case genericNotificationShown
    case unsubscribed
    /// Three of Firefox, as our push service sees them: written to its connection, taken by it, and
    /// what its worker did of it failed.
    case sent
    case acknowledged(isDelivered: Bool?)
    case handlerFailed
  }

  package enum Sync: Sendable, Hashable {
    case registered
    /// The tag was registered again while its handler ran.
    case reregistered
    case dispatched(isLastChance: Bool)
    /// `delay` is nil where the browser won't try again.
    case failed(delay: Interval?)
    case completed(isOK: Bool)
  }

  package enum PeriodicSync: Sendable, Hashable {
    case delayed(Interval?)
    case registered
    case dispatched
    case failed(delay: Interval?)
    case completed(delay: Interval?)
    case unregistered
  }

  package enum BackgroundFetch: Sendable, Hashable {
    case registered(requests: Int)
    case started
    case resumed
    case requestStarted
    case requestCompleted(isOK: Bool)
    case completed(End)

    package enum End: Sendable, Hashable {
      case succeeded, failed, aborted
    }
  }

  package enum Notification: Sendable, Hashable {
    case scheduled(for: Timestamp?)
    case displayed
    case clicked
    case closed
  }

  package enum Payment: Sendable, Hashable {
    case installing
    case installed(isOK: Bool)
    case asked
    case answered
    case requested
    case changed
    case aborting
    case aborted(isOK: Bool)
    case responded(isOK: Bool)
  }
}

extension OperationStep {
  /// `place` knows the service and the name, `value` the metadata.
  package init(_ place: EventPlace, _ value: (String) -> String?) {
    let rank = place.rawValue & 255
    let step: OperationStep? =
      switch place.service {
      case .pushMessaging: Push(rank, value).map(OperationStep.push)
      case .backgroundSync: Sync(rank, value).map(OperationStep.sync)
      case .periodicBackgroundSync: PeriodicSync(rank, value).map(OperationStep.periodicSync)
      case .backgroundFetch: BackgroundFetch(rank, value).map(OperationStep.backgroundFetch)
      case .notifications: Notification(rank, value).map(OperationStep.notification)
      case .paymentHandler: Payment(rank, value).map(OperationStep.payment)
      case nil: nil
      }
    self = step ?? .unknown
  }

  package init(of event: LoggedEvent) {
    self.init(EventPlace(event.service, event.eventName)) { event.value(of: $0) }
  }
}

/// The ranks are those of the catalogue.
extension OperationStep.Push {
  fileprivate init?(_ rank: Int, _ value: (String) -> String?) {
    switch rank {
    case 5: self = .sent
    case 10: self = .received(isReadable: value("Success") == "Yes")
    case 20: self = .dispatched
    case 30: self = .completed(isOK: value("Status") == "Success")
    case 40: self = .genericNotificationShown
    case 50: self = .unsubscribed
    case 60: self = .acknowledged(isDelivered: PushReport.isDelivered(value))
    case 70: self = .handlerFailed
    default: return nil
    }
  }
}

extension OperationStep.Sync {
  fileprivate init?(_ rank: Int, _ value: (String) -> String?) {
    switch rank {
    case 10: self = .registered
    case 20: self = .reregistered
    case 30: self = .dispatched(isLastChance: value("Last Chance") == "Yes")
    case 40: self = .failed(delay: Interval(delayIn: value))
    case 50: self = .completed(isOK: value("Status") == "succeeded")
    default: return nil
    }
  }
}

extension OperationStep.PeriodicSync {
  fileprivate init?(_ rank: Int, _ value: (String) -> String?) {
    switch rank {
    case 10: self = .delayed(Interval(delayIn: value))
    case 20: self = .registered
    case 30: self = .dispatched
    case 40: self = .failed(delay: Interval(delayIn: value))
    case 50: self = .completed(delay: Interval(delayIn: value))
    case 60: self = .unregistered
    default: return nil
    }
  }
}

extension OperationStep.BackgroundFetch {
  fileprivate init?(_ rank: Int, _ value: (String) -> String?) {
    switch rank {
    case 10:
      self = .registered(requests: value("Total Requests").flatMap { Int($0) } ?? 0)
    case 20: self = .started
    case 30: self = .resumed
    case 40: self = .requestStarted
    case 50:
      let status = value("Response Status").flatMap { Int($0) } ?? 0
      self = .requestCompleted(isOK: (200..<400).contains(status))
    case 60:
      switch value("Failure Reason") {
      case nil: self = .completed(.succeeded)
      case "CANCELLED_BY_DEVELOPER", "CANCELLED_FROM_UI": self = .completed(.aborted)
      default: self = .completed(.failed)
      }
    default: return nil
    }
  }
}

extension OperationStep.Notification {
  fileprivate init?(_ rank: Int, _ value: (String) -> String?) {
    switch rank {
    case 10:
      let time = value("Show Trigger Timestamp").flatMap { Timestamp(iso8601: $0) }
      self = .scheduled(for: time)
    case 20: self = .displayed
    case 30: self = .clicked
    case 40: self = .closed
    default: return nil
    }
  }
}

extension OperationStep.Payment {
  fileprivate init?(_ rank: Int, _ value: (String) -> String?) {
    switch rank {
    case 10: self = .installing
    case 20: self = .installed(isOK: value("Payment Handler Install Success") == "true")
    case 30: self = .asked
    case 40: self = .answered
    case 50: self = .requested
    case 60, 61, 62, 70: self = .changed
    case 80: self = .aborting
    case 90: self = .aborted(isOK: value("Payment Aborted") == "true")
    case 100: self = .responded(isOK: value("Type") == "PAYMENT_EVENT_SUCCESS")
    default: return nil
    }
  }
}

extension Interval {
  /// Ten years, in milliseconds: no browser waits that long, and a file may say anything.
  private static let longestDelay: Int64 = 315_360_000_000

  /// The browser writes milliseconds, or `infinite` where it won't try again.
  fileprivate init?(delayIn value: (String) -> String?) {
    guard let millis = value("Next Attempt Delay (ms)").flatMap({ Int64($0) }),
      (0...Interval.longestDelay).contains(millis)
    else { return nil }
    self.init(micros: millis * 1000)
  }
}
