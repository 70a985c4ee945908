import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock of the kernel's on a file: it ends with the process that holds it, whatever happens.
///
/// The file names its holder for those who are turned away. It is closed on exec, so that a browser
/// that we start does not inherit the lock.
package struct FileLock: ~Copyable, Sendable {
  private let descriptor: Int32

  /// Nil when another process holds it; any number may share it.
  package init?(path: String, isShared: Bool = false) throws(StoreError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StoreError(
        .notWritable, "The lock \(path) can't be opened.",
        hint: "Check who may write to the folder, or choose another one with --data.")
    }
    guard FileLock.take(descriptor, isShared: isShared) else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
    guard !isShared else { return }
    ftruncate(descriptor, 0)
    let holder = "\(getpid())\n"
    _ = holder.withCString { write(descriptor, $0, strlen($0)) }
  }

  /// Whether anybody holds the lock at `path`, which is not touched: whoever takes it at this moment
  /// gets it.
  package static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return isHeld(descriptor)
  }

  /// The process that holds the lock at `path`, as it wrote itself down.
  package static func holder(of path: String) -> Int32? {
    (try? String(contentsOfFile: path, encoding: .utf8))
      .flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  deinit {
    close(descriptor)
  }

  // MARK: The kernel's

  #if canImport(Glibc)
    /// Open file description locks (fcntl(2)): unlike those of flock(2) they can be asked about
    /// without being taken, and unlike a process's own they don't end when it closes the file
    /// elsewhere. Of F_OFD_GETLK and F_OFD_SETLK (Linux, asm-generic/fcntl.h) Swift does not know.
    private static let (getLock, setLock): (Int32, Int32) = (36, 37)

    private static func take(_ descriptor: Int32, isShared: Bool) -> Bool {
      var whole = flock()
      whole.l_type = Int16(isShared ? F_RDLCK : F_WRLCK)
      return fcntl(descriptor, setLock, &whole) == 0
    }

    private static func isHeld(_ descriptor: Int32) -> Bool {
      var whole = flock()
      whole.l_type = Int16(F_WRLCK)
      return fcntl(descriptor, getLock, &whole) == 0 && whole.l_type != Int16(F_UNLCK)
    }
  #else
    private static func take(_ descriptor: Int32, isShared: Bool) -> Bool {
      flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0
    }

    /// Shares the lock for as long as the call takes: there is no way to ask without that.
    private static func isHeld(_ descriptor: Int32) -> Bool {
      flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }
  #endif
}
