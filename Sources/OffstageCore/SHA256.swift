/// SHA-256 (FIPS 180-4, §6.2), and with a key HMAC-SHA-256 (RFC 2104).
///
/// For a few texts of exports and profiles; Core has no library for it, and needs nothing else of one.
package struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A,
    0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  private var rest: [UInt8] = []
  private var count: UInt64 = 0

  package init() {}

  package static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.add(bytes)
    return hash.digest()
  }

  /// For what must not be shown but can be compared: `printf %s TOKEN | sha256sum`.
  package static func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
    digest(Array(bytes)).hexadecimal
  }

  package static func code(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var key = key.count > blockSize ? digest(key) : key
    key += [UInt8](repeating: 0, count: blockSize - key.count)
    var (inner, outer) = (SHA256(), SHA256())
    inner.add(key.map { $0 ^ 0x36 })
    inner.add(bytes)
    outer.add(key.map { $0 ^ 0x5C })
    outer.add(inner.digest())
    return outer.digest()
  }

  package mutating func add(_ bytes: [UInt8]) {
    count += UInt64(bytes.count)
    var start = 0
    if !rest.isEmpty {
      start = min(Self.blockSize - rest.count, bytes.count)
      rest += bytes[..<start]
      guard rest.count == Self.blockSize else { return }
      rest.withUnsafeBufferPointer { mix($0) }
      rest = []
    }
    bytes.withUnsafeBufferPointer { bytes in
      while bytes.count - start >= Self.blockSize {
        mix(UnsafeBufferPointer(rebasing: bytes[start..<start + Self.blockSize]))
        start += Self.blockSize
      }
    }
    rest += bytes[start...]
  }

  package func digest() -> [UInt8] {
    var end = self
    let zeros = (Self.blockSize * 2 - 9 - rest.count) % Self.blockSize
    end.add([0x80] + [UInt8](repeating: 0, count: zeros) + (count * 8).bigEndianBytes)
    return end.state.flatMap(\.bigEndianBytes)
  }

  private static let blockSize = 64

  private mutating func mix(_ block: UnsafeBufferPointer<UInt8>) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      for index in 0..<16 {
        words[index] = (0..<4).reduce(0) { $0 << 8 | UInt32(block[index * 4 + $1]) }
      }
      for index in 16..<64 {
        let (early, late) = (words[index - 15], words[index - 2])
        words[index] =
          words[index - 16] &+ words[index - 7]
          &+ (early.turned(7) ^ early.turned(18) ^ early >> 3)
          &+ (late.turned(17) ^ late.turned(19) ^ late >> 10)
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      for index in 0..<64 {
        let first =
          h &+ (e.turned(6) ^ e.turned(11) ^ e.turned(25)) &+ (e & f ^ ~e & g)
          &+ Self.constants[index] &+ words[index]
        let second = (a.turned(2) ^ a.turned(13) ^ a.turned(22)) &+ (a & b ^ a & c ^ b & c)
        (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
      }
      for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }
  }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}

extension UInt32 {
  fileprivate func turned(_ bits: UInt32) -> UInt32 { self >> bits | self << (32 - bits) }
}

extension FixedWidthInteger {
  fileprivate var bigEndianBytes: [UInt8] {
    withUnsafeBytes(of: bigEndian) { Array($0) }
  }
}

extension Collection<UInt8> {
  package var hexadecimal: String {
    map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
