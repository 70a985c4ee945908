/// What a profile's folder holds of the background services: the browser's log, and what the log
/// never says, such as when a sync is tried again.
package struct ProfileReport: Sendable, Hashable {
  package var folder: ProfileFolder
  /// When it was read.
  package var read: Timestamp
  /// The process that has the profile open; nil when none of this machine has.
  package var holder: Int32?
  /// Of the browser that used it last, such as `156.0.8078.79`.
  package var browserVersion: String?
  /// In the order of time.
  package var events: [LoggedEvent] = []
  package var registrations: [InspectedRegistration] = []
  /// One-off and periodic.
  package var syncs: [PendingSync] = []
  package var fetches: [InspectedFetch] = []
  package var subscriptions: [InspectedSubscription] = []
  /// Nil when the profile's settings can't be read.
  package var leases: [Service: DiskLease]?
  /// What could not be read, each in a sentence. None: all of it was.
  package var faults: [String] = []
  /// There is a log, and nothing of it can be read.
  package var isLogUnreadable = false

  package init(folder: ProfileFolder, read: Timestamp) {
    self.folder = folder
    self.read = read
  }

  package func registration(_ id: String) -> InspectedRegistration? {
    registrations.first { $0.id == id }
  }

  /// The worker's scope, if the registration is one of the event's origin.
  package func scope(of event: LoggedEvent) -> String? {
    guard let scope = registration(event.serviceWorkerRegistrationId)?.scope,
      scope.hasPrefix(event.origin.withoutTrailingSlash + "/")
    else { return nil }
    return scope
  }

  /// The events with what makes them the same when they come over the protocol.
  package var identified: [(identity: EventIdentity, event: LoggedEvent)] {
    // In the order of time equal events stand together: each is the next of its microsecond.
    var ordinals = OrdinalCounter(observationStart: Timestamp(micros: .max))
    return events.map { (ordinals.number($0), $0) }
  }
}

/// A service worker's registration, as the browser stores it.
package struct InspectedRegistration: Sendable, Hashable {
  package var id: String
  package var storageKey: String
  package var scope: String
  package var script: String
  /// Else its worker waits to become active.
  package var isActive: Bool
  package var hasFetchHandler: Bool
  package var versionId: String
  package var lastUpdateCheck: Timestamp?
  /// Of the worker's scripts.
  package var bytes: Int64?
  package var scripts: [Script] = []

  package struct Script: Sendable, Hashable {
    package var url: String
    package var bytes: Int64?
    package var sha256: String?

    package init(url: String, bytes: Int64?, sha256: String?) {
      self.url = url
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  package init(
    id: String, storageKey: String, scope: String, script: String, isActive: Bool,
    hasFetchHandler: Bool, versionId: String, lastUpdateCheck: Timestamp?, bytes: Int64?
  ) {
    self.id = id
    self.storageKey = storageKey
    self.scope = scope
    self.script = script
    self.isActive = isActive
    self.hasFetchHandler = hasFetchHandler
    self.versionId = versionId
    self.lastUpdateCheck = lastUpdateCheck
    self.bytes = bytes
  }
}

/// A sync that waits to be fired, once or again and again.
package struct PendingSync: Sendable, Hashable {
  package var tag: String
  package var origin: String
  package var registrationId: String
  /// Times that it was fired so far.
  package var attempts: Int64
  package var maxAttempts: Int64?
  /// Not before then; nil: as soon as there is a network.
  package var notBefore: Timestamp?
  /// Of a periodic sync: what its page asked for.
  package var minInterval: Interval?

  package var service: Service { minInterval == nil ? .backgroundSync : .periodicBackgroundSync }

  package init(
    tag: String, origin: String, registrationId: String, attempts: Int64, maxAttempts: Int64?,
    notBefore: Timestamp?, minInterval: Interval?
  ) {
    self.tag = tag
    self.origin = origin
    self.registrationId = registrationId
    self.attempts = attempts
    self.maxAttempts = maxAttempts
    self.notBefore = notBefore
    self.minInterval = minInterval
  }
}

/// A background fetch that the browser has not yet forgotten.
package struct InspectedFetch: Sendable, Hashable {
  /// The id that the page gave.
  package var id: String
  package var origin: String
  package var registrationId: String
  /// It has not ended.
  package var isActive = false
  package var title: String?
  package var created: Timestamp?
  package var downloaded: Int64?
  package var downloadTotal: Int64?
  package var uploadTotal: Int64?
  /// `UNSET` is nil.
  package var result: String?
  package var failureReason: String?
  /// How many requests it was made with, as the browser noted.
  package var requestCount: Int64?
  /// In the order of their indexes.
  package var requests: [Request] = []

  package struct Request: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
      case pending, active, completed
    }

    package var index: Int64
    package var state: State
    package var url: String?
    package var method: String?
    package var failureReason: String?

    package init(
      index: Int64, state: State, url: String?, method: String?, failureReason: String?
    ) {
      self.index = index
      self.state = state
      self.url = url
      self.method = method
      self.failureReason = failureReason
    }
  }

  package init(id: String, origin: String, registrationId: String) {
    self.id = id
    self.origin = origin
    self.registrationId = registrationId
  }

  package func count(_ state: Request.State) -> Int { requests.filter { $0.state == state }.count }
}

/// A push subscription. What would let others push is given as a hash only.
package struct InspectedSubscription: Sendable, Hashable {
  package var registrationId: String
  package var scope: String?
  /// SHA-256 of the push service's name for it.
  package var tokenHash: String?
  /// SHA-256 of the key that its application server signs with, or of its sender's id.
  package var senderHash: String?

  package init(
    registrationId: String, scope: String?, tokenHash: String?, senderHash: String?
  ) {
    self.registrationId = registrationId
    self.scope = scope
    self.tokenHash = tokenHash
    self.senderHash = senderHash
  }
}
