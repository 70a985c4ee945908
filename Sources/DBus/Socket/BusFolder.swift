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

/// A folder for one socket that only this user can reach, removed at its end.
///
/// A lock on a file in it says that its owner lives, as with the profiles that are for one run: it
/// falls with the process, and what a kill leaves is removed by the next one's start.
package struct BusFolder: ~Copyable, Sendable {
  private static let prefix = "offstage-bus-"
  private static let lockName = "owner"
  /// A socket's path has to fit into `sockaddr_un`, where 104 bytes are the least.
  private static let longestPath = 100

  package let path: String
  private let lock: CInt

  package var socketPath: String { "\(path)/bus" }

  /// In the first of `parents` where that can be had.
  package init(parents: [String]) throws(BusFault) {
    var last = "there is no folder for it"
    for parent in parents {
      _ = Self.sweep(parent: parent)
      var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
      guard template.count + 4 <= Self.longestPath else { continue }
      guard mkdtemp(&template) != nil else {
        last = Self.errorText
        continue
      }
      let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      // Held before it has the name by which others ask for it.
      let lock = "\(path)/\(Self.lockName)"
      let descriptor = open(lock + ".new", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0,
        rename(lock + ".new", lock) == 0
      else {
        last = Self.errorText
        if descriptor >= 0 { close(descriptor) }
        try? FileManager.default.removeItem(atPath: path)
        continue
      }
      self.path = path
      self.lock = descriptor
      return
    }
    throw BusFault("no folder for a message bus could be made: \(last)")
  }

  deinit { close(lock) }

  package consuming func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Removes the folders whose owner was killed. Gives the paths that are gone.
  package static func sweep(parent: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return names.filter { $0.hasPrefix(prefix) }.map { "\(parent)/\($0)" }.filter { path in
      isAbandoned(path) && (try? FileManager.default.removeItem(atPath: path)) != nil
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
      return errno == ENOENT && time(nil) - changeTime(info) > 60
    }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }

  private static func changeTime(_ info: stat) -> time_t {
    #if canImport(Darwin)
      info.st_mtimespec.tv_sec
    #else
      info.st_mtim.tv_sec
    #endif
  }

  private static var errorText: String { String(cString: strerror(errno)) }
}

/// Why there is no bus.
package struct BusFault: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
