internal import Foundation
internal import OffstageCore

/// The process that listens on a port of this machine.
package struct PortHolder: Sendable, Hashable, CustomStringConvertible {
  package var pid: Int32
  package var name: String

  package var description: String { "\(name.escapedForTerminal) (process \(pid))" }

  /// Nil where it can't be seen: another user's process, or a platform without /proc.
  package static func of(port: Int) -> PortHolder? {
    #if os(Linux)
      let inodes = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { table in
        listeners(in: ProcFile.read(table) ?? "", on: port)
      }
      return inodes.isEmpty ? nil : holder(ofSockets: Set(inodes.map { "socket:[\($0)]" }))
    #else
      return nil
    #endif
  }

  /// The inodes of the sockets that listen on `port`, by a table as in proc_pid_net(5).
  static func listeners(in table: String, on port: Int) -> [String] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      // 0A is TCP_LISTEN (include/net/tcp_states.h).
      guard fields.count > 9, fields[3] == "0A",
        let hex = fields[1].split(separator: ":").last, Int(hex, radix: 16) == port
      else { return nil }
      return String(fields[9])
    }
  }

  private static func holder(ofSockets sockets: Set<String>) -> PortHolder? {
    let files = FileManager.default
    for entry in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let pid = Int32(entry) else { continue }
      let folder = "/proc/\(pid)/fd"
      let descriptors = (try? files.contentsOfDirectory(atPath: folder)) ?? []
      let holds = descriptors.contains { descriptor in
        (try? files.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)"))
          .map(sockets.contains) ?? false
      }
      guard holds else { continue }
      let name = ProcFile.read("/proc/\(pid)/comm") ?? ""
      return PortHolder(pid: pid, name: name.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return nil
  }
}
