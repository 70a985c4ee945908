#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The pictures of notifications, which a browser gives as files of its own.
struct PictureFiles {
  /// Chromium makes none of more than 200 by 100 pixels, and icons are smaller.
  private static let longest = 1 << 20
  private static let budget = 32 << 20
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private var sizes: [UInt32: Int] = [:]
  private var total = 0

  /// Gives it back, or nil where there is no room for more.
  mutating func keep(_ picture: [UInt8]?, for number: UInt32) -> [UInt8]? {
    guard let picture, total + picture.count <= Self.budget else { return nil }
    sizes[number, default: 0] += picture.count
    total += picture.count
    return picture
  }

  mutating func forget(_ number: UInt32) {
    total -= sizes.removeValue(forKey: number) ?? 0
  }

  /// Off the actor: a file may lie on a slow disk.
  @concurrent static func read(_ path: String?) async -> [UInt8]? {
    path.flatMap(readNow)
  }

  /// A PNG file of this user; nil for all else, a pipe or a device above all.
  private static func readNow(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG,
      info.st_uid == geteuid(), info.st_size > 0, info.st_size <= longest
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
    var count = 0
    while count < bytes.count {
      let more = bytes.withUnsafeMutableBytes { buffer in
        systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      }
      if more < 0, errno == EINTR { continue }
      guard more > 0 else { return nil }
      count += more
    }
    return bytes.starts(with: signature) ? bytes : nil
  }
}

private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
