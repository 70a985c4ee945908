/// Numbers that a seed fixes (SplitMix64): the same script gives the same bytes everywhere.
package struct FakeRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 32 upper-case hex digits, as Chromium writes target, session and context ids.
  package mutating func hexID() -> String {
    hex(next()) + hex(next())
  }

  /// As in `/devtools/browser/<uuid>`.
  package mutating func uuid() -> String {
    let digits = Array(hexID().lowercased())
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(digits[$0]) }.joined(separator: "-")
  }

  private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
