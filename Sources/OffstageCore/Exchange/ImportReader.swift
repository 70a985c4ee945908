import JSON

/// Reads a file of events that comes in parts, of whichever format it turns out to be.
///
/// It holds one event at a time, whatever the size of the file.
package struct ImportReader: Sendable {
  private enum State: Sendable {
    /// The beginning, until there is enough of it to tell the format.
    case beginning([UInt8])
    case array(ArrayPieces)
    case lines(LinePieces)
  }

  private var state = State.beginning([])
  /// Nil as long as it is not known.
  package private(set) var format: ExportFormat?
  /// They tell what a file is whose first line does not.
  private var firstBytes: [UInt8] = []
  /// Those that the first line names; nil before it was read.
  private var sources: Set<SourceID>?
  /// The first line can't be read: the lines after it tell the sources.
  private var isHeadless = false

  private let limit: Int

  /// Far more than a browser logs of one event.
  package static let defaultLimit = 32 << 20

  /// Far more browsers than anybody records.
  private static let sourceLimit = 1000

  /// - Parameter limit: the most bytes of one event.
  package init(limit: Int = ImportReader.defaultLimit) {
    self.limit = limit
  }

  package mutating func read(_ part: [UInt8]) throws(ImportFault) -> [ImportItem] {
    switch state {
    case .beginning(let before):
      let bytes = before + part
      state = .beginning(bytes)
      return bytes.count < ImportBeginning.length ? [] : try begin(bytes)
    case .array(var pieces):
      // So that it is not copied when it changes.
      state = .beginning([])
      let cuts = pieces.feed(part[...])
      state = .array(pieces)
      return try items(cuts)
    case .lines(var pieces):
      state = .beginning([])
      let cuts = pieces.feed(part[...])
      state = .lines(pieces)
      return try items(cuts)
    }
  }

  package mutating func end() throws(ImportFault) -> [ImportItem] {
    var items: [ImportItem] = []
    if case .beginning(let bytes) = state { items = try begin(bytes) }
    switch state {
    case .beginning: break
    case .array(var pieces): items += try self.items(pieces.end())
    case .lines(var pieces): items += try self.items(pieces.end())
    }
    return items
  }

  private mutating func begin(_ bytes: [UInt8]) throws(ImportFault) -> [ImportItem] {
    let beginning = try ImportBeginning(bytes)
    format = beginning.format
    firstBytes = Array(bytes.prefix(ImportBeginning.length))
    let place = ImportFault.Place(line: 1, byte: beginning.skipped)
    state =
      format == .devtools
      ? .array(ArrayPieces(at: place, limit: limit)) : .lines(LinePieces(at: place, limit: limit))
    return try read(Array(bytes.dropFirst(beginning.skipped)))
  }

  // MARK: Items

  private mutating func items(_ cuts: [ImportCut]) throws(ImportFault) -> [ImportItem] {
    var items: [ImportItem] = []
    items.reserveCapacity(cuts.count)
    for cut in cuts {
      switch cut {
      case .fault(let fault):
        if format == .jsonl, sources == nil { beHeadless() }
        items.append(.fault(fault))
      case .piece(let piece):
        if format == .jsonl, sources == nil {
          items += try first(piece)
        } else {
          items.append(item(piece))
        }
      }
    }
    return items
  }

  private mutating func item(_ piece: ImportPiece) -> ImportItem {
    do throws(ImportFault) {
      try piece.expectUTF8()
      return format == .devtools ? .event(try event(piece)) : try line(piece)
    } catch {
      return .fault(error)
    }
  }

  private func event(_ piece: ImportPiece) throws(ImportFault) -> ExchangeEvent {
    var reader = JSONReader(piece.bytes)
    do throws(JSONError) {
      return ExchangeEvent(logged: try LoggedEvent.read(&reader))
    } catch {
      throw ImportFault(
        "holds something that is no event of a background service: it \(error.reason.rawValue)",
        at: piece.place(at: error.offset),
        hint: "A file can be imported that the Save button of DevTools' background services, "
          + "or offstage export, has written.")
    }
  }

  private mutating func line(_ piece: ImportPiece) throws(ImportFault) -> ImportItem {
    // Files may have been put together.
    if piece.bytes.starts(with: Self.headStart), let head = piece.head {
      return .sources(try sources(of: head, piece))
    }
    var reader = JSONReader(piece.bytes)
    let item: ImportItem
    do throws(JSONError) {
      item = try ExchangeLines.readItem(&reader)
      guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    } catch {
      throw ImportFault(
        "is not what an export writes: the line \(error.reason.rawValue)",
        at: piece.place(at: error.offset),
        hint: "It may have been cut off or changed; export it again.")
    }
    let source: SourceID? =
      switch item {
      case .event(let event): event.source
      case .gap(let gap): gap.source
      case .worker(let worker): worker.source
      case .watched(let watch): watch.source
      case .trigger(let trigger): trigger.source
      case .notification(let notification): notification.source
      case .push(let push): push.source
      case .subscription(let subscription): subscription.source
      case .sources, .unknown, .fault: nil
      }
    guard let source, sources?.contains(source) == false else { return item }
    guard isHeadless else {
      throw ImportFault("names a source that the file's first line does not have", at: piece.place)
    }
    try add([source], at: piece.place)
    return item
  }
}

