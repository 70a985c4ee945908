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
      let found = pieces.feed(part[...])
      state = .array(pieces)
      let items = try items(found)
      if let fault = pieces.fault { throw fault }
      return items
    case .lines(var pieces):
      state = .beginning([])
      let found = try pieces.feed(part[...])
      state = .lines(pieces)
      return try items(found)
    }
  }

  package mutating func end() throws(ImportFault) -> [ImportItem] {
    var items: [ImportItem] = []
    if case .beginning(let bytes) = state { items = try begin(bytes) }
    switch state {
    case .beginning: break
    case .array(let pieces): try pieces.end()
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

  private mutating func items(_ pieces: [ImportPiece]) throws(ImportFault) -> [ImportItem] {
    var items: [ImportItem] = []
    items.reserveCapacity(pieces.count)
    for piece in pieces {
      guard String(validating: piece.bytes, as: UTF8.self) != nil else {
        throw ImportFault(
          "holds text that is not UTF-8", at: piece.place, hint: "Save it again as UTF-8.")
      }
      if format == .devtools {
        items.append(.event(try event(piece)))
      } else if sources == nil {
        items.append(.sources(try head(piece)))
      } else {
        items.append(try line(piece))
      }
    }
    return items
  }

  private func event(_ piece: ImportPiece) throws(ImportFault) -> ExchangeEvent {
    var reader = JSONReader(piece.bytes)
    do throws(JSONError) {
      return ExchangeEvent(logged: try LoggedEvent.read(&reader))
    } catch {
      throw ImportFault(
        "holds something that is no event of a background service: \(error.reason.rawValue)",
        at: piece.place(at: error.offset),
        hint: "A file can be imported that the Save button of DevTools' background services, "
          + "or offstage export, has written.")
    }
  }

  private mutating func head(_ piece: ImportPiece) throws(ImportFault) -> [ExchangeSource] {
    var reader = JSONReader(piece.bytes)
    let found: (format: String, sources: [ExchangeSource])?
    do throws(JSONError) {
      found = try ExchangeLines.readHead(&reader)
      guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    } catch {
      throw ImportBeginning.unknown(firstBytes)
    }
    guard let found else { throw ImportBeginning.unknown(firstBytes) }
    guard found.format == ExchangeLines.format else {
      let isLater = found.format.hasPrefix("offstage/")
      throw ImportFault(
        "is in the format “\(found.format.escapedForTerminal)”, which is not known here",
        at: piece.place, hint: isLater ? "A newer Offstage may read it." : nil)
    }
    guard found.sources.count <= Self.sourceLimit else {
      throw ImportFault(
        "names more than \(Self.sourceLimit) sources", at: piece.place,
        hint: "Export the events of some sources at a time, with --source.")
    }
    sources = Set(found.sources.map(\.id))
    return found.sources
  }

  private func line(_ piece: ImportPiece) throws(ImportFault) -> ImportItem {
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
      case .sources, .unknown: nil
      }
    guard let source, sources?.contains(source) == false else { return item }
    throw ImportFault("names a source that its first line does not have", at: piece.place)
  }
}
