import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A file system of a few megabytes of memory, for what happens when a disk is full. Linux only,
/// and only for who may mount.
package struct SmallDisk: Sendable {
  package let path: String
  private var ballast: String { path + "/ballast" }

  package struct NotMounted: Error {
    package var errno: Int32
  }

  /// False for most people, and for root in most containers: `CAP_SYS_ADMIN` it takes.
  package static let canBeMounted: Bool = {
    let path = FileManager.default.temporaryDirectory.path + "/offstage-disk-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: path) }
      try mount(path, megabytes: 1)
      unmount(path)
      return true
    } catch {
      return false
    }
  }()

  /// Mounted on `path`, which is made if need be, while `body` runs.
  package static func with<Result>(
    _ path: String, megabytes: Int, _ body: (SmallDisk) async throws -> Result
  ) async throws -> Result {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try mount(path, megabytes: megabytes)
    defer { unmount(path) }
    return try await body(SmallDisk(path: path))
  }

  /// Takes all the room there is but for so many bytes.
  package func fill(leaving rest: Int = 0) throws {
    let page = 4096
    let zeros = [UInt8](repeating: 0, count: page)
    #if canImport(Glibc)
      let file = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      defer { close(file) }
      var size = 0
      while write(file, zeros, page) == page { size += page }
      ftruncate(file, max(0, size - rest))
    #endif
  }

  package func makeRoom() throws {
    try FileManager.default.removeItem(atPath: ballast)
  }

  private static func mount(_ path: String, megabytes: Int) throws {
    #if canImport(Glibc)
      guard Glibc.mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=700") == 0 else {
        throw NotMounted(errno: errno)
      }
    #else
      throw NotMounted(errno: ENOTSUP)
    #endif
  }

  /// Whoever still has a file of it open keeps that file, and nobody else sees the disk.
  private static func unmount(_ path: String) {
    #if canImport(Glibc)
      umount2(path, Int32(MNT_DETACH))
    #endif
  }
}
