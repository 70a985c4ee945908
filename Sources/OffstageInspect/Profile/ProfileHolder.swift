import Foundation

/// Who has a user data folder open: the browser leaves a link `SingletonLock` to `host-pid` there.
enum ProfileHolder {
  /// The process of this machine; nil also if the link was left by one that has ended.
  static func of(userDataDir: String) -> Int32? {
    guard
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "\(userDataDir)/SingletonLock"),
      let dash = target.lastIndex(of: "-"), let pid = Int32(target[target.index(after: dash)...]),
      pid > 0, target[..<dash] == hostName, kill(pid, 0) == 0 || errno == EPERM,
      isBrowser(pid, userDataDir)
    else { return nil }
    return pid
  }

  /// The number may be another program's by now. Where that can't be found out it is believed.
  private static func isBrowser(_ pid: Int32, _ userDataDir: String) -> Bool {
    guard let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline")) else {
      return true
    }
    let text = String(decoding: line, as: UTF8.self).lowercased()
    return ["chrom", "edge", "brave", "vivaldi", "opera"].contains { text.contains($0) }
      || text.contains(userDataDir.lowercased())
  }

  private static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
