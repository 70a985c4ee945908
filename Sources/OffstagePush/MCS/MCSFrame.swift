package import Protobuf

/// What a frame of the Mobile Connection Server protocol holds; the numbers are Chromium's
/// (google_apis/gcm/base/mcs_util.h).
package enum MCSTag: UInt8, Sendable, Hashable {
  case heartbeatPing = 0
  case heartbeatAck = 1
  case loginRequest = 2
  case loginResponse = 3
  case close = 4
  case iqStanza = 7
  case dataMessageStanza = 8
  case streamError = 10
}

/// One frame: a tag, a length as a varint, and a message of protocol buffers.
package struct MCSFrame: Sendable, Hashable {
  /// The first byte of either side, before its first frame.
  package static let version: UInt8 = 41
  /// The most that a client has to say: a login that names messages of days.
  package static let limit = 1 << 20

  /// Nil if it is of a kind that we don't know; it counts as a frame all the same.
  package var tag: MCSTag?
  package var body: [UInt8]

  package init(_ tag: MCSTag?, _ body: [UInt8] = []) {
    self.tag = tag
    self.body = body
  }

  package init(_ tag: MCSTag, _ body: (inout ProtobufWriter) -> Void) {
    self.init(tag, ProtobufWriter.message(body))
  }

  package var bytes: [UInt8] {
    var writer = ProtobufWriter()
    writer.varint(UInt64(body.count))
    return [tag?.rawValue ?? 0] + writer.bytes + body
  }
}

/// Why a connection can't be read any further.
package enum MCSFault: Error, Hashable, Sendable {
  case version(UInt8)
  case endlessLength
  case tooLong(UInt64)
}

/// Cuts what arrives into frames. Keeps no more than one frame's bytes and what came with it.
package struct MCSFrameReader: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0
  private var hasVersion = false

  package init() {}

  package mutating func append(_ new: some Collection<UInt8>) {
    if start > 0 {
      bytes.removeSubrange(..<start)
      start = 0
    }
    bytes += new
  }

  /// The next whole frame; nil until it is there.
  package mutating func next() throws(MCSFault) -> MCSFrame? {
    if !hasVersion {
      guard start < bytes.count else { return nil }
      guard bytes[start] == MCSFrame.version else { throw .version(bytes[start]) }
      hasVersion = true
      start += 1
    }
    guard start < bytes.count, let length = try length() else { return nil }
    guard length.value <= UInt64(MCSFrame.limit) else { throw .tooLong(length.value) }
    let body = start + 1 + length.bytes
    let end = body + Int(length.value)
    guard end <= bytes.count else { return nil }
    let frame = MCSFrame(MCSTag(rawValue: bytes[start]), Array(bytes[body..<end]))
    start = end
    return frame
  }

  /// A varint of 32 bits: five bytes at most.
  private func length() throws(MCSFault) -> (value: UInt64, bytes: Int)? {
    var value: UInt64 = 0
    for (index, byte) in bytes[(start + 1)...].prefix(5).enumerated() {
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte < 0x80 { return (value, index + 1) }
    }
    guard bytes.count - start - 1 < 5 else { throw .endlessLength }
    return nil
  }
}
