import Foundation

@testable import OffstageInspect

/// A folder for one test, gone after it.
struct ScratchFolder {
  let path: String

  static func with<Result>(_ body: (ScratchFolder) throws -> Result) throws -> Result {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    return try body(folder)
  }

  static func with<Result>(_ body: (ScratchFolder) async throws -> Result) async throws -> Result {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    return try await body(folder)
  }

  private init() throws {
    let path = NSTemporaryDirectory() + "/offstage-inspect-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    self.path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  private func remove() { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  /// A copy of a fixture, which may be changed.
  func copy(_ fixture: String, to name: String) throws {
    try FileManager.default.copyItem(atPath: Self.fixture(fixture), toPath: "\(path)/\(name)")
  }

  static func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name)").path
  }

  /// A database in `name` with one log.
  func database(
    _ name: String, _ entries: [SampleDatabase.Entry], tables: [UInt64] = []
  ) throws {
    try write("\(name)/CURRENT", "MANIFEST-000001\n")
    try write("\(name)/MANIFEST-000001", SampleDatabase.manifest(tables: tables))
    try write("\(name)/000003.log", SampleDatabase.log([SampleDatabase.batch(entries)]))
  }

  func read(_ name: String) throws -> LevelDB? {
    try DatabaseFiles.read(Folder(path: "\(path)/\(name)")).map { LevelDB($0) }
  }

  /// All files in it with what they hold.
  func contents(of name: String = "") throws -> [String: Data] {
    let root = "\(path)/\(name)"
    var found: [String: Data] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder)
      found[name] =
        isFolder.boolValue ? Data() : try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name)"))
    }
    return found
  }
}

extension LevelDB {
  /// Its values as texts.
  var texts: [String: String] {
    Dictionary(
      uniqueKeysWithValues: values.map {
        (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
      })
  }
}

extension String {
  var bytes: [UInt8] { Array(utf8) }
}
