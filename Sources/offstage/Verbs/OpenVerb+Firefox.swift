import CDP
import Foundation
import OffstageCore

extension OpenVerb {
  /// Firefox has no log of its background services and no DevTools Protocol: what can be recorded of it
  /// is what its push service sees.
  func openFirefox(
    _ executable: BrowserExecutable, _ permissions: [PermissionName], _ url: String?
  ) async throws {
    try checkFirefox(permissions)
    guard ephemeral else {
      return try await openFirefox(executable, permissions, url, in: try namedProfile())
    }
    let ephemeralPath = common.folder.ephemeralPath
    _ = EphemeralProfile.sweep(parent: ephemeralPath)
    let temporary = try EphemeralProfile(parent: ephemeralPath)
    let profile = temporary.userDataDir
    let outcome = await result { try await openFirefox(executable, permissions, url, in: profile) }
    try temporary.remove()
    try outcome.get()
  }

  private func namedProfile() throws -> String {
    let path = "\(common.folder.firefoxProfilesPath)/\(profile)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return path
  }

  private func checkFirefox(_ permissions: [PermissionName]) throws {
    guard push else {
      throw UsageError(
        "Firefox is opened with --push: it has no log, and its push service sees its pushes.",
        hint: "offstage open URL --push --browser firefox")
    }
    if let other = permissions.first(where: { $0 != .notifications }) {
      throw UsageError("--grant \(other.rawValue) is not for Firefox.")
    }
    let others = [
      ("--fast-retries", fastRetries), ("--remote-debugging-port", remoteDebuggingPort != nil),
      ("--notifications", notifications != nil),
    ]
    if let (name, _) = others.first(where: { $0.1 }) {
      throw UsageError("\(name) is not for Firefox.")
    }
  }

  private func openFirefox(
    _ executable: BrowserExecutable, _ permissions: [PermissionName], _ url: String?,
    in profilePath: String
  ) async throws {
    try executable.checkReach(userDataDir: profilePath, home: common.home)
    try await RecordingSession.run(common, recording, verb: "open", mayRecord: { _ in false }) {
      session in
      if isHeadless, !headless { session.terminal.say("No display: the browser is headless.") }
      try await atPushService(session) { place in
        try await LaunchedFirefox(
          session: session, place: place, executable: executable, profile: profilePath,
          name: ephemeral ? "ephemeral" : profile, isHeadless: isHeadless, isEphemeral: ephemeral,
          allowsAllNotifications: !permissions.isEmpty, url: url
        ).run { session.show(opening) }
      }
    }
  }
}
