/// 128 bits over the bytes of a file, by which it is known when it comes again.
///
/// Nothing is lost where two files meet in it: the events of the second then join the first's.
struct ContentDigest: Sendable {
  private var first: UInt64 = 0x243F_6A88_85A3_08D3
  private var second: UInt64 = 0x1319_8A2E_0370_7344
  private var count: UInt64 = 0
  private var rest: UInt64 = 0

  /// However the bytes are divided, the digest is the same.
  mutating func add(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var index = 0
      while index < bytes.count, count & 7 != 0 { add(bytes[index], &index) }
      while bytes.count - index >= 8 {
        mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
        count += 8
        index += 8
      }
      while index < bytes.count { add(bytes[index], &index) }
    }
  }

  private mutating func add(_ byte: UInt8, _ index: inout Int) {
    rest |= UInt64(byte) << ((count & 7) * 8)
    count += 1
    index += 1
    if count & 7 == 0 { mix(rest) }
  }

  private mutating func mix(_ word: UInt64) {
    first = IdentityDigest.mixed(first ^ word)
    second = IdentityDigest.mixed(second &+ word &* 0x9E37_79B9_7F4A_7C15)
    rest = 0
  }

  var text: String {
    var end = self
    end.mix(rest)
    end.mix(count)
    return [end.first, end.second].map { number in
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
