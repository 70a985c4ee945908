import CDP
import Foundation
package import OffstageCore

/// Where a browser's default profile lies, told by its command line.
package enum ProfilePlace {
  /// Nil when the folder can't be found out or is not on this machine.
  package static func parse(commandLine: String, home: String) -> SourcePlace? {
    guard let root = value(of: "--user-data-dir", in: commandLine) ?? usual(commandLine, home)
    else { return nil }
    return place(
      userDataDir: root, profileDir: value(of: "--profile-directory", in: commandLine))
  }

  package static func place(userDataDir: String, profileDir: String? = nil) -> SourcePlace? {
    guard userDataDir.hasPrefix("/"), let real = realPath(userDataDir) else { return nil }
    return .profile(userDataDir: real, profileDir: profileDir ?? "Default")
  }

  /// CDP gives the command line as one string without quotes: a value goes on until the next switch
  /// or, if such a folder does not exist, until a space.
  private static func value(of name: String, in commandLine: String) -> String? {
    guard let found = commandLine.range(of: name + "=") else { return nil }
    let rest = commandLine[found.upperBound...]
    let untilSwitch = rest.range(of: " --").map { rest[..<$0.lowerBound] } ?? rest
    var candidate = untilSwitch.trimmingCharacters(in: .whitespaces)
    if candidate.hasPrefix("\""), candidate.hasSuffix("\""), candidate.count > 1 {
      candidate = String(candidate.dropFirst().dropLast())
    }
    while name == "--user-data-dir", !FileManager.default.fileExists(atPath: candidate),
      let space = candidate.lastIndex(of: " ")
    {
      candidate = String(candidate[..<space])
    }
    return candidate.isEmpty ? nil : candidate
  }

  /// Without the switch a browser uses its usual folder.
  private static func usual(_ commandLine: String, _ home: String) -> String? {
    let program = commandLine.prefix { $0 != " " }.split(separator: "/").last ?? ""
    let folders = [
      "chromium": "chromium", "chrome": "google-chrome", "google-chrome": "google-chrome",
      "google-chrome-stable": "google-chrome", "msedge": "microsoft-edge",
      "microsoft-edge": "microsoft-edge", "brave": "BraveSoftware/Brave-Browser",
    ]
    return folders[String(program)].map { "\(home)/.config/\($0)" }
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
