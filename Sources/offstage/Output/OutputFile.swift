import Foundation
import OffstageCore

/// A file that takes its name when all of it is written: whatever ends the writing before, what was
/// there under that name stays.
final class OutputFile: Sendable {
  private let path: String
  /// Nil where there is nothing to replace, such as a pipe.
  private let temporary: String?
  private let descriptor: Int32

  init(path: String) throws {
    self.path = path
    var facts = stat()
    let isThere = stat(path, &facts) == 0
    if isThere, facts.st_mode & S_IFMT != S_IFREG {
      temporary = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      // A link stays one.
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      let name = "\(target).\(UUID().uuidString.prefix(8)).part"
      temporary = name
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw OutputFile.refusal(path) }
    // Before anything stands in it.
    if isThere, temporary != nil { fchmod(descriptor, facts.st_mode & 0o777) }
  }

  deinit {
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  func write(_ bytes: [UInt8]) throws {
    do {
      try Terminal.write(bytes, to: descriptor)
    } catch is OutputClosed {
      throw OutputFile.refusal(path)
    }
  }

  func finish() throws {
    guard let temporary else { return }
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard rename(temporary, target) == 0 else { throw OutputFile.refusal(path) }
  }

  private static func refusal(_ path: String) -> StoreError {
    StoreError(.notWritable, "\(path) can't be written: \(String(cString: strerror(errno))).")
  }
}
