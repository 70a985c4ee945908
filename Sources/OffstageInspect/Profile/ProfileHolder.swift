import Foundation

/// Who has a user data folder open: the browser leaves a link `SingletonLock` to `host-pid` there.
enum ProfileHolder {
  /// The process of this machine; nil also if the link was left by one that has ended.
  static func of(userDataDir: String) -> Int32? {
    guard
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "\(userDataDir)/SingletonLock"),
      let dash = target.lastIndex(of: "-"), let pid = Int32(target[target.index(after: dash)...]),
      pid > 0, target[..<dash] == ProcessInfo.processInfo.hostName || target[..<dash] == hostName,
      kill(pid, 0) == 0 || errno == EPERM
    else { return nil }
    return pid
  }

  private static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
