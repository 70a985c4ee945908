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
    let before = bytes.prefix(offset)
    let lines = before.count { $0 == UInt8(ascii: "\n") }
    return ImportFault.Place(line: place.line + lines, byte: place.byte + before.count)
  }
}

/// Cuts an array of objects that comes in parts into its elements, without reading what is in them.
struct ArrayPieces: Sendable {
  private enum State {
    case beforeArray, beforeFirst, inElement, afterElement, beforeNext, afterArray
  }

  private var state = State.beforeArray
  private var place: ImportFault.Place
  private var piece: ImportPiece
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  /// What ended the reading; the elements before it come first.
  private(set) var fault: ImportFault?
  private let limit: Int

  init(at place: ImportFault.Place, limit: Int) {
    self.limit = limit
    self.place = place
    piece = ImportPiece(bytes: [], place: place)
  }

  mutating func feed(_ part: ArraySlice<UInt8>) -> [ImportPiece] {
    var pieces: [ImportPiece] = []
    do throws(ImportFault) {
      try cut(part, into: &pieces)
    } catch {
      fault = error
    }
    return pieces
  }

  private mutating func cut(
    _ part: ArraySlice<UInt8>, into pieces: inout [ImportPiece]
  ) throws(ImportFault) {
    var start = part.startIndex
    var index = part.startIndex
    while index < part.endIndex {
      let byte = part[index]
      if state == .inElement {
        if closesElement(byte) {
          piece.bytes += part[start...index]
          pieces.append(piece)
          state = .afterElement
        } else if piece.bytes.count + index - start > limit {
          throw ImportPiece.tooLong("an event", limit, at: piece.place)
        }
      } else if byte == UInt8(ascii: "{"), state == .beforeFirst || state == .beforeNext {
        piece = ImportPiece(bytes: [], place: place)
        (state, depth, start) = (.inElement, 1, index)
      } else if !JSONReader.isWhitespace(byte) {
        try step(byte)
      }
      place.byte += 1
      if byte == UInt8(ascii: "\n") { place.line += 1 }
      index += 1
    }
    if state == .inElement { piece.bytes += part[start...] }
  }

  private mutating func closesElement(_ byte: UInt8) -> Bool {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return false
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
    default: break
    }
    return depth == 0
  }

  /// What stands between elements.
  private mutating func step(_ byte: UInt8) throws(ImportFault) {
    switch (state, byte) {
    case (.beforeArray, UInt8(ascii: "[")): state = .beforeFirst
    case (.beforeFirst, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")): state = .afterArray
    case (.afterElement, UInt8(ascii: ",")): state = .beforeNext
    case (.beforeFirst, _), (.beforeNext, _):
      throw ImportFault(
        "holds something that is no event", at: place,
        hint: "A file that DevTools saved is an array of objects.")
    case (.afterArray, _):
      throw ImportFault("goes on after the end of the array of events", at: place)
    default: throw ImportFault("lacks a comma between two events", at: place)
    }
  }

  func end() throws(ImportFault) {
    guard state != .afterArray else { return }
    throw ImportFault(
      "ends in the middle", at: place, hint: "It was cut off: save or copy it again.")
  }
}

/// Cuts lines that come in parts.
struct LinePieces: Sendable {
  private var piece: ImportPiece
  private let limit: Int

  init(at place: ImportFault.Place, limit: Int) {
    self.limit = limit
    piece = ImportPiece(bytes: [], place: place)
  }

  mutating func feed(_ part: ArraySlice<UInt8>) throws(ImportFault) -> [ImportPiece] {
    var pieces: [ImportPiece] = []
    var start = part.startIndex
    while let end = part[start...].firstIndex(of: UInt8(ascii: "\n")) {
      piece.bytes += part[start..<end]
      start = end + 1
      if let line = take() { pieces.append(line) }
    }
    piece.bytes += part[start...]
    guard piece.bytes.count <= limit else {
      throw ImportPiece.tooLong("a line", limit, at: piece.place)
    }
    return pieces
  }

  /// The last line may lack its end.
  mutating func end() -> [ImportPiece] {
    take().map { [$0] } ?? []
  }

  /// Nil for a line with nothing in it.
  private mutating func take() -> ImportPiece? {
    let line = piece
    piece = ImportPiece(
      bytes: [],
      place: ImportFault.Place(
        line: line.place.line + 1, byte: line.place.byte + line.bytes.count + 1))
    return line.bytes.allSatisfy(JSONReader.isWhitespace) ? nil : line
  }
}
