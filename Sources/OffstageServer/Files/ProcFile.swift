#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reads the files of /proc, which have no size and come in pieces.
///
/// Foundation takes the first short read of such a file for its end.
enum ProcFile {
  static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let piece = [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
        count = max(0, readBytes(descriptor, buffer.baseAddress, buffer.count))
      }
      guard !piece.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece
    }
  }

  private static func readBytes(
    _ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int
  ) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, start, count)
    #else
      Darwin.read(descriptor, start, count)
    #endif
  }
}
