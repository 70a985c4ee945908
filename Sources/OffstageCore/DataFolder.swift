import Foundation

/// The folder that holds everything Offstage keeps.
package struct DataFolder: Sendable, Hashable {
  package var path: String

  package init(path: String) {
    self.path = path
  }

  /// `--data`, else `$OFFSTAGE_DATA`, else the platform's folder for data.
  package static func resolve(
    option: String?, environment: [String: String], home: String
  ) -> DataFolder {
    if let option { return DataFolder(path: absolute(option)) }
    if let variable = environment["OFFSTAGE_DATA"], !variable.isEmpty {
      return DataFolder(path: absolute(variable))
    }
    #if os(macOS)
      return DataFolder(path: home + "/Library/Application Support/Offstage")
    #else
      // XDG Base Directory Specification: relative paths are to be ignored.
      let base = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      return DataFolder(path: (base ?? home + "/.local/share") + "/offstage")
    #endif
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  package var storePath: String { path + "/offstage.sqlite" }
  /// One folder a named profile.
  package var profilesPath: String { path + "/profiles" }
  /// Firefox's, which are of another kind.
  package var firefoxProfilesPath: String { path + "/firefox" }
  /// Profiles that go when their browser ends.
  package var ephemeralPath: String { path + "/ephemeral" }
  package var locksPath: String { path + "/locks" }
  /// One file a running recorder or server: pid, port, token.
  package var runningPath: String { path + "/running" }
  /// The push service's certificate and port.
  package var pushPath: String { path + "/push" }
  /// What the UI's and the API's tokens rest on.
  package var secretPath: String { path + "/secret" }

  /// The folder or the nearest one above it that is there.
  package func existingPart() throws(StoreError) -> String {
    let files = FileManager.default
    var part = path
    while !files.fileExists(atPath: part), part != "/", !part.isEmpty {
      part = (part as NSString).deletingLastPathComponent
    }
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: part, isDirectory: &isFolder), isFolder.boolValue else {
      throw DataFolder.unmakeable(path)
    }
    guard files.isReadableFile(atPath: part) || part != path else {
      throw StoreError(
        .notWritable, "The data folder \(path) can't be read.",
        hint: "Choose another one with --data or OFFSTAGE_DATA.")
    }
    return part
  }

  private static func unmakeable(_ folder: String) -> StoreError {
    StoreError(
      .notWritable, "The data folder \(folder) can't be made.",
      hint: "Choose another one with --data or OFFSTAGE_DATA.")
  }

  /// Makes the folder and those in it, readable by their owner alone.
  package func create() throws(StoreError) {
    for folder in [path, profilesPath, ephemeralPath, locksPath, runningPath] {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
      } catch {
        throw DataFolder.unmakeable(folder)
      }
    }
    guard FileManager.default.isWritableFile(atPath: path) else {
      throw StoreError(
        .notWritable, "The data folder \(path) can't be written to.",
        hint: "Choose another one with --data or OFFSTAGE_DATA.")
    }
  }
}
