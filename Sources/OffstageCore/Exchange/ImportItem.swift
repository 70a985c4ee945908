/// What a file of events holds, in its order.
package enum ImportItem: Sendable {
  /// The sources that the rest names; a file of DevTools' names none.
  case sources([ExchangeSource])
  case event(ExchangeEvent)
  case gap(ExchangeGap)
  case worker(ExchangeWorker)
  case watched(ExchangeWatch)
  case trigger(ExchangeTrigger)
  case notification(ExchangeNotification)
  case push(ExchangePush)
  case subscription(ExchangeSubscription)
  /// Of a kind that a later version of Offstage may know.
  case unknown(kind: String)
  /// A part that can't be read; what comes after it is.
  case fault(ImportFault)
}

/// A source as a file names it.
package struct ExchangeSource: Sendable, Hashable {
  package var id: SourceID
  package var name: String
  package var browser: String?

  package init(id: SourceID, name: String, browser: String?) {
    self.id = id
    self.name = name
    self.browser = browser
  }
}

/// An event in a file, without the numbers that only its store knows.
package struct ExchangeEvent: Sendable, Hashable {
  package var logged: LoggedEvent
  /// Nil where the file does not tell: then equal events are counted as they come.
  package var ordinal: Int32?
  /// The rest is nil in a file of DevTools'.
  package var source: SourceID?
  package var received: Timestamp?
  package var capture: CaptureKind?
  package var scope: String?
  /// When the trigger of ours that caused it was asked.
  package var trigger: Timestamp?

  package init(
    logged: LoggedEvent, ordinal: Int32? = nil, source: SourceID? = nil,
    received: Timestamp? = nil, capture: CaptureKind? = nil, scope: String? = nil,
    trigger: Timestamp? = nil
  ) {
    self.logged = logged
    self.ordinal = ordinal
    self.source = source
    self.received = received
    self.capture = capture
    self.scope = scope
    self.trigger = trigger
  }

  /// - Parameter trigger: what caused it, if the file tells of that too.
  package init(_ event: StoredEvent, trigger: Timestamp? = nil) {
    self.init(
      logged: event.logged, ordinal: event.identity.ordinal, source: event.source.id,
      received: event.received, capture: event.capture, scope: event.scope, trigger: trigger)
  }
}

package struct ExchangeGap: Sendable, Hashable {
  package var source: SourceID
  package var service: Service
  package var from: Timestamp
  package var to: Timestamp?
  package var reason: Gap.Reason
  package var browserRan: Gap.BrowserRan

  package init(_ gap: Gap) {
    source = gap.source.id
    service = gap.service
    from = gap.from
    to = gap.to
    reason = gap.reason
    browserRan = gap.browserRan
  }

  init(
    source: SourceID, service: Service, from: Timestamp, to: Timestamp?, reason: Gap.Reason,
    browserRan: Gap.BrowserRan
  ) {
    self.source = source
    self.service = service
    self.from = from
    self.to = to
    self.reason = reason
    self.browserRan = browserRan
  }
}
