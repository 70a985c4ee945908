package import Foundation

/// The key that Offstage signs its own pushes with. The push service of the same data folder takes it
/// for any subscription: a site's own key is nowhere but with the site.
package enum FolderKey {
  /// Made if there is none; two processes that may both make it have to take turns.
  package static func make(in folder: String) throws -> VAPIDKey {
    if let key = read(in: folder) { return key }
    let key = VAPIDKey()
    try PrivateFile.write(key.pem, to: path(folder))
    return key
  }

  package static func read(in folder: String) -> VAPIDKey? {
    (try? String(contentsOfFile: path(folder), encoding: .utf8))
      .flatMap { try? VAPIDKey(parsing: $0) }
  }

  private static func path(_ folder: String) -> String { folder + "/sender.pem" }
}

enum PrivateFile {
  /// For its owner alone, and never seen half written.
  static func write(_ text: String, to path: String) throws {
    let scratch = path + ".new"
    guard
      FileManager.default.createFile(
        atPath: scratch, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]),
      rename(scratch, path) == 0
    else { throw CocoaError(.fileWriteUnknown) }
  }
}
