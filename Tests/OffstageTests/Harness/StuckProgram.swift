import Foundation

/// What a program is at that does not end when it should: of its threads what the kernel tells, and
/// where there is a debugger (gdb) their stacks.
enum StuckProgram {
  private static let limit = Duration.seconds(20)

  static func describe(_ pid: Int32) async -> String {
    [threads(of: pid), await stacks(of: pid)].joined(separator: "\n")
  }

  /// Reads /proc, so Linux only.
  private static func threads(of pid: Int32) -> String {
    let folder = "/proc/\(pid)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.sorted().map { thread in
      let status = text("\(folder)/\(thread)/status").split(separator: "\n").filter { line in
        ["State:", "SigPnd:", "ShdPnd:"].contains { line.hasPrefix($0) }
      }
      let facts =
        [text("\(folder)/\(thread)/comm"), text("\(folder)/\(thread)/wchan")]
        + status.map { $0.replacingOccurrences(of: "\t", with: " ") }
      return "thread \(thread): " + facts.joined(separator: ", ")
    }.joined(separator: "\n")
  }

  private static func text(_ path: String) -> String {
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func stacks(of pid: Int32) async -> String {
    guard
      let debugger = try? RunningProgram(
        "/usr/bin/env",
        ["gdb", "-p", "\(pid)", "-batch", "-nx", "-ex", "thread apply all bt 16"])
    else { return "" }
    _ = try? await debugger.output.wait(for: "the stacks", within: limit) { $0.hasEnded }
    await debugger.killAll()
    return debugger.output.value.text
  }
}
