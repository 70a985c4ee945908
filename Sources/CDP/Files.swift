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

/// The few things that are asked of the file system.
enum Files {
  static func isDirectory(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool {
    var info = stat()
    return lstat(path, &info) == 0
  }

  static func isExecutable(_ path: String) -> Bool {
    !isDirectory(path) && access(path, X_OK) == 0
  }

  /// The content of a file; nil if there is none. A longer one is an error, not cut.
  static func read(_ path: String, limit: Int = 64 << 20) throws(CDPError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw CDPError(.system, "\(path) could not be read", underlying: errorText())
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw CDPError(.system, "\(path) could not be read", underlying: errorText())
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
      guard bytes.count <= limit else {
        throw CDPError(.tooLarge, "\(path) is longer than \(limit) bytes")
      }
    }
  }

  /// Replaces a file in one step; it is on the disk when this returns. Its mode is kept, a new
  /// file is for the owner alone.
  static func replace(_ path: String, with bytes: [UInt8]) throws(CDPError) {
    var info = stat()
    let mode = stat(path, &info) == 0 ? info.st_mode & 0o7777 : 0o600
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
    do throws(CDPError) {
      try write(temporary, bytes, mode: mode)
      guard rename(temporary, path) == 0 else {
        throw CDPError(.system, "\(path) could not be replaced", underlying: errorText())
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func write(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(CDPError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw CDPError(.system, "\(path) could not be written", underlying: errorText())
    }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: $0[offset...]))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw CDPError(.system, "\(path) could not be written", underlying: errorText())
      }
      offset += count
    }
    guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
      throw CDPError(.system, "\(path) could not be written", underlying: errorText())
    }
  }

  static func createDirectory(_ path: String) throws(CDPError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw CDPError(.system, "the folder \(path) could not be made", underlying: "\(error)")
    }
  }

  /// What a symbolic link says; nil if it is none.
  static func linkTarget(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      readlink(path, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// The path without symbolic links; the path itself if it is not there.
  static func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func errorText(_ code: CInt = errno) -> String { String(cString: strerror(code)) }

  private static func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer) -> Int
  {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func systemWrite(_ descriptor: CInt, _ buffer: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.write(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }
}
