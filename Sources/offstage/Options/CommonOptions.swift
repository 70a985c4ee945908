import ArgumentParser
import CDP
import Foundation
import OffstageCore
import OffstageStore

/// What every verb takes.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "The folder that holds everything recorded.",
      discussion: "Default: $OFFSTAGE_DATA, else \(Self.usualFolder).",
      valueName: "dir"),
    completion: .directory)
  var dataDir: String?

  @Flag(help: "Say only what is an error.")
  var quiet = false

  @Flag(help: "Say more of what is done.")
  var verbose = false

  @Flag(name: .customLong("no-color"), help: "No colour (also by NO_COLOR).")
  var noColor = false

  var environment: [String: String] { Machine.environment }
  var home: String { environment["HOME"] ?? "/" }

  var folder: DataFolder {
    DataFolder.resolve(option: dataDir, environment: environment, home: home)
  }

  var terminal: Terminal {
    Terminal(
      environment: environment, isQuiet: quiet, isVerbose: verbose, colors: !noColor)
  }

  /// As `DataFolder` chooses it.
  private static var usualFolder: String {
    #if os(macOS)
      "~/Library/Application Support/Offstage"
    #else
      "~/.local/share/offstage"
    #endif
  }

  var noStore: StoreError {
    StoreError(
      .notFound, "There is no store in \(folder.path.escapedForTerminal).",
      hint:
        "Is --data right? What records makes one, such as `offstage open URL` with the same --data."
    )
  }

  /// The store, made if there is none.
  func openStore() throws -> SQLiteEventStore {
    try folder.create()
    return try SQLiteEventStore.open(at: folder.storePath)
  }

  /// For verbs that only read, which make nothing: nil if there is no store, and none was named.
  func openExistingStore() throws -> SQLiteEventStore? {
    let store = try storeIfThere()
    guard store != nil || dataDir == nil else { throw noStore }
    return store
  }

  /// For those that have something to say without a store, too.
  func storeIfThere() throws -> SQLiteEventStore? {
    guard FileManager.default.fileExists(atPath: folder.storePath) else {
      _ = try folder.existingPart()
      return nil
    }
    return try openStore()
  }
}
