#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Who has a user data folder open: Chromium leaves a link `SingletonLock` to `host-pid` there.
package struct ProfileLock: Hashable, Sendable {
  package var userDataDir: String
  package var pid: Int32
  package var host: String
  package var isThisHost: Bool

  /// The browser that has the folder open; nil if none has, or the link is from one that has ended.
  package static func holder(userDataDir: String) -> ProfileLock? {
    guard let target = Files.linkTarget("\(userDataDir)/SingletonLock"),
      let dash = target.lastIndex(of: "-"),
      let pid = Int32(target[target.index(after: dash)...]), pid > 0
    else { return nil }
    let host = String(target[..<dash])
    let lock = ProfileLock(
      userDataDir: userDataDir, pid: pid, host: host, isThisHost: host == Machine.hostName)
    // Whether a process of another host lives can't be known.
    return lock.isThisHost && !lock.isBrowserAlive ? nil : lock
  }

  private var isBrowserAlive: Bool {
    guard Machine.isAlive(pid) else { return false }
    // The number may be another program's by now.
    guard let line = Machine.commandLine(pid)?.lowercased() else { return true }
    return ["chrom", "edge", "brave", "vivaldi", "opera"].contains { line.contains($0) }
      || line.contains(userDataDir.lowercased())
  }

  package var inUse: CDPError {
    let process = isThisHost ? "process \(pid)" : "process \(pid) on \(host)"
    return CDPError(
      .profileInUse, "the profile folder \(userDataDir) is open in another browser, \(process)",
      hint: isThisHost
        ? "Close that browser, or record it where it is with `attach`."
        : "If that machine no longer uses it, remove \(userDataDir)/SingletonLock.")
  }

  /// Waits for the browser that has the folder open to leave it; throws `.profileInUse` if it stays.
  package static func waitUntilFree(
    userDataDir: String, timeout: Duration
  ) async throws(CDPError) {
    let deadline = ContinuousClock.now + timeout
    while let holder = holder(userDataDir: userDataDir) {
      guard ContinuousClock.now < deadline else { throw holder.inUse }
      do {
        // The browser is nobody's child of ours, and the link is replaced, not written: there is
        // nothing portable to wait on. 20 looks a second cost nothing.
        try await Task.sleep(for: .milliseconds(50))
      } catch {
        throw CDPError(.cancelled, "waiting for \(userDataDir) was given up")
      }
    }
  }
}
