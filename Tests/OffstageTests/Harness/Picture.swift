/// Pictures of one colour.
enum Picture {
  /// Stored, not compressed.
  static func png(width: Int, height: Int) -> [UInt8] {
    let row: [UInt8] = [0] + (0..<width).flatMap { _ in [0x33, 0x66, 0xCC] as [UInt8] }
    let rows = (0..<height).flatMap { _ in row }
    var data: [UInt8] = [0x78, 1]
    var rest = rows[...]
    while !rest.isEmpty {
      let part = rest.prefix(65535)
      rest = rest.dropFirst(65535)
      data.append(rest.isEmpty ? 1 : 0)
      for number in [part.count, ~part.count] {
        data += [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
      }
      data += part
    }
    data += bigEndian(adler(rows))
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0])
      + chunk("IDAT", data) + chunk("IEND", [])
  }

  static func size(ofPNG bytes: [UInt8]) -> [Int] {
    [16, 20].map { place in
      bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let content = Array(name.utf8) + data
    return bigEndian(UInt32(data.count)) + content + bigEndian(crc(content))
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian, Array.init)
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var a: UInt32 = 1
    var b: UInt32 = 0
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { value, byte in
      (0..<8).reduce(value ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }
}
