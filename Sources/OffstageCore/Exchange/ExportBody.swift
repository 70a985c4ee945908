import JSON

/// What a format makes of the events that are given to it.
protocol ExportBody {
  mutating func head() -> [UInt8]
  mutating func part(_ events: [StoredEvent]) -> [UInt8]
  mutating func foot() -> [UInt8]
  /// Takes what workers did, in the order of time.
  mutating func take(_ workers: [ExchangeWorker])
  /// Takes what was shown, in the order of time.
  mutating func take(_ notifications: [ExchangeNotification])
  /// Takes what was posted to the push service, in the order of time.
  mutating func take(_ pushes: [ExchangePush])
  /// What stands before the events from then on.
  mutating func part(before moment: Timestamp) -> [UInt8]
}

extension ExportBody {
  func take(_ workers: [ExchangeWorker]) {}
  func take(_ notifications: [ExchangeNotification]) {}
  func take(_ pushes: [ExchangePush]) {}
  func part(before moment: Timestamp) -> [UInt8] { [] }
}

/// As `JSON.stringify(events, null, 2)` writes it.
struct DevToolsBody: ExportBody {
  /// An event without its source: what was recorded, and what was imported of the same browser.
  private struct Copies {
    var timestamp: Timestamp
    var place: EventPlace
    var seen: Set<EventIdentity> = []
  }

  private var isEmpty = true
  private var copies: Copies?

  func head() -> [UInt8] { [UInt8(ascii: "[")] }

  mutating func part(_ events: [StoredEvent]) -> [UInt8] {
    var out: [UInt8] = []
    for event in events where isFirstCopy(event.identity) {
      if !isEmpty { out.append(UInt8(ascii: ",")) }
      isEmpty = false
      JSONLayout.appendLine(1, to: &out)
      JSONLayout.appendIndented(event.logged.protocolJSON, depth: 1, to: &out)
    }
    return out
  }

  mutating func foot() -> [UInt8] { Array((isEmpty ? "]" : "\n]").utf8) }

  /// The format names no sources: an event that several have is written once. Equal ones come one
  /// after another, also in a file's own order if that is by time.
  private mutating func isFirstCopy(_ identity: EventIdentity) -> Bool {
    if copies?.timestamp != identity.timestamp || copies?.place != identity.place {
      copies = Copies(timestamp: identity.timestamp, place: identity.place)
    }
    return copies?.seen.insert(identity).inserted ?? true
  }
}

struct CSVBody: ExportBody {
  func head() -> [UInt8] { Array(EventCSV.header.utf8) }

  func part(_ events: [StoredEvent]) -> [UInt8] { events.flatMap { Array(EventCSV.row($0).utf8) } }

  func foot() -> [UInt8] { [] }
}
