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

/// What a browser's start depends on.
package enum Machine {
  package static var isRoot: Bool { geteuid() == 0 }

  /// A container has 64 MiB by default, which Chromium fills at once.
  package static var hasLittleSharedMemory: Bool {
    #if os(Linux)
      var info = statvfs()
      guard statvfs("/dev/shm", &info) == 0 else { return true }
      return UInt64(info.f_blocks) * UInt64(info.f_frsize) < 128 << 20
    #else
      return false
    #endif
  }

  package static var environment: [String: String] { ProcessInfo.processInfo.environment }

  package static func hasDisplay(environment: [String: String]) -> Bool {
    #if os(Linux)
      ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
    #else
      true
    #endif
  }

  static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  static func changeTime(_ info: stat) -> time_t {
    #if canImport(Darwin)
      info.st_mtimespec.tv_sec
    #else
      info.st_mtim.tv_sec
    #endif
  }

  static func isAlive(_ pid: pid_t) -> Bool { kill(pid, 0) == 0 || errno == EPERM }

  /// The arguments of a process; nil if they can't be known. Empty for one that has ended and
  /// waits to be reaped.
  static func commandLine(_ pid: pid_t) -> String? {
    #if os(Linux)
      guard let bytes = (try? Files.read("/proc/\(pid)/cmdline")) ?? nil else { return nil }
      return String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
    #else
      return nil
    #endif
  }
}
