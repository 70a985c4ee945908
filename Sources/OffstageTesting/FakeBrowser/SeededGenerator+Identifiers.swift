extension SeededGenerator {
  /// 32 upper-case hex digits, as Chromium writes target, session and context ids.
  mutating func hexID() -> String {
    hex(next()) + hex(next())
  }

  /// As in `/devtools/browser/<uuid>`.
  mutating func uuid() -> String {
    let digits = Array(hexID().lowercased())
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(digits[$0]) }.joined(separator: "-")
  }

  private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
