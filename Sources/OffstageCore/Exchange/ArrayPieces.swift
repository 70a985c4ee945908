import JSON

/// Cuts an array of objects that comes in parts into its elements, without reading what is in them.
///
/// A part that is no element is told once and passed over, up to where the next one begins. In the
/// layout that DevTools and `offstage export` write, that can be seen by the line alone.
struct ArrayPieces: Sendable {
  private enum State {
    case beforeArray, beforeFirst, inElement, afterElement, beforeNext, afterArray, lost
  }

  private var state = State.beforeArray
  private var place: ImportFault.Place
  private var piece: ImportPiece
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  /// The element is too long: the rest of it is not kept.
  private var isDropped = false
  /// Nothing but spaces stands before, on the same line.
  private var isLineBlank = true
  /// Each element begins on a line of its own, two spaces in.
  private var hasLayout: Bool?
  private var cuts: [ImportCut] = []
  private let limit: Int

  init(at place: ImportFault.Place, limit: Int) {
    self.limit = limit
    self.place = place
    piece = ImportPiece(bytes: [], place: place)
  }

  mutating func feed(_ part: ArraySlice<UInt8>) -> [ImportCut] {
    var start = part.startIndex
    var index = part.startIndex
    while index < part.endIndex {
      let byte = part[index]
      if byte == UInt8(ascii: "{"), beginsElement {
        if state == .inElement { fail("lacks the end of an event", at: piece.place) }
        if state == .afterElement { fail("lacks a comma between two events", at: place) }
        begin()
        start = index
      } else if state == .inElement {
        read(byte, start, index, part)
      } else if !JSONReader.isWhitespace(byte) {
        step(byte)
      }
      place.byte += 1
      if byte == UInt8(ascii: "\n") {
        place.line += 1
        place.lineStart = place.byte
        isLineBlank = true
      } else if byte != UInt8(ascii: " ") {
        isLineBlank = false
      }
      index += 1
    }
    if state == .inElement { keep(part[start...]) }
    defer { cuts = [] }
    return cuts
  }

  mutating func end() -> [ImportCut] {
    if state != .afterArray, state != .lost {
      fail("ends in the middle", at: place, hint: "It was cut off: save or copy it again.")
    }
    defer { cuts = [] }
    return cuts
  }

  // MARK: Elements

  /// Whether a brace here is the first byte of an element.
  private var beginsElement: Bool {
    let isAtPlace = isLineBlank && place.column == 3
    switch state {
    case .beforeFirst, .afterElement, .beforeNext: return true
    case .lost: return hasLayout == true ? isAtPlace : true
    case .inElement: return hasLayout == true && isAtPlace && !isInString
    case .beforeArray, .afterArray: return false
    }
  }

  private mutating func begin() {
    if hasLayout == nil { hasLayout = isLineBlank && place.column == 3 && place.line > 1 }
    piece = ImportPiece(bytes: [], place: place)
    (state, depth) = (.inElement, 1)
    (isInString, isEscaped, isDropped) = (false, false, false)
  }

  private mutating func read(
    _ byte: UInt8, _ start: Int, _ index: Int, _ part: ArraySlice<UInt8>
  ) {
    if closesElement(byte) {
      keep(part[start...index])
      if isDropped {
        cuts.append(.fault(ImportPiece.tooLong("an event", limit, at: piece.place)))
      } else {
        cuts.append(.piece(piece))
      }
      state = .afterElement
    } else if isInString, byte == UInt8(ascii: "\n") {
      fail("holds a text without an end", at: place)
    }
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    if !isDropped, piece.bytes.count + bytes.count <= limit {
      piece.bytes += bytes
    } else {
      isDropped = true
      piece.bytes = []
    }
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

  // MARK: Between them

  private mutating func step(_ byte: UInt8) {
    switch (state, byte) {
    case (.beforeArray, UInt8(ascii: "[")): state = .beforeFirst
    case (.beforeFirst, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")): state = .afterArray
    case (.afterElement, UInt8(ascii: ",")): state = .beforeNext
    case (.lost, _): break
    case (.beforeFirst, _), (.beforeNext, _):
      fail(
        "holds something that is no event", at: place,
        hint: "A file that DevTools saved is an array of objects.")
    case (.afterArray, _):
      fail("goes on after the end of the array of events", at: place)
      if byte == UInt8(ascii: "[") { state = .beforeFirst }
    default: fail("lacks a comma between two events", at: place)
    }
  }

  private mutating func fail(_ text: String, at place: ImportFault.Place, hint: String? = nil) {
    cuts.append(.fault(ImportFault(text, at: place, hint: hint)))
    state = .lost
  }
}
