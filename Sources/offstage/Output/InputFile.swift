import Foundation
import OffstageCore

/// A file that a person names for a verb to read, or standard input as `-`.
struct InputFile {
  let path: String

  init(_ path: String) {
    self.path = path
  }

  /// As it is called in a sentence.
  var name: String { path == "-" ? "Standard input" : path.escapedForTerminal }

  /// All of it.
  ///
  /// - Parameter what: what is meant to be in it, which has no more than so many bytes.
  func read(atMost limit: Int, as what: String) throws(UsageError) -> [UInt8] {
    let handle: FileHandle
    if path == "-" {
      handle = .standardInput
    } else {
      guard let opened = FileHandle(forReadingAtPath: path) else {
        throw UsageError("\(name) can't be read.", hint: "Is it there, and may you read it?")
      }
      handle = opened
    }
    let data: Data
    do {
      data = try handle.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw UsageError("\(name) can't be read.", hint: "Is it a file, and may you read it?")
    }
    guard data.count <= limit else {
      throw UsageError(
        "\(name) has more than \(limit >> 10) KiB: that is no \(what).", hint: "Name another file.")
    }
    return Array(data)
  }
}
