/// Cuts a stream of bytes into frames that end with a zero byte.
///
/// Each byte is looked at once, however long a frame is and however many reads it comes in.
struct NULFramer {
  struct FrameTooLong: Error, Hashable {}

  let maximumFrameSize: Int
  private var partial: [UInt8] = []

  init(maximumFrameSize: Int = FrameLimits.maximumFrameSize) {
    self.maximumFrameSize = maximumFrameSize
  }

  /// True if the stream must not end here.
  var isInsideFrame: Bool { !partial.isEmpty }

  mutating func append(
    _ bytes: UnsafeRawBufferPointer, to frames: inout [[UInt8]]
  ) throws(FrameTooLong) {
    var start = 0
    while start < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
      guard let length = rest.firstIndex(of: 0) else {
        guard partial.count + rest.count <= maximumFrameSize else { throw FrameTooLong() }
        partial.append(contentsOf: rest)
        return
      }
      guard partial.count + length <= maximumFrameSize else { throw FrameTooLong() }
      if partial.isEmpty {
        frames.append(Array(rest[..<length]))
      } else {
        partial.append(contentsOf: rest[..<length])
        frames.append(partial)
        partial = []
      }
      start += length + 1
    }
  }
}
