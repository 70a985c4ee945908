import Foundation
import OffstageCore

/// Which profiles there are in what a person has named.
enum ProfileFolders {
  static func find(at path: String) throws -> [ProfileFolder] {
    guard let real = realPath(path) else {
      throw UsageError("There is no folder \(path).", hint: hint)
    }
    let folder = Folder(path: real)
    guard let names = try folder.names() else {
      throw UsageError("\(path) is no folder.", hint: hint)
    }
    let profiles = names.filter { isProfile(folder.folder($0)) }.sorted(by: isInOrder)
    if !profiles.isEmpty { return profiles.map { ProfileFolder(userDataDir: real, name: $0) } }
    if isProfile(folder) {
      let (parent, name) = (real as NSString).parts
      return [ProfileFolder(userDataDir: parent, name: name)]
    }
    throw UsageError("\(path) is no user data folder of a browser.", hint: hint(for: folder))
  }

  private static let hint =
    "Give the folder that a browser was started with (--user-data-dir), such as "
    + "~/.config/chromium, or a profile in it, such as ~/.config/chromium/Default."

  /// People may give what is in a profile.
  private static func hint(for folder: Folder) -> String {
    var above = folder.path as NSString
    for _ in 0..<3 {
      above = above.deletingLastPathComponent as NSString
      if isProfile(Folder(path: above as String)) { return "The profile is \(above)." }
    }
    return hint
  }

  private static func isProfile(_ folder: Folder) -> Bool {
    !folder.isLink
      && (folder.has("Preferences", S_IFREG)
        || folder.folder("Service Worker").has("Database", S_IFDIR))
  }

  /// `Default` first, then by number.
  private static func isInOrder(_ left: String, _ right: String) -> Bool {
    if left == "Default" || right == "Default" { return left == "Default" && right != "Default" }
    return left.compare(right, options: .numeric) == .orderedAscending
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension NSString {
  fileprivate var parts: (parent: String, name: String) {
    (deletingLastPathComponent, lastPathComponent)
  }
}
