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
    guard flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
    guard !isShared else { return }
    ftruncate(descriptor, 0)
    let holder = "\(getpid())\n"
    _ = holder.withCString { write(descriptor, $0, strlen($0)) }
  }

  /// The process that holds the lock at `path`, as it wrote itself down.
  package static func holder(of path: String) -> Int32? {
    (try? String(contentsOfFile: path, encoding: .utf8))
      .flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  deinit {
    close(descriptor)
  }
}
