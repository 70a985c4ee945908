import OffstageCore

/// Rows under headings, in columns that fit the terminal.
struct Table {
  struct Column {
    var title: String
    var alignsRight = false
    /// Narrower than this it is of no use.
    var minimum = 4
    /// Gives up its space before those with a higher number.
    var priority = 1
  }

  struct Cell {
    var text: String
    var style: Terminal.Style?

    init(_ text: String, _ style: Terminal.Style? = nil) {
      self.text = text.escapedForTerminal
      self.style = style
    }
  }

  let columns: [Column]
  var rows: [[Cell]] = []

  init(_ columns: [Column]) {
    self.columns = columns
  }

  func print(to terminal: Terminal) throws {
    let widths = fitted(to: terminal.columns)
    let head = columns.map { Cell($0.title, .dim) }
    try terminal.print(line(head, widths, terminal))
    for row in rows { try terminal.print(line(row, widths, terminal)) }
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ terminal: Terminal) -> String {
    var parts: [String] = []
    for (index, cell) in cells.enumerated() where widths[index] > 0 {
      let text = cell.text.shortened(to: widths[index])
      let padding = String(repeating: " ", count: max(0, widths[index] - text.displayWidth))
      let styled = terminal.styled(text, cell.style)
      parts.append(columns[index].alignsRight ? padding + styled : styled + padding)
    }
    var line = parts.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Words of a closed set, numbers and times are up to so wide: cut, they say nothing.
  private static let longestWhole = 13
  private static let least = 8

  /// Widths that fit: long texts shrink, the least important first; then the least important column
  /// goes; what is short stays whole as long as there is anything else to give up.
  private func fitted(to available: Int?) -> [Int] {
    let natural = columns.indices.map { index in
      rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].text.displayWidth) }
    }
    guard let available else { return natural }
    let order = columns.indices.sorted { columns[$0].priority < columns[$1].priority }
    let floors = natural.indices.map { index in
      natural[index] <= Self.longestWhole
        ? natural[index] : min(natural[index], max(columns[index].minimum, Self.least))
    }
    for gone in order.indices {
      let shown = order[gone...]
      if let widths = shrunk(natural, floors, shown, to: available) { return widths }
    }
    let bare = natural.indices.map { min(natural[$0], columns[$0].minimum) }
    for gone in order.indices {
      if let widths = shrunk(natural, bare, order[gone...], to: available) { return widths }
    }
    return natural.indices.map { $0 == order.last ? available : 0 }
  }

  /// Nil if that is not enough.
  private func shrunk(
    _ natural: [Int], _ floors: [Int], _ shown: ArraySlice<Int>, to available: Int
  ) -> [Int]? {
    var widths = natural.map { _ in 0 }
    for index in shown { widths[index] = natural[index] }
    var excess = widths.reduce(0, +) + 2 * (shown.count - 1) - available
    for index in shown where excess > 0 {
      let taken = min(excess, widths[index] - floors[index])
      widths[index] -= taken
      excess -= taken
    }
    return excess <= 0 ? widths : nil
  }
}

extension String {
  /// Columns on a terminal: characters of East Asian width and emoji take two.
  var displayWidth: Int {
    isASCII ? utf8.count : reduce(0) { $0 + $1.displayWidth }
  }

  /// The text cut to `width` columns, its middle left out: ids differ at both ends.
  func shortened(to width: Int) -> String {
    if isASCII { return utf8.count <= width ? self : asciiShortened(to: width) }
    guard displayWidth > width else { return self }
    guard width > 4 else {
      return String(prefixColumns(max(width - 1, 0))) + (width > 0 ? "…" : "")
    }
    let tail = width / 4
    return prefixColumns(width - 1 - tail) + "…"
      + String(String(reversed()).prefixColumns(tail).reversed())
  }

  private var isASCII: Bool {
    var text = self
    return text.withUTF8 { $0.allSatisfy { $0 < 0x80 } }
  }

  private func asciiShortened(to width: Int) -> String {
    guard width > 4 else { return width > 0 ? String(prefix(width - 1)) + "…" : "" }
    let tail = width / 4
    return String(decoding: utf8.prefix(width - 1 - tail), as: UTF8.self) + "…"
      + String(decoding: utf8.suffix(tail), as: UTF8.self)
  }

  private func prefixColumns(_ width: Int) -> String {
    var used = 0
    var out = ""
    for character in self {
      used += character.displayWidth
      if used > width { break }
      out.append(character)
    }
    return out
  }
}

extension Character {
  fileprivate var displayWidth: Int {
    guard let scalar = unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default:
      return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }
}
