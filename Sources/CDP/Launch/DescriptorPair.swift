#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Both ends of a pipe; what was not taken is closed with it.
struct DescriptorPair: ~Copyable {
  private var reading: CInt
  private var writing: CInt

  init() throws(CDPError) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw CDPError(.system, "a pipe could not be made", underlying: Files.errorText())
    }
    // pipe2 is hidden from Swift. What starts a process here passes no other descriptors anyway.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    reading = ends[0]
    writing = ends[1]
  }

  var readingEnd: CInt { reading }
  var writingEnd: CInt { writing }

  mutating func takeReadingEnd() -> CInt {
    defer { reading = -1 }
    return reading
  }

  mutating func takeWritingEnd() -> CInt {
    defer { writing = -1 }
    return writing
  }

  deinit {
    if reading >= 0 { close(reading) }
    if writing >= 0 { close(writing) }
  }
}
