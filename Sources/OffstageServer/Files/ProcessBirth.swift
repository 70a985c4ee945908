internal import Foundation

/// When a process was born, as a mark that no other process with its number has.
enum ProcessBirth {
  /// Nil where the process is not alive, or the platform has no /proc.
  static func mark(of pid: Int32) -> String? {
    #if os(Linux)
      guard let stat = ProcFile.read("/proc/\(pid)/stat"),
        // The name stands in brackets and may itself hold some (proc_pid_stat(5)).
        let end = stat.lastIndex(of: ")"),
        let boot = ProcFile.read("/proc/sys/kernel/random/boot_id")
      else { return nil }
      let fields = stat[end...].split(separator: " ")
      // Field 22, starttime, in ticks since the machine started: the wall clock may be turned.
      guard fields.count > 20 else { return nil }
      return boot.trimmingCharacters(in: .whitespacesAndNewlines) + ":" + fields[20]
    #else
      return nil
    #endif
  }
}
