/// Makes the signature of one block of events, which are given in the order of arrival.
struct SignatureBuilder {
  /// Row after row.
  private(set) var rows = [UInt64](
    repeating: 0, count: SearchShape.rows * SearchShape.granules / 64)
  /// By first letter, then second; the third is the bit.
  private(set) var letters = [UInt64](
    repeating: 0, count: SearchShape.letters * SearchShape.letters)
  /// A bit for each row: those of the granule at work.
  private var granuleRows = [UInt64](repeating: 0, count: SearchShape.rows / 64)
  private var granule = 0

  struct Event {
    var facets: [(SearchShape.Facet, Int64)]
    var name: [UInt8]
  }

  /// The texts are those of the event's row.
  mutating func add(
    _ event: Event, instance: UnsafeBufferPointer<UInt8>, metadata: UnsafeBufferPointer<UInt8>,
    toGranule number: Int
  ) {
    if number != granule {
      endGranule()
      granule = number
    }
    for (facet, value) in event.facets { add(SearchShape.rows(of: facet, value)) }
    add(SearchShape.rows(of: .instance, SearchShape.number(ofInstance: instance)))
    event.name.withUnsafeBufferPointer { add($0) }
    add(instance)
    add(metadata)
  }

  private mutating func add(_ rows: [Int]) {
    for row in rows { granuleRows[row >> 6] |= 1 << UInt64(row & 63) }
  }

  private mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    SearchShape.alphabet.withUnsafeBufferPointer { alphabet in
      granuleRows.withUnsafeMutableBufferPointer { granuleRows in
        letters.withUnsafeMutableBufferPointer { letters in
          var bytes: UInt64 = 0
          var triple = 0
          for (index, byte) in text.enumerated() {
            let byte = SearchShape.folded(byte)
            bytes = bytes << 8 | UInt64(byte)
            triple = (triple << 6 | Int(alphabet[Int(byte)])) & 0x3FFFF
            guard index >= 2 else { continue }
            letters[triple >> 6] |= 1 << UInt64(triple & 63)
            let (first, second) = SearchShape.rows(ofThree: bytes & 0xFF_FFFF)
            granuleRows[first >> 6] |= 1 << UInt64(first & 63)
            granuleRows[second >> 6] |= 1 << UInt64(second & 63)
            guard index >= 4 else { continue }
            let five = SearchShape.row(ofFive: bytes & 0xFF_FFFF_FFFF)
            granuleRows[five >> 6] |= 1 << UInt64(five & 63)
          }
          // So that the last two bytes, and the last one, begin three letters too.
          for length in [text.count + 1, text.count + 2] where !text.isEmpty {
            triple = (triple << 6 | Int(SearchShape.end)) & 0x3FFFF
            if length >= 3 { letters[triple >> 6] |= 1 << UInt64(triple & 63) }
          }
        }
      }
    }
  }

  mutating func endGranule() {
    let (word, bit) = (granule >> 6, UInt64(1) << UInt64(granule & 63))
    let wordsOfRow = SearchShape.granules / 64
    rows.withUnsafeMutableBufferPointer { rows in
      for index in granuleRows.indices {
        var left = granuleRows[index]
        while left != 0 {
          let row = index << 6 | left.trailingZeroBitCount
          rows[row * wordsOfRow + word] |= bit
          left &= left - 1
        }
        granuleRows[index] = 0
      }
    }
  }
}
