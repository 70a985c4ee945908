internal import Foundation
internal import OffstageCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Writes small files that only their owner may read, whole or not at all.
enum PrivateFile {
  enum Existing {
    case replace
    /// Leaves a file that is there as it is.
    case keep
  }

  static func write(
    _ bytes: [UInt8], to path: String, _ existing: Existing
  ) throws(StoreError) {
    // Readers pass over names that begin with a dot.
    let folder = (path as NSString).deletingLastPathComponent
    let temporary = "\(folder)/.\(UUID().uuidString)"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw refusal(path) }
    defer { unlink(temporary) }
    // A short write of so few bytes means that the disk is full.
    let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    let isSynced = count == bytes.count && fsync(descriptor) == 0
    guard close(descriptor) == 0, isSynced else { throw refusal(path) }
    switch existing {
    case .replace:
      guard rename(temporary, path) == 0 else { throw refusal(path) }
    case .keep:
      // link(2) is what creates a name and fails if it is there, with the content complete.
      guard link(temporary, path) == 0 || errno == EEXIST else { throw refusal(path) }
    }
  }

  private static func refusal(_ path: String) -> StoreError {
    StoreError(
      .notWritable, "\(path) can't be written: \(String(cString: strerror(errno))).",
      hint: "Check who may write to the folder, or choose another one with --data.")
  }
}
