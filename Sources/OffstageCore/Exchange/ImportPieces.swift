import JSON

/// One event or line as it stands in a file.
struct ImportPiece: Sendable {
  var bytes: [UInt8]
  var place: ImportFault.Place

  static func tooLong(
    _ what: String, _ limit: Int, at place: ImportFault.Place
  ) -> ImportFault {
    ImportFault("holds \(what) of more than \(limit >> 20) MiB", at: place)
  }

  /// A place within it, by the offset in its bytes.
  func place(at offset: Int) -> ImportFault.Place {
    place.after(bytes.prefix(offset))
  }
}

/// What was cut out of a file: something to be read, or what is said of a part that can't be.
enum ImportCut: Sendable {
  case piece(ImportPiece)
  case fault(ImportFault)
}

/// Cuts lines that come in parts. It keeps no more of a line than the limit, however long it is.
struct LinePieces: Sendable {
  private var piece: ImportPiece
  /// Bytes of the line that were not kept.
  private var dropped = 0
  private let limit: Int

  init(at place: ImportFault.Place, limit: Int) {
    self.limit = limit
    piece = ImportPiece(bytes: [], place: place)
  }

  mutating func feed(_ part: ArraySlice<UInt8>) -> [ImportCut] {
    var cuts: [ImportCut] = []
    var start = part.startIndex
    while let end = part[start...].firstIndex(of: UInt8(ascii: "\n")) {
      keep(part[start..<end])
      start = end + 1
      if let cut = take() { cuts.append(cut) }
    }
    keep(part[start...])
    return cuts
  }

  /// The last line may lack its end.
  mutating func end() -> [ImportCut] {
    take().map { [$0] } ?? []
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    if dropped == 0, piece.bytes.count + bytes.count <= limit {
      piece.bytes += bytes
    } else {
      dropped += piece.bytes.count + bytes.count
      piece.bytes = []
    }
  }

  /// Nil for a line with nothing in it.
  private mutating func take() -> ImportCut? {
    let line = piece
    let isTooLong = dropped > 0
    piece = ImportPiece(
      bytes: [],
      place: ImportFault.Place(
        line: line.place.line + 1, byte: line.place.byte + line.bytes.count + dropped + 1))
    dropped = 0
    if isTooLong { return .fault(ImportPiece.tooLong("a line", limit, at: line.place)) }
    return line.bytes.allSatisfy(JSONReader.isWhitespace) ? nil : .piece(line)
  }
}
