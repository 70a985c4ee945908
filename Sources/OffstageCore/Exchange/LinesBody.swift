import JSON

/// Offstage's own format: events with what stands beside them, in the order of time.
struct LinesBody: ExportBody {
  private let sources: [ExchangeSource]
  private var watches: ArraySlice<ExchangeWatch>
  private var gaps: ArraySlice<ExchangeGap>
  private var triggers: ArraySlice<StoredTrigger>
  private var subscriptions: ArraySlice<ExchangeSubscription>
  private let asked: [Int64: Timestamp]
  private var workers: ArraySlice<ExchangeWorker> = []
  private var notifications: ArraySlice<ExchangeNotification> = []
  private var pushes: ArraySlice<ExchangePush> = []
  private var writer = JSONWriter(reservingCapacity: 64 << 10)

  /// - Parameters:
  ///   - watches: in the order of time, as all the others.
  init(
    sources: [Source], watches: [ExchangeWatch] = [], gaps: [Gap] = [],
    triggers: [StoredTrigger] = [], subscriptions: [ExchangeSubscription] = []
  ) {
    self.sources = sources.map { ExchangeSource(id: $0.id, name: $0.name, browser: $0.browser) }
    self.watches = watches[...]
    self.gaps = gaps.map(ExchangeGap.init)[...]
    self.triggers = triggers[...]
    self.subscriptions = subscriptions[...]
    asked = Dictionary(uniqueKeysWithValues: triggers.map { ($0.id, $0.asked) })
  }

  mutating func head() -> [UInt8] {
    ExchangeLines.write(sources, to: &writer)
    return taken()
  }

  mutating func take(_ workers: [ExchangeWorker]) { self.workers += workers }

  mutating func take(_ notifications: [ExchangeNotification]) {
    self.notifications += notifications
  }

  mutating func take(_ pushes: [ExchangePush]) { self.pushes += pushes }

  mutating func part(_ events: [StoredEvent]) -> [UInt8] {
    for event in events {
      writeBeside(until: event.logged.timestamp)
      let trigger = event.triggerId.flatMap { asked[$0] }
      ExchangeLines.write(ExchangeEvent(event, trigger: trigger), to: &writer)
    }
    return taken()
  }

  mutating func part(before moment: Timestamp) -> [UInt8] {
    writeBeside(until: moment - Interval(micros: 1))
    return taken()
  }

  mutating func foot() -> [UInt8] {
    writeBeside(until: Timestamp(micros: .max))
    return taken()
  }

  /// Of one moment the stretches of time that begin there come first, and what is of one source stays
  /// together: no store's own numbers say anything of the order.
  private mutating func writeBeside(until end: Timestamp) {
    while true {
      let moments = [
        watches.first?.from, gaps.first?.from, triggers.first?.asked, workers.first?.entry.at,
        notifications.first?.notification.shown.shown, subscriptions.first?.subscription.created,
        pushes.first?.message.received,
      ]
      guard let next = moments.compactMap(\.self).min(), next <= end else { return }
      for watch in watches.taken(while: { $0.from == next }, by: \.source) {
        ExchangeLines.write(watch, to: &writer)
      }
      for gap in gaps.taken(while: { $0.from == next }, by: \.source) {
        ExchangeLines.write(gap, to: &writer)
      }
      for trigger in triggers.taken(while: { $0.asked == next }, by: \.source.id) {
        ExchangeLines.write(ExchangeTrigger(trigger), to: &writer)
      }
      for worker in workers.taken(while: { $0.entry.at == next }, by: \.source) {
        ExchangeLines.write(worker, to: &writer)
      }
      let shown = notifications.taken(
        while: { $0.notification.shown.shown == next }, by: \.source)
      for line in shown.sorted(by: { $0.isBefore($1) }) {
        ExchangeLines.write(line, to: &writer)
      }
      let made = subscriptions.taken(while: { $0.subscription.created == next }, by: \.source)
      for line in made.sorted(by: { $0.isBefore($1) }) {
        ExchangeLines.write(line, to: &writer)
      }
      let posted = pushes.taken(while: { $0.message.received == next }, by: \.source)
      for line in posted.sorted(by: { $0.isBefore($1) }) {
        ExchangeLines.write(line, to: &writer)
      }
    }
  }

  private mutating func taken() -> [UInt8] {
    let bytes = writer.bytes
    writer.removeAll()
    return bytes
  }
}

extension ExchangeNotification {
  /// Of those of one moment.
  fileprivate func isBefore(_ other: ExchangeNotification) -> Bool {
    (source.description, notification.shown.number)
      < (other.source.description, other.notification.shown.number)
  }
}

extension ExchangeSubscription {
  fileprivate func isBefore(_ other: ExchangeSubscription) -> Bool {
    (source.description, subscription.token)
      < (other.source.description, other.subscription.token)
  }
}

extension ExchangePush {
  fileprivate func isBefore(_ other: ExchangePush) -> Bool {
    (source.description, message.id) < (other.source.description, other.message.id)
  }
}

extension ArraySlice {
  /// Its first elements, those of one source in their order.
  fileprivate mutating func taken(
    while isDue: (Element) -> Bool, by source: (Element) -> SourceID
  ) -> [Element] {
    let due = prefix(while: isDue)
    self = dropFirst(due.count)
    guard due.count > 1 else { return Array(due) }
    return due.enumerated().map { (source($0.element).description, $0.offset, $0.element) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}
