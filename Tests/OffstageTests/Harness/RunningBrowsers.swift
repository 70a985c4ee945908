import Foundation

/// Processes whose command line names a folder. Reads /proc, so Linux only.
enum RunningBrowsers {
  /// Those that use a user data folder in or below `folder`.
  static func pids(under folder: String) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(Int32.init).filter { pid in
      guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
        return false
      }
      let line = String(decoding: bytes, as: UTF8.self)
      return line.contains("--user-data-dir=\(folder)")
        // Firefox's.
        || line.contains("--profile\u{0}\(folder)")
    }
  }

  /// Those that are still there when the helpers of a browser that has ended have had time to go.
  static func remaining(under folder: String) async -> [Int32] {
    try? await eventually("no browser", within: .seconds(10)) { pids(under: folder).isEmpty }
    return pids(under: folder)
  }
}
