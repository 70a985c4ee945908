import JSON
import OffstageCore

/// Events for people: a table for a page of them, a line for each as it comes.
struct EventLines {
  let terminal: Terminal

  static let columns = [
    Table.Column(title: "Time", minimum: 12, priority: 9),
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

  /// One event, in columns of fixed width, as it comes.
  func line(_ event: StoredEvent) -> String {
    let cells = cells(event, withDate: false)
    let widths = [12, 13, 30, 22, 30]
    var parts: [String] = []
    for (cell, width) in zip(cells, widths) {
      let text = cell.text.shortened(to: width)
      let padding = String(repeating: " ", count: max(0, width - text.displayWidth))
      parts.append(terminal.styled(text, cell.style) + padding)
    }
    let used = widths.reduce(0, +) + 2 * widths.count
    let details = cells[5].text
    let room = terminal.columns.map { max(0, $0 - used) } ?? details.displayWidth
    if room > 8 { parts.append(terminal.styled(details.shortened(to: room), cells[5].style)) }
    return parts.joined(separator: "  ")
  }

  private func cells(_ event: StoredEvent, withDate: Bool) -> [Table.Cell] {
    let logged = event.logged
    let time = CivilTime(logged.timestamp)
    let clock = String(decoding: time.clock(fractionDigits: 3), as: UTF8.self)
    return [
      Table.Cell(withDate ? "\(time.dayText) \(clock)" : clock, .dim),
      Table.Cell(logged.service.shortName),
      Table.Cell(mark(logged) + logged.eventName, style(logged)),
      Table.Cell(logged.instanceId),
      Table.Cell(logged.origin.withoutTrailingSlash, .dim),
      Table.Cell(Self.details(logged), logged.outcome == .failed ? .red : nil),
    ]
  }

  /// Colour is never the only sign.
  private func mark(_ event: LoggedEvent) -> String {
    event.outcome == .failed ? "✕ " : ""
  }

  private func style(_ event: LoggedEvent) -> Terminal.Style? {
    switch event.outcome {
    case .failed: .red
    case .ok: .green
    case .pending, nil: nil
    }
  }

  static func details(_ event: LoggedEvent) -> String {
    event.metadata.map { "\($0.key): \($0.value.prefix(200))" }.joined(separator: " · ")
  }
}

extension CivilTime {
  /// `2026-11-22`.
  var dayText: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day))"
  }
}
