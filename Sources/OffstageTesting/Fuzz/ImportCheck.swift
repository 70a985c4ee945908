import JSON
import OffstageCore

/// What must hold for the import of any bytes at all.
package enum ImportCheck {
  /// Nil if all of it holds.
  package static func problem(with bytes: [UInt8]) -> String? {
    let limit = 1 << 16
    let whole = Reading(of: bytes, inPartsOf: bytes.count + 1, limit: limit)
    // A size of its own for each file, the smallest ones too.
    let size = bytes.count % 97 + 1
    let parts = Reading(of: bytes, inPartsOf: size, limit: limit)
    if whole.words != parts.words { return "in parts of \(size) it is read as something else" }
    if whole.refusal != parts.refusal {
      return "in parts of \(size) it is refused for another reason"
    }
    return whole.events.firstNonNil { problem(with: $0.logged) }
      ?? whole.faults.firstNonNil { problem(with: $0, in: bytes) }
      ?? lost(in: whole, of: bytes)
  }

  private static func problem(with event: LoggedEvent) -> String? {
    var reader = JSONReader(event.protocolJSON)
    guard let again = try? LoggedEvent.read(&reader), reader.isAtEnd() else {
      return "an event is printed as something that can't be read"
    }
    if again != event { return "an event is read as another one once it is printed" }
    return event.protocolJSON.contains(UInt8(ascii: "\n")) ? "an event is more than a line" : nil
  }

  private static func problem(with fault: ImportFault, in bytes: [UInt8]) -> String? {
    guard let place = fault.place else { return nil }
    guard (0...bytes.count).contains(place.byte) else { return "a fault lies outside of the file" }
    let before = bytes[..<place.byte]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    // A mark before the text is no part of its first line.
    let mark = line == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let column = place.byte - start + 1 - mark
    return place.line == line && place.column == column
      ? nil : "a fault is said to be in \(place.line):\(place.column), and is in \(line):\(column)"
  }

  /// Of lines each one is read or told.
  private static func lost(in reading: Reading, of bytes: [UInt8]) -> String? {
    guard reading.format == .jsonl, reading.refusal == nil else { return nil }
    var text = bytes[...]
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    let lines = text.split(separator: UInt8(ascii: "\n"))
      .count { !$0.allSatisfy(JSONReader.isWhitespace) }
    // A file without its first line is told, and its line is read.
    return (lines...lines + 1).contains(reading.words.count)
      ? nil : "\(lines) lines became \(reading.words.count) items"
  }
}

/// All that a file was read as.
private struct Reading {
  var words: [String] = []
  var events: [ExchangeEvent] = []
  var faults: [ImportFault] = []
  var refusal: ImportFault?
  var format: ExportFormat?

  init(of bytes: [UInt8], inPartsOf size: Int, limit: Int) {
    var reader = ImportReader(limit: limit)
    do throws(ImportFault) {
      for start in stride(from: 0, to: bytes.count, by: size) {
        add(try reader.read(Array(bytes[start..<min(start + size, bytes.count)])))
      }
      add(try reader.end())
    } catch {
      refusal = error
    }
    format = reader.format
  }

  private mutating func add(_ items: [ImportItem]) {
    for item in items {
      words.append("\(item)")
      switch item {
      case .event(let event):
        events.append(event)
        words[words.count - 1] = String(decoding: event.logged.protocolJSON, as: UTF8.self)
      case .fault(let fault): faults.append(fault)
      case .sources, .gap, .worker, .watched, .trigger, .notification, .push, .subscription,
        .unknown:
        break
      }
    }
  }
}

extension Array {
  fileprivate func firstNonNil<Value>(_ value: (Element) -> Value?) -> Value? {
    for element in self {
      if let found = value(element) { return found }
    }
    return nil
  }
}
