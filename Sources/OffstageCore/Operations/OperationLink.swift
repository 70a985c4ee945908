/// What one operation has to do with another.
///
/// The log names no causes. A link rests on the worker registration and on time, and says how sure
/// that is.
package struct OperationLink: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    /// A handler that ran, and a notification that appeared meanwhile.
    case showed
    /// The other way.
    case shownBy
    /// A handler, or a click, and a sync, fetch or periodic sync that was registered meanwhile.
    case registered
    case registeredBy
    /// A notification, and the one of its tag that took its place.
    case replacedBy
    case replaced
  }

  package enum Certainty: String, Sendable, CaseIterable {
    /// Nothing else of this worker ran then.
    case likely
    /// Other handlers of this worker ran too, or the moment is only near.
    case possible
    /// The browser's own grouping says so.
    case certain
  }

  package var kind: Kind
  package var certainty: Certainty
  package var operation: StoredOperation

  package init(kind: Kind, certainty: Certainty, operation: StoredOperation) {
    self.kind = kind
    self.certainty = certainty
    self.operation = operation
  }

  /// What it says for a person, with how sure it is.
  package var sentence: String {
    let words =
      switch kind {
      case .showed: "showed"
      case .shownBy: "was shown by"
      case .registered: "registered"
      case .registeredBy: "was registered by"
      case .replacedBy: "was replaced by"
      case .replaced: "replaced"
      }
    return switch certainty {
    case .certain: words
    case .likely: "likely \(words)"
    case .possible: "possibly \(words)"
    }
  }

  /// A notification that a handler shows may be logged shortly after the handler's end.
  package static let slack = Interval.seconds(1)
  /// Of the browser's own notification (Chromium: kPushMessagingForcedNotificationTag).
  private static let genericTag = "user_visible_auto_notification"
  /// The log does not tell how long the handler of a click runs.
  package static let clickWindow = Interval.seconds(5)
}

extension OperationLink {
  /// When the worker ran for an operation.
  struct Window: Hashable {
    var from: Timestamp
    var to: Timestamp
    /// Whether its end was logged.
    var isExact: Bool

    func holds(_ time: Timestamp) -> Bool { from <= time && time <= to }

    /// Not only shortly after its logged end.
    func holdsWithin(_ time: Timestamp) -> Bool { isExact && from <= time && time <= to - slack }
  }

  package static func links(of scene: OperationScene) -> [OperationLink] {
    let own = windows(of: scene.operation, scene.events)
    let neighbours = scene.neighbours.filter { isOfSameWorker($0.operation, scene.operation) }
    let windows = neighbours.map { Self.windows(of: $0.operation, $0.events) }
    let born = birth(of: scene.operation, scene.events)
    var links: [OperationLink] = []
    for (index, other) in neighbours.enumerated() {
      if let time = birth(of: other.operation, other.events),
        mayCause(scene.operation, other.operation),
        let certainty = certainty(
          of: own, at: time, beside: windows, except: index, isShown: isShown(other.operation))
      {
        let isShown = isShown(other.operation)
        // A page may have registered it just then.
        links.append(
          OperationLink(
            kind: isShown ? .showed : .registered,
            certainty: isShown ? certainty : .possible, operation: other.operation))
      }
      if let born, mayCause(other.operation, scene.operation),
        let certainty = certainty(
          of: windows[index], at: born, beside: windows, except: index,
          isShown: isShown(scene.operation))
      {
        let isShown = isShown(scene.operation)
        links.append(
          OperationLink(
            kind: isShown ? .shownBy : .registeredBy,
            certainty: isShown ? certainty : .possible, operation: other.operation))
      }
      if let kind = replacement(scene.operation, other.operation) {
        links.append(
          OperationLink(kind: kind, certainty: .certain, operation: other.operation))
      }
    }
    return links.sorted {
      ($0.operation.operation.began, $0.operation.id) < (
        $1.operation.operation.began, $1.operation.id
      )
    }
  }

  private static func isOfSameWorker(_ one: StoredOperation, _ other: StoredOperation) -> Bool {
    one.source.id == other.source.id && one.origin == other.origin
      && one.storageKey == other.storageKey
      && one.serviceWorkerRegistrationId == other.serviceWorkerRegistrationId
  }

  /// When something that a handler may have caused came to be; nil where nothing of ours causes it.
  private static func birth(
    of operation: StoredOperation, _ events: [StoredEvent]
  ) -> Timestamp? {
    guard !operation.operation.isTruncated else { return nil }
    let births: [OperationStep] =
      switch operation.service {
      case .notifications: [.notification(.displayed)]
      case .backgroundSync: [.sync(.registered), .sync(.reregistered)]
      case .periodicBackgroundSync: [.periodicSync(.registered)]
      case .backgroundFetch:
        [.backgroundFetch(.registered(requests: operation.operation.total))]
      case .pushMessaging, .paymentHandler: []
      }
    return events.first { births.contains(OperationStep(of: $0.logged)) }?.logged.timestamp
  }

  private static func windows(
    of operation: StoredOperation, _ events: [StoredEvent]
  ) -> [Window] {
    if operation.service == .notifications {
      return events.filter { OperationStep(of: $0.logged) == .notification(.clicked) }.map {
        Window(
          from: $0.logged.timestamp, to: $0.logged.timestamp + clickWindow, isExact: false)
      }
    }
    // A background fetch runs without its worker; the worker is told of its end.
    if operation.service == .backgroundFetch {
      return events.filter {
        if case .backgroundFetch(.completed) = OperationStep(of: $0.logged) { true } else { false }
      }.map {
        Window(
          from: $0.logged.timestamp, to: $0.logged.timestamp + clickWindow, isExact: false)
      }
    }
    return OperationStory(of: operation.operation, events).runs.map { run in
      Window(
        from: run.from, to: run.to.map { $0 + slack } ?? run.from + clickWindow,
        isExact: run.to != nil)
    }
  }

  private static func isShown(_ operation: StoredOperation) -> Bool {
    operation.service == .notifications
  }

  /// The browser's own notification comes of a push that has shown none.
  private static func mayCause(_ one: StoredOperation, _ other: StoredOperation) -> Bool {
    !isShown(other) || other.instanceId != genericTag
      || one.operation.marks.contains(.genericNotification)
  }

  private static func certainty(
    of windows: [Window], at time: Timestamp, beside others: [[Window]], except own: Int,
    isShown: Bool
  ) -> Certainty? {
    guard let window = windows.first(where: { $0.holds(time) }) else { return nil }
    let beside = others.indices.filter { $0 != own }.flatMap { others[$0] }
    guard windows.contains(where: { $0.holdsWithin(time) }) else {
      // Near is not enough where another handler ran just then, nor for what is logged at once.
      let isAnothers = beside.contains { $0.holdsWithin(time) }
      return isAnothers || (window.isExact && !isShown) ? nil : .possible
    }
    return beside.contains { $0.holdsWithin(time) || (!$0.isExact && $0.holds(time)) }
      ? .possible : .likely
  }

  private static func replacement(_ one: StoredOperation, _ other: StoredOperation) -> Kind? {
    guard one.service == .notifications, other.service == .notifications,
      one.instanceId == other.instanceId, !one.instanceId.isEmpty
    else { return nil }
    if one.operation.state == .replaced, one.operation.began < other.operation.began {
      return .replacedBy
    }
    if other.operation.state == .replaced, other.operation.began < one.operation.began {
      return .replaced
    }
    return nil
  }
}
