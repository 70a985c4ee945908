#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A user data folder for one run, removed at its end.
///
/// A kernel lock on a file in it says that its owner lives: the lock falls with the process, however
/// that ends, and the browser does not inherit it. A pid in a file would lie once it is reused.
package struct EphemeralProfile: ~Copyable, Sendable {
  private static let prefix = "offstage-profile-"
  private static let lockName = ".offstage-owner"

  package let userDataDir: String
  private let lock: CInt

  /// Makes a folder in `parent`, for this user alone.
  package init(parent: String) throws(CDPError) {
    var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CDPError(
        .system, "a temporary profile could not be made in \(parent)",
        underlying: Files.errorText())
    }
    let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    // Held before it has the name by which others ask for it.
    let lock = "\(path)/\(Self.lockName)"
    let descriptor = open(lock + ".new", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0,
      rename(lock + ".new", lock) == 0
    else {
      let reason = Files.errorText()
      if descriptor >= 0 { close(descriptor) }
      try? FileManager.default.removeItem(atPath: path)
      throw CDPError(
        .system, "the temporary profile \(path) could not be locked", underlying: reason)
    }
    userDataDir = path
    self.lock = descriptor
  }

  deinit { close(lock) }

  /// Removes the folder; the browser must have ended.
  package consuming func remove() throws(CDPError) {
    try Self.remove(userDataDir)
  }

  /// Removes the folders whose owner was killed. Gives the paths that are gone.
  package static func sweep(parent: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return names.filter { $0.hasPrefix(prefix) }.map { "\(parent)/\($0)" }.filter { path in
      isAbandoned(path) && (try? remove(path)) != nil
    }
  }

  private static func isAbandoned(_ path: String) -> Bool {
    // In a folder that all may write to, take nothing that is not ours, and follow no link.
    var info = stat()
    guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR, info.st_uid == geteuid()
    else { return false }
    let descriptor = open("\(path)/\(lockName)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      // Its owner may be about to make the lock; or died before it could.
      return errno == ENOENT && time(nil) - Machine.changeTime(info) > 60
    }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
    // The owner is gone, its browser may take a moment longer.
    return ProfileLock.holder(userDataDir: path) == nil
  }

  private static func remove(_ path: String) throws(CDPError) {
    removeSocket(of: path)
    // A browser's last helpers may still be writing when its process has ended.
    var last: (any Error)?
    for attempt in 0..<8 {
      if attempt > 0 { usleep(useconds_t(20_000 << attempt)) }
      do {
        try FileManager.default.removeItem(atPath: path)
        return
      } catch {
        if !Files.exists(path) { return }
        last = error
      }
    }
    throw CDPError(
      .system, "the temporary profile \(path) could not be removed", hint: "Remove it by hand.",
      underlying: last.map { "\($0)" })
  }

  /// A browser that was killed leaves the folder of its socket in /tmp as well, since the path of a
  /// socket must be short.
  package static func removeSocket(of path: String) {
    guard let socket = Files.linkTarget("\(path)/SingletonSocket"),
      socket.hasSuffix("/SingletonSocket")
    else { return }
    var info = stat()
    guard lstat(socket, &info) == 0, info.st_mode & S_IFMT == S_IFSOCK, info.st_uid == geteuid()
    else { return }
    let folder = String(socket.dropLast("/SingletonSocket".count))
    unlink(socket)
    unlink("\(folder)/SingletonCookie")
    // Nothing happens if there is more in it.
    rmdir(folder)
  }
}
