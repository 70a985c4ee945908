import Foundation
import OffstageCore

/// A LevelDB folder's files as they are at one moment, in memory: nothing is written anywhere, and a
/// browser that has the database open is not in the way.
///
/// The order is what makes it whole. Logs come first: when one is full, what it holds is written to a
/// table before the manifest names that and the log is deleted, so whatever the manifest says, read
/// after, is either in a log that was read or in a table that is still to be read. Tables never
/// change; one that is gone was merged into others, and all is read again.
struct DatabaseFiles: Sendable {
  enum Name: Hashable, Comparable {
    case log(UInt64)
    case table(UInt64)
    case manifest(UInt64)
    case current

    init?(_ text: String) {
      if text == "CURRENT" {
        self = .current
      } else if text.hasPrefix("MANIFEST-"), let number = UInt64(text.dropFirst(9)) {
        self = .manifest(number)
      } else {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]) else { return nil }
        switch parts[1] {
        case "log": self = .log(number)
        case "ldb", "sst": self = .table(number)
        default: return nil
        }
      }
    }
  }

  struct File: Sendable {
    var name: String
    var number: UInt64
    var bytes: [UInt8]
  }

  var logs: [File] = []
  var tables: [File] = []
  /// Nil: there is none that can be read, and all tables and logs count.
  private(set) var manifest: Manifest?
  /// Tables that the manifest names and that are not there.
  private(set) var missing: [UInt64] = []
  /// What could not be taken in, each in a sentence.
  private(set) var faults: [String] = []

  /// More than any browser's log is seen to have; past it files are left out.
  static let limit = 512 << 20
  private static let mostFiles = 10_000
  private static let attempts = 4

  /// Nil when there is no folder, or none that holds a database.
  static func read(_ folder: Folder, deadline: ContinuousClock.Instant? = nil) throws(InspectError)
    -> DatabaseFiles?
  {
    for attempt in 1...attempts {
      let files = try DatabaseFiles(folder, deadline)
      guard let files else { return nil }
      // A browser that starts or merges its tables changes both meanwhile.
      if files.manifest != nil, files.missing.isEmpty { return files }
      if attempt == attempts { return files }
    }
    return nil
  }

  private init?(_ folder: Folder, _ deadline: ContinuousClock.Instant?) throws(InspectError) {
    guard let names = try folder.names() else { return nil }
    let found = Self.sorted(names)
    guard !found.isEmpty else { return nil }
    var left = Self.limit
    for case (.log(let number), let name) in found {
      take(name, number, of: folder, &left, deadline, into: \.logs)
    }
    manifest = Self.manifest(folder)
    // Tables that were made meanwhile are among them.
    let again = Self.sorted(try folder.names() ?? [])
    var lacking = manifest?.tables ?? []
    for case (.table(let number), let name) in again where manifest?.tables.contains(number) ?? true
    {
      // What is there and can't be read is a fault of its own.
      if take(name, number, of: folder, &left, deadline, into: \.tables) { lacking.remove(number) }
    }
    missing = lacking.sorted()
  }

  private static func sorted(_ names: [String]) -> [(Name, String)] {
    names.prefix(mostFiles).compactMap { name in Name(name).map { ($0, name) } }
      .sorted { $0.0 < $1.0 }
  }

  private static func manifest(_ folder: Folder) -> Manifest? {
    guard case .bytes(let current) = folder.read("CURRENT", limit: 1024) else { return nil }
    let name = String(decoding: current, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    // What it names must be a manifest, and so lies in this folder.
    guard case .manifest? = Name(name), case .bytes(let bytes) = folder.read(name, limit: limit)
    else { return nil }
    return Manifest(bytes)
  }

  /// False if it is not there.
  @discardableResult
  private mutating func take(
    _ name: String, _ number: UInt64, of folder: Folder, _ left: inout Int,
    _ deadline: ContinuousClock.Instant?, into list: WritableKeyPath<DatabaseFiles, [File]>
  ) -> Bool {
    if Self.isPast(deadline, &faults) { return true }
    switch folder.read(name, limit: left) {
    case .bytes(let bytes):
      left -= bytes.count
      self[keyPath: list].append(File(name: name, number: number, bytes: bytes))
    case .absent:
      return false
    case .tooLarge:
      faults.append("\(name) is left out: more than \(Self.limit >> 20) MB are not read.")
    case .unreadable(let reason):
      faults.append("\(name) can't be read: \(reason).")
    }
    return true
  }

  /// Says so, once.
  static func isPast(_ deadline: ContinuousClock.Instant?, _ faults: inout [String]) -> Bool {
    guard let deadline, ContinuousClock.now > deadline else { return false }
    if faults.last != tooSlow { faults.append(tooSlow) }
    return true
  }

  private static let tooSlow = "Reading took too long and was given up."
}
