import Foundation
import OffstageCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of a profile, which is only ever read. Links in it are not followed: they may lead
/// anywhere.
struct Folder: Sendable, Hashable {
  let path: String

  enum Content: Sendable {
    case bytes([UInt8])
    case absent
    case tooLarge
    case unreadable(String)
  }

  /// Nil if it is not there, or is no folder but a file or a link.
  func names() throws(InspectError) -> [String]? {
    guard Self.kind(of: path) == S_IFDIR else { return nil }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      if Self.kind(of: path) == nil { return nil }
      throw InspectError(
        "The folder \(path) can't be read.", hint: "May you read it? Try it as its owner.")
    }
  }

  func folder(_ name: String) -> Folder { Folder(path: "\(path)/\(name)") }

  func has(_ name: String, _ kind: mode_t) -> Bool { Self.kind(of: "\(path)/\(name)") == kind }

  var isLink: Bool { Self.kind(of: path) == S_IFLNK }

  func read(_ name: String, limit: Int) -> Content {
    // Without O_NONBLOCK a pipe of that name is waited for.
    let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: return .absent
      case ELOOP: return .unreadable("it is a link, and links are not followed")
      default: return .unreadable(String(cString: strerror(errno)))
      }
    }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      return .unreadable("it is no file")
    }
    guard info.st_size <= limit else { return .tooLarge }
    return read(descriptor, expecting: Int(info.st_size), limit: limit)
  }

  /// What is there, also when it grows meanwhile.
  private func read(_ descriptor: CInt, expecting size: Int, limit: Int) -> Content {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .unreadable(String(cString: strerror(errno))) }
      if count == 0 { return .bytes(bytes) }
      guard bytes.count + count <= limit else { return .tooLarge }
      bytes += buffer[..<count]
    }
  }

  /// Of the thing itself, not of what a link leads to; nil if there is nothing.
  private static func kind(of path: String) -> mode_t? {
    var info = stat()
    return lstat(path, &info) == 0 ? info.st_mode & S_IFMT : nil
  }
}

#if canImport(Glibc)
  private let systemRead = Glibc.read
#elseif canImport(Darwin)
  private let systemRead = Darwin.read
#endif
