#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A Firefox to be started.
package struct FirefoxLaunch: Sendable {
  package var executable: BrowserExecutable
  /// Made if it is not there.
  package var profile: String
  package var isHeadless: Bool
  /// Where its push service is.
  package var pushAddress: String
  /// Its name there, if it has been there before. Firefox keeps it in a file that it writes when it
  /// has time; without it it would drop its subscriptions.
  package var pushAgent: String?
  /// Whose pages may show notifications, and so subscribe, without being asked first.
  package var origins: [String]
  /// All sites may.
  package var allowsAllNotifications = false
  /// Nothing is left outside of the profile.
  package var isEphemeral = false
  package var url: String
  package var environment = Machine.environment

  package init(
    executable: BrowserExecutable, profile: String, isHeadless: Bool, pushAddress: String,
    origins: [String], url: String
  ) {
    self.executable = executable
    self.profile = profile
    self.isHeadless = isHeadless
    self.pushAddress = pushAddress
    self.origins = origins
    self.url = url
  }

  private var permissionsPath: String { profile + "/offstage-permissions.txt" }

  var arguments: [String] {
    (isHeadless ? ["--headless"] : []) + ["--no-remote", "--profile", profile, url]
  }

  /// Firefox puts caches and reports of crashes into the person's folders.
  var fullEnvironment: [String: String] {
    guard isEphemeral else { return environment }
    return environment.merging([
      "XDG_CONFIG_HOME": profile + "/config", "XDG_CACHE_HOME": profile + "/cache",
    ]) { $1 }
  }

  var preferences: FirefoxPreferences {
    var preferences = FirefoxPreferences.ours + .push(at: pushAddress)
    preferences.preferences += FirefoxOutput.preferences
    preferences.preferences.append(
      .init(
        "permissions.manager.defaultsUrl",
        .text(URL(fileURLWithPath: permissionsPath).absoluteString),
        "the page's origin may show notifications without being asked"))
    preferences.preferences.append(
      .init(
        "permissions.default.desktop-notification", .number(allowsAllNotifications ? 1 : 0),
        "as asked for"))
    if let pushAgent {
      preferences.preferences.append(
        .init("dom.push.userAgentID", .text(pushAgent), "the name that it was given"))
    }
    if isHeadless {
      preferences.preferences.append(
        .init(
          "alerts.useSystemBackend", .flag(false),
          "without a desktop showNotification() is rejected"))
    }
    return preferences
  }

  /// As `defaults/permissions` of Firefox itself: kind, permission, 1 for allowed, origin.
  var permissions: [String] {
    origins.filter { !$0.contains(where: \.isWhitespace) }
      .map { "origin\tdesktop-notification\t1\t\($0)" }
  }

  /// Writes what Firefox reads at its start.
  package func seed() throws(CDPError) {
    try Files.createDirectory(profile)
    let head = "// Written anew at each start.\n"
    try Files.replace(
      profile + "/user.js", with: Array((head + preferences.lines.joined(separator: "\n")).utf8))
    try Files.replace(
      permissionsPath, with: Array((permissions.joined(separator: "\n") + "\n").utf8))
  }
}

extension BrowserExecutable {
  package var isFirefox: Bool { name == "firefox" }

  /// As `Firefox/153.7.0`; its version stands in a file beside it.
  package var firefoxVersion: String {
    let folder = Files.realPath(path).split(separator: "/").dropLast().joined(separator: "/")
    let bytes = (try? Files.read("/\(folder)/application.ini", limit: 65_536)) ?? nil
    let line = bytes.flatMap { bytes in
      String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        .first { $0.hasPrefix("Version=") }
    }
    guard let line else { return "Firefox" }
    return "Firefox/\(line.dropFirst("Version=".count))"
  }
}
