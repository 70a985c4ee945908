import ArgumentParser
import OffstageCore
import OffstageStore

struct VerifyVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the store, and say what was found.")

  @Flag(help: "Make counts anew from the events.")
  var rebuild = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let store = try common.openStore()
    let faults = try await store.verify(rebuild: rebuild)
    let terminal = common.terminal
    for fault in faults {
      try terminal.print(
        (fault.isRepaired ? "mended: " : "wrong: ") + fault.sentence.escapedForTerminal)
    }
    let count = try await ServiceStatus.all(store: store).reduce(0) { $0 + $1.facts.events }
    try await store.close()
    guard faults.allSatisfy(\.isRepaired) else { throw VerdictNo() }
    try terminal.print("The store is sound: \(count) events.")
  }
}
