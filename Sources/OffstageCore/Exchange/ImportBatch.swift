import JSON

/// Gathers what is stored in one transaction.
struct ImportBatch {
  /// Events and bytes of one transaction, at most about so many: others want to write too.
  private static let limit = (writes: 1000, bytes: 4 << 20)

  let sources: [Source]
  let now: Timestamp
  private var counter: FileOrdinals
  private var groups: [SourceWrites] = []
  private var count = 0
  private var bytes = 0

  init(sources: [Source], now: Timestamp, isAscending: Bool) {
    self.sources = sources
    self.now = now
    counter = FileOrdinals(isAscending: isAscending)
  }

  var isFull: Bool { count >= Self.limit.writes || bytes >= Self.limit.bytes }

  mutating func add(_ item: ImportItem) {
    switch item {
    case .sources, .unknown, .fault: break
    case .gap(let gap):
      add(
        .gapImported(gap.service, gap.reason, from: gap.from, to: gap.to, gap.browserRan),
        of: gap.source)
    case .worker(let worker):
      add(.worker(worker.entry.context, at: worker.entry.at), of: worker.source)
    case .watched(let watch):
      for service in watch.service.map({ [$0] }) ?? Service.allCases {
        add(.watchImported(service, from: watch.from, to: watch.to), of: watch.source)
      }
    case .trigger(let trigger):
      add(.triggerImported(trigger.trigger), of: trigger.source)
    case .notification(let line):
      let shown = line.notification.shown
      bytes += shown.title.utf8.count + shown.body.utf8.count
      add(.notificationImported(line.notification), of: line.source)
    case .push(let line):
      bytes += line.message.body.count
      for header in line.message.headers { bytes += header.value.utf8.count }
      add(.pushImported(line.message), of: line.source)
    case .subscription(let line):
      add(.subscriptionImported(line.subscription), of: line.source)
    case .event(let event):
      guard let source = event.source ?? sources.first?.id else { break }
      let identity =
        event.ordinal.map { EventIdentity(of: event.logged, ordinal: $0) }
        ?? counter.number(event.logged)
      for pair in event.logged.metadata { bytes += pair.value.utf8.count }
      bytes += event.logged.written?.bytes.count ?? 0
      add(
        .event(
          EventWrite(
            identity: identity, logged: event.logged, received: event.received ?? now,
            capture: event.capture ?? .import, observation: nil,
            file: .init(scope: event.scope, trigger: event.trigger))),
        of: source)
    }
  }

  private mutating func add(_ write: StoreWrite, of source: SourceID) {
    if groups.last?.source != source { groups.append(SourceWrites(source: source, writes: [])) }
    groups[groups.count - 1].writes.append(write)
    count += 1
  }

  mutating func take() -> [SourceWrites] {
    defer { (groups, count, bytes) = ([], 0, 0) }
    return groups
  }
}

/// Numbers equal events of a file in the order in which they stand there.
private struct FileOrdinals {
  private let isAscending: Bool
  private var counts: [EventIdentity: Int32] = [:]
  private var current = Timestamp(micros: .min)

  /// - Parameter isAscending: equal events can only be of the same microsecond as the last.
  init(isAscending: Bool) {
    self.isAscending = isAscending
  }

  mutating func number(_ event: LoggedEvent) -> EventIdentity {
    var identity = EventIdentity(of: event)
    if isAscending, identity.timestamp != current {
      counts.removeAll(keepingCapacity: true)
      current = identity.timestamp
    }
    identity.ordinal = counts[identity, default: 0]
    counts[identity.withoutOrdinal, default: 0] += 1
    return identity
  }
}

extension EventIdentity {
  fileprivate var withoutOrdinal: EventIdentity {
    EventIdentity(timestamp: timestamp, place: place, digest: digest, ordinal: 0)
  }
}
