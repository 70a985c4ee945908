/// Strings that were read lately: a stream repeats the same origins and names again and again, and
/// making a string costs several times what finding it does.
///
/// One slot per hash; the newer string wins. Strings that need no memory of their own, and long
/// ones, which hardly repeat, go past it.
package struct JSONStringCache: Sendable {
  /// As many as eight bits tell apart.
  private static let slotCount = 256
  private static let longest = 64
  private static let lengths = 16...longest

  private var slots: [String]
  /// The bytes of each slot's string, to be compared without touching the string.
  private var bytes: [UInt8]
  private var counts: [UInt8]

  package init() {
    slots = Array(repeating: "", count: Self.slotCount)
    bytes = Array(repeating: 0, count: Self.slotCount * Self.longest)
    counts = Array(repeating: 0, count: Self.slotCount)
  }

  /// A cache that keeps nothing.
  init(disabled: Void) {
    slots = []
    bytes = []
    counts = []
  }

  mutating func string(_ text: UnsafeBufferPointer<UInt8>) -> String {
    guard Self.lengths.contains(text.count), !slots.isEmpty else {
      return String(decoding: text, as: UTF8.self)
    }
    let text = UnsafeRawBufferPointer(text)
    let slot = Self.slot(text)
    let place = slot * Self.longest..<slot * Self.longest + text.count
    if Int(counts[slot]) == text.count,
      bytes.withUnsafeBytes({ JSONStringSlice.equals($0, place, text) })
    {
      return slots[slot]
    }
    let string = String(decoding: text, as: UTF8.self)
    slots[slot] = string
    counts[slot] = UInt8(text.count)
    bytes.withUnsafeMutableBytes { $0[place].copyBytes(from: text) }
    return string
  }

  /// From three words, which is enough: a collision costs time, nothing else.
  @inline(__always)
  private static func slot(_ bytes: UnsafeRawBufferPointer) -> Int {
    func word(_ offset: Int) -> UInt64 {
      bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
    let count = bytes.count
    let hash =
      (word(0) &* 0x9E37_79B9_7F4A_7C15) ^ (word(count / 2 - 4) &* 0xBF58_476D_1CE4_E5B9)
      ^ (word(count - 8) &* 0x94D0_49BB_1331_11EB)
    // The highest bits depend on all of the words' bits.
    return Int(truncatingIfNeeded: hash >> 56)
  }
}
