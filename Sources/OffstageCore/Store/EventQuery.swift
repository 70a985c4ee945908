/// Which events are asked for. Everything that is named must hold.
package struct EventSelection: Sendable, Hashable {
  /// Empty: any.
  package var services: Set<Service> = []
  /// Without a trailing slash. Empty, as `hosts` is: any.
  package var origins: Set<String> = []
  /// `app.example` is that of every scheme and port, `app.example:8080` that of every scheme; with
  /// `origins`, any of both.
  package var hosts: Set<String> = []
  /// Names, or beginnings of ids. Empty: any.
  package var sources: Set<SourceID> = []
  /// How they came to us. Empty: any.
  package var captures: Set<CaptureKind> = []
  /// What they say of success. Empty: any.
  package var outcomes: Set<Outcome> = []
  /// The browser's own grouping ids. Empty: any.
  package var instances: Set<String> = []
  /// Of events, whatever the case of ASCII letters. Empty: any.
  package var names: Set<String> = []
  /// Whole, or from the `/` after the origin on. Empty: any.
  package var scopes: Set<String> = []
  /// Of the operations that they belong to, as they are now. Empty: any.
  package var states: Set<OperationState> = []
  /// Whether something of ours caused them. Nil: either.
  package var isTrigger: Bool?
  /// Each is in the metadata, whatever the case of ASCII letters.
  package var pairs: [LoggedEvent.Metadata] = []
  package var since: Timestamp?
  package var until: Timestamp?
  /// Each occurs in the name, the instance or the metadata, whatever the case of ASCII letters.
  package var words: [String] = []
  /// What the fields can't say; each must hold.
  package var rest: [SelectionExpression] = []

  package init() {}

  package init(
    services: Set<Service> = [], origins: Set<String> = [], sources: Set<SourceID> = [],
    outcomes: Set<Outcome> = [], instances: Set<String> = [], names: Set<String> = [],
    since: Timestamp? = nil, until: Timestamp? = nil, words: [String] = []
  ) {
    self.services = services
    self.origins = origins
    self.sources = sources
    self.outcomes = outcomes
    self.instances = instances
    self.names = names
    self.since = since
    self.until = until
    self.words = words
  }
}

/// Selections put together.
package indirect enum SelectionExpression: Sendable, Hashable {
  case selection(EventSelection)
  case not(SelectionExpression)
  /// None: nothing.
  case any([SelectionExpression])
  /// None: everything.
  case all([SelectionExpression])
}

/// A page of events, in time order unless it is sorted otherwise.
package struct EventQuery: Sendable, Hashable {
  package enum Order: String, Sendable, CaseIterable {
    case ascending = "asc"
    case descending = "desc"
  }

  package var selection: EventSelection
  package var order: Order
  package var limit: Int
  /// Where the page before this one ended.
  package var after: EventCursor?
  /// Nil: by time. Such a list has no cursors.
  package var sort: EventSort?
  /// How many events of a sorted list lie before the page.
  package var offset = 0

  package init(
    _ selection: EventSelection = EventSelection(), order: Order = .descending, limit: Int = 100,
    after: EventCursor? = nil
  ) {
    self.selection = selection
    self.order = order
    self.limit = limit
    self.after = after
  }
}

/// What a short list can be sorted by; where it is equal, the newest event is first.
package enum EventSort: String, Sendable, CaseIterable {
  case service, event, instance, origin, storageKey, scope, source, outcome

  /// A longer list is only shown in the order of time.
  package static let limit = 50_000
}

package struct EventPage: Sendable, Hashable {
  package var events: [StoredEvent]
  /// Nil when there is nothing beyond this page.
  package var next: EventCursor?
  /// The place of the page's last event.
  package var last: EventCursor?
  /// The page has less than was asked for because looking for more takes long: it was looked until
  /// that moment, and `next` goes on from there.
  package var lookedUntil: Timestamp?

  package init(
    events: [StoredEvent], next: EventCursor?, last: EventCursor? = nil,
    lookedUntil: Timestamp? = nil
  ) {
    self.events = events
    self.next = next
    self.last = last
    self.lookedUntil = lookedUntil
  }
}

/// A place in the time order. Its text is opaque to clients.
package struct EventCursor: Sendable, Hashable {
  package var identity: EventIdentity
  /// The store's own number of the source: the last word where all else is equal.
  package var sourceNumber: Int64

  package init(identity: EventIdentity, sourceNumber: Int64) {
    self.identity = identity
    self.sourceNumber = sourceNumber
  }

  package var text: String {
    let numbers = [
      identity.timestamp.micros, Int64(identity.place.rawValue), identity.digest,
      sourceNumber, Int64(identity.ordinal),
    ]
    return "1." + numbers.map { String($0, radix: 36) }.joined(separator: ".")
  }

  package init?(text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "1" else { return nil }
    let numbers = parts.dropFirst().compactMap { Int64($0, radix: 36) }
    guard numbers.count == 5, let place = Int(exactly: numbers[1]),
      let ordinal = Int32(exactly: numbers[4])
    else { return nil }
    self.init(
      identity: EventIdentity(
        timestamp: Timestamp(micros: numbers[0]), place: EventPlace(rawValue: place),
        digest: numbers[2], ordinal: ordinal),
      sourceNumber: numbers[3])
  }
}
