import JSON

/// The file `Preferences` of one profile, which the browser reads at its start and writes until its
/// end.
struct Preferences {
  let path: String
  var root: JSONObject

  static func path(userDataDir: String, profileDirectory: String) -> String {
    "\(userDataDir)/\(profileDirectory)/Preferences"
  }

  /// nil if the profile has none yet.
  static func read(userDataDir: String, profileDirectory: String) throws(CDPError) -> Preferences? {
    let path = path(userDataDir: userDataDir, profileDirectory: profileDirectory)
    guard let bytes = try Files.read(path) else { return nil }
    do throws(JSONError) {
      return Preferences(path: path, root: try JSONObject(parsing: bytes))
    } catch {
      throw unreadable(path, error)
    }
  }

  static func unreadable(_ path: String, _ error: JSONError) -> CDPError {
    CDPError(
      .profileUnreadable, "the profile's settings at \(path) can't be read",
      hint: "It was left as it is. The browser would start over with an empty one.",
      underlying: "\(error)")
  }
}
