import ArgumentParser
import Foundation
import OffstageCore
import OffstageStore

struct VerifyVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the store, and say what was found.")

  @Flag(help: "Make counts anew from the events.")
  var rebuild = false

  @Flag(help: "Save what can be read of a damaged store into a new one; the file is kept.")
  var salvage = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if rebuild, salvage {
      throw ValidationError("Give one of --rebuild and --salvage; --salvage counts anew too.")
    }
  }

  func run() async throws {
    guard FileManager.default.fileExists(atPath: common.folder.storePath) else {
      _ = try common.folder.existingPart()
      guard common.dataDir == nil else { throw common.noStore }
      return try common.terminal.print("There is no store yet: nothing is recorded.")
    }
    if salvage { try await salvageStore() } else { try await verify() }
  }

  private func salvageStore() async throws {
    let terminal = common.terminal
    let report = try await SQLiteEventStore.salvage(
      at: common.folder.storePath, now: SystemClock().now())
    guard let report else {
      return try terminal.print("The store is sound; nothing was changed.")
    }
    let events = "\(report.events) \(report.events == 1 ? "event" : "events")"
    try terminal.print("Saved \(events) into a new store.")
    for loss in report.losses { try terminal.print("lost: \(loss)") }
    try terminal.print("The damaged file is kept: \(report.damagedPath.escapedForTerminal)")
  }

  private func verify() async throws {
    let store = try common.openStore()
    let faults = try await store.verify(rebuild: rebuild)
    let terminal = common.terminal
    for fault in faults {
      try terminal.print(
        (fault.isRepaired ? "mended: " : "wrong: ") + fault.sentence.escapedForTerminal)
    }
    let count = try await ServiceStatus.all(store: store, locks: SourceLocks(folder: common.folder))
      .reduce(0) { $0 + $1.facts.events }
    let waiting = try await store.eventsOutOfIndex()
    try await store.close()
    guard faults.allSatisfy(\.isRepaired) else { throw VerdictNo() }
    try terminal.print("The store is sound: \(count) events.")
    if waiting > 0 {
      try terminal.print(
        "\(waiting) of them wait for the search index: whatever records or serves makes it, and "
          + "--rebuild.")
    }
  }
}
