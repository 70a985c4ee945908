/// Reads what a browser keeps of its background services in a profile's folder. It writes nothing
/// there and needs nobody's leave: the browser may be running, or dead.
package protocol ProfileInspector: Sendable {
  /// The profiles of a user data folder, or the one profile whose folder it is.
  func profiles(at path: String) throws -> [ProfileFolder]
  /// - Parameter limit: how long it may take; what was read by then is given.
  func inspect(_ profile: ProfileFolder, within limit: Duration?) throws -> ProfileReport
}

/// Where a profile lies, by real paths.
package struct ProfileFolder: Sendable, Hashable {
  package var userDataDir: String
  /// The folder's name in it.
  package var name: String

  package init(userDataDir: String, name: String) {
    self.userDataDir = userDataDir
    self.name = name
  }

  package var path: String { "\(userDataDir)/\(name)" }
  package var place: SourcePlace { .profile(userDataDir: userDataDir, profileDir: name) }

  /// For a source that is new.
  package var suggestedName: String {
    let folder = userDataDir.split(separator: "/").last.map(String.init) ?? userDataDir
    return name == "Default" ? folder : "\(folder), \(name)"
  }
}
