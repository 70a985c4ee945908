/// The names of an object's members in the order in which they are expected.
///
/// A program that writes an object writes it in the same order each time, so that most names need
/// one comparison and no search (``JSONReader/nextMember(of:after:)``).
package struct JSONMemberNames: Sendable, ExpressibleByArrayLiteral {
  /// All names as they stand in a text: `"name":`.
  let patterns: [UInt8]
  /// Where each begins, and the end of the last.
  let offsets: [Int]

  package init(arrayLiteral names: StaticString...) {
    var patterns: [UInt8] = []
    var offsets = [0]
    for name in names {
      patterns.append(UInt8(ascii: "\""))
      patterns.append(
        contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
      patterns.append(UInt8(ascii: "\""))
      patterns.append(UInt8(ascii: ":"))
      offsets.append(patterns.count)
    }
    self.patterns = patterns
    self.offsets = offsets
  }

  var count: Int { offsets.count - 1 }

  /// The length of the pattern of `index` if `text` has it at `position`, else 0.
  @inline(__always)
  func match(_ index: Int, in text: UnsafeRawBufferPointer, at position: Int, end: Int) -> Int {
    let start = offsets[index]
    let length = offsets[index &+ 1] &- start
    guard end &- position >= length, end <= text.count, let text = text.baseAddress else {
      return 0
    }
    return patterns.withUnsafeBytes { patterns in
      guard let pattern = patterns.baseAddress else { return 0 }
      return JSONStringSlice.equals(text + position, pattern + start, count: length) ? length : 0
    }
  }

  /// The index of a name that was read.
  func index(of key: JSONKey) -> Int? {
    guard key.slice.isPlain else {
      let name = key.string
      return (0..<count).first { Array(patterns[range($0)]) == Array(name.utf8) }
    }
    return key.bytes.withUnsafeBytes { text in
      patterns.withUnsafeBytes { patterns in
        (0..<count).first { index in
          JSONStringSlice.equals(
            text, key.slice.range, UnsafeRawBufferPointer(rebasing: patterns[range(index)]))
        }
      }
    }
  }

  /// The name alone, without its quotes and colon.
  private func range(_ index: Int) -> Range<Int> {
    offsets[index] + 1..<offsets[index + 1] - 2
  }
}
