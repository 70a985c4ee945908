import JSON

/// What a format makes of the events that are given to it.
protocol ExportBody {
  mutating func head() -> [UInt8]
  mutating func part(_ events: [StoredEvent]) -> [UInt8]
  mutating func foot() -> [UInt8]
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

struct LinesBody: ExportBody {
  let sources: [Source]
  /// In the order of time.
  var gaps: [Gap]
  /// In the order of time.
  let triggers: [StoredTrigger]
  private let asked: [Int64: Timestamp]
  private var written = 0
  private var writtenTriggers = 0
  private var writer = JSONWriter(reservingCapacity: 64 << 10)

  init(sources: [Source], gaps: [Gap], triggers: [StoredTrigger]) {
    self.sources = sources
    self.gaps = gaps
    self.triggers = triggers
    asked = Dictionary(uniqueKeysWithValues: triggers.map { ($0.id, $0.asked) })
  }

  mutating func head() -> [UInt8] {
    ExchangeLines.write(
      sources.map { ExchangeSource(id: $0.id, name: $0.name, browser: $0.browser) }, to: &writer)
    return taken()
  }

  mutating func part(_ events: [StoredEvent]) -> [UInt8] {
    for event in events {
      writeRest(until: event.logged.timestamp)
      let trigger = event.triggerId.flatMap { asked[$0] }
      ExchangeLines.write(ExchangeEvent(event, trigger: trigger), to: &writer)
    }
    return taken()
  }

  mutating func foot() -> [UInt8] {
    writeRest(until: nil)
    return taken()
  }

  /// Gaps and triggers up to a moment, or all that are left.
  private mutating func writeRest(until moment: Timestamp?) {
    while true {
      let gap = written < gaps.count ? gaps[written] : nil
      let trigger = writtenTriggers < triggers.count ? triggers[writtenTriggers] : nil
      guard let next = [gap?.from, trigger?.asked].compactMap({ $0 }).min(),
        moment.map({ next <= $0 }) ?? true
      else { return }
      if let gap, gap.from == next {
        ExchangeLines.write(ExchangeGap(gap), to: &writer)
        written += 1
      } else if let trigger {
        ExchangeLines.write(ExchangeTrigger(trigger), to: &writer)
        writtenTriggers += 1
      }
    }
  }

  private mutating func taken() -> [UInt8] {
    let bytes = writer.bytes
    writer.removeAll()
    return bytes
  }
}