// MARK: - The first line

extension ImportReader {
  private static var headStart: [UInt8] { Array("{\"format\":\"offstage/".utf8) }
  private static var lineStart: [UInt8] { Array("{\"type\":\"".utf8) }

  private mutating func first(_ piece: ImportPiece) throws(ImportFault) -> [ImportItem] {
    if let head = piece.head { return [.sources(try sources(of: head, piece))] }
    let isLine = piece.bytes.starts(with: Self.lineStart)
    guard isLine || piece.bytes.starts(with: Self.headStart) else {
      throw ImportBeginning.unknown(firstBytes)
    }
    beHeadless()
    let lack = ImportItem.fault(
      ImportFault(
        "is not the line that names the sources: the events alone tell which there are",
        at: piece.place))
    return isLine ? [lack, item(piece)] : [lack]
  }

  private mutating func beHeadless() {
    isHeadless = true
    sources = []
  }

  private mutating func sources(
    of head: ExchangeLines.Head, _ piece: ImportPiece
  ) throws(ImportFault) -> [ExchangeSource] {
    guard head.format == ExchangeLines.format else {
      let isLater = head.format.hasPrefix("offstage/")
      throw ImportFault(
        "is in the format “\(head.format.escapedForTerminal)”, which is not known here",
        at: piece.place, hint: isLater ? "A newer Offstage may read it." : nil)
    }
    try add(head.sources.map(\.id), at: piece.place)
    return head.sources
  }

  private mutating func add(
    _ named: [SourceID], at place: ImportFault.Place
  ) throws(ImportFault) {
    let all = (sources ?? []).union(named)
    guard all.count <= Self.sourceLimit else {
      throw ImportFault(
        "names more than \(Self.sourceLimit) sources", at: place,
        hint: "Export the events of some sources at a time, with --source.")
    }
    sources = all
  }
}

extension ImportPiece {
  /// Nil if it can't be read as a first line.
  fileprivate var head: ExchangeLines.Head? {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var reader = JSONReader(bytes)
    do throws(JSONError) {
      let head = try ExchangeLines.readHead(&reader)
      return reader.isAtEnd() ? head : nil
    } catch {
      return nil
    }
  }

  fileprivate func expectUTF8() throws(ImportFault) {
    guard String(validating: bytes, as: UTF8.self) == nil else { return }
    throw ImportFault(
      "holds text that is not UTF-8", at: place(at: bytes.lengthOfUTF8),
      hint: "Save it again as UTF-8.")
  }
}

extension [UInt8] {
  /// Up to the first byte that is none.
  fileprivate var lengthOfUTF8: Int {
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = makeIterator()
    var length = 0
    while case .valid(let scalar) = parser.parseScalar(from: &bytes) { length += scalar.count }
    return length
  }
}
