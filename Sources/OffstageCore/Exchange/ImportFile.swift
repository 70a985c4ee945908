import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is read twice: to be checked before anything of it is stored, and to be stored.
package final class ImportFile: Sendable {
  /// As a person knows it, without its folder.
  package let name: String
  private let descriptor: Int32

  private init(name: String, descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens a file of the person's.
  package static func open(at path: String) throws(UsageError) -> ImportFile {
    // A pipe that nobody writes to would not be opened until somebody does.
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw refusal(path) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw UsageError(
        "\(path.escapedForTerminal) is no file.",
        hint: "What a program writes is imported with `offstage import -`.")
    }
    return ImportFile(name: (path as NSString).lastPathComponent, descriptor: descriptor)
  }

  /// What comes in another way is first written into a file that nobody else sees.
  package static func spool(
    as name: String, in folder: String
  ) throws(StoreError) -> ImportFile {
    let path = "\(folder)/.import-\(UUID().uuidString)"
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw full(folder) }
    unlink(path)
    return ImportFile(name: name, descriptor: descriptor)
  }

  package func append(_ bytes: [UInt8]) throws(StoreError) {
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress! + start, bytes.count - start)
      }
      if count > 0 { start += count } else if errno != EINTR { throw ImportFile.full(name) }
    }
  }

  private static let partSize = 256 << 10

  /// All of it, a part at a time.
  func parts(
    _ body: (_ part: [UInt8]) async throws -> Void
  ) async throws {
    var offset = 0
    while true {
      let part = try read(at: offset)
      guard !part.isEmpty else { return }
      try await body(part)
      offset += part.count
    }
  }

  private func read(at offset: Int) throws(UsageError) -> [UInt8] {
    var failure: Int32 = 0
    let part = [UInt8](unsafeUninitializedCapacity: Self.partSize) { buffer, count in
      var result: Int
      repeat {
        result = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      } while result < 0 && errno == EINTR
      if result < 0 { failure = errno }
      count = max(0, result)
    }
    guard failure == 0 else {
      throw UsageError(
        "“\(name.escapedForTerminal)” can't be read: \(String(cString: strerror(failure))).")
    }
    return part
  }

  private static func refusal(_ path: String) -> UsageError {
    UsageError(
      "\(path.escapedForTerminal) can't be opened: \(String(cString: strerror(errno))).",
      hint: "offstage import takes the files that DevTools or offstage export have saved.")
  }

  private static func full(_ place: String) -> StoreError {
    StoreError(
      .full,
      "What is to be imported can't be kept for reading (\(place.escapedForTerminal)): "
        + "\(String(cString: strerror(errno))).")
  }
}
