import JSON
import OffstageCore

/// Events for people: a table for a page of them, a line for each as it comes.
struct EventLines {
  let terminal: Terminal

  static let columns = [
    Table.Column(title: "Time", minimum: 13, priority: 9),
    Table.Column(title: "Service", minimum: 4, priority: 7),
    Table.Column(title: "Event", minimum: 12, priority: 8),
    Table.Column(title: "Instance", minimum: 8, priority: 5),
    Table.Column(title: "Origin", minimum: 10, priority: 3),
    Table.Column(title: "Details", minimum: 12, priority: 2),
  ]

  func table(_ events: [StoredEvent]) -> Table {
    var table = Table([Table.Column(title: "Id", alignsRight: true, priority: 6)] + Self.columns)
    let days = Set(events.map { CivilTime($0.logged.timestamp).dayText })
    for event in events {
      table.rows.append(
        [Table.Cell("\(event.id)", .dim)] + cells(event, withDate: days.count > 1))
    }
    return table
  }

  /// A line for each event, in columns of fixed width, as it comes.
  func lines(_ events: [StoredEvent]) -> [UInt8] {
    let widths = Self.widths(within: terminal.columns)
    let room = terminal.columns.map { max(0, $0 - Self.total(widths)) }
    var out: [UInt8] = []
    out.reserveCapacity(events.count * 200)
    for event in events {
      let logged = event.logged
      let outcome = logged.outcome
      var clock: [UInt8] = []
      CivilTime(logged.timestamp).appendClock(fractionDigits: 3, to: &clock)
      clock.append(UInt8(ascii: "Z"))
      append(String(decoding: clock, as: UTF8.self), 0, .dim, widths, to: &out)
      append(logged.service.shortName, 1, nil, widths, to: &out)
      append(logged.eventName, 2, Self.style(outcome), mark: Self.mark(outcome), widths, to: &out)
      append(logged.instanceId, 3, nil, widths, to: &out)
      append(logged.origin.withoutTrailingSlash, 4, .dim, widths, to: &out)
      if room ?? .max > 8 {
        let details = Self.details(logged).escapedForTerminal
        let text = room.map { details.shortened(to: $0) } ?? details
        out += terminal.styled(text, outcome == .failed ? .red : nil).utf8
      }
      out.append(UInt8(ascii: "\n"))
    }
    return out
  }

  /// Of time, service, event, instance, origin.
  private static let widths = [13, 13, 30, 22, 30]
  /// Those that give up their space on a narrow terminal, and what they keep: the origin goes first.
  private static let yielding = [
    (column: 4, least: 0), (column: 3, least: 8), (column: 2, least: 16),
  ]

  private static func total(_ widths: [Int]) -> Int {
    widths.reduce(0) { $0 + ($1 > 0 ? $1 + 2 : 0) }
  }

  private static func widths(within columns: Int?) -> [Int] {
    var widths = Self.widths
    guard let columns else { return widths }
    for (column, least) in yielding where total(widths) > columns {
      widths[column] = max(least, widths[column] - (total(widths) - columns))
      // A piece of an origin says less than nothing.
      if column == 4, widths[column] < 16 { widths[column] = 0 }
    }
    return widths
  }

  private func append(
    _ text: String, _ column: Int, _ style: Terminal.Style?, mark: String = "", _ widths: [Int],
    to out: inout [UInt8]
  ) {
    guard widths[column] > 0 else { return }
    let room = widths[column] - mark.count
    let shown = text.escapedForTerminal.shortened(to: room)
    out += terminal.styled(mark.isEmpty ? shown : mark + shown, style).utf8
    let padding = room - shown.displayWidth + 2
    out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(2, padding)))
  }

  private func cells(_ event: StoredEvent, withDate: Bool) -> [Table.Cell] {
    let logged = event.logged
    let outcome = logged.outcome
    let time = CivilTime(logged.timestamp)
    let clock = time.clock(fractionDigits: 3) + "Z"
    return [
      Table.Cell(withDate ? "\(time.dayText) \(clock)" : clock, .dim),
      Table.Cell(logged.service.shortName),
      Table.Cell(Self.mark(outcome) + logged.eventName, Self.style(outcome)),
      Table.Cell(logged.instanceId),
      Table.Cell(logged.origin.withoutTrailingSlash, .dim),
      Table.Cell(Self.details(logged), outcome == .failed ? .red : nil),
    ]
  }

  /// Colour is never the only sign.
  private static func mark(_ outcome: Outcome?) -> String {
    outcome == .failed ? "✕ " : ""
  }

  private static func style(_ outcome: Outcome?) -> Terminal.Style? {
    switch outcome {
    case .failed: .red
    case .ok: .green
    case .pending, nil: nil
    }
  }

  static func details(_ event: LoggedEvent) -> String {
    var text = ""
    for pair in event.metadata {
      if !text.isEmpty { text += " · " }
      text += pair.key
      text += ": "
      // Characters are counted only where there may be too many.
      text += pair.value.utf8.count <= 200 ? pair.value : String(pair.value.prefix(200))
    }
    return text
  }
}
