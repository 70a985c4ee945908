import ArgumentParser
import OffstageCore
import OffstageStore

struct ServeVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the UI and the API over what is recorded, without a browser.")

  @Option(
    name: .customLong("ui-port"),
    help: "The port of the UI and the API; 0 for any. Default: 7788 or the next free one.")
  var uiPort: Int?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let uiPort, !(0...65535).contains(uiPort) {
      throw ValidationError("\(uiPort) is no port; ports are 0 to 65535.")
    }
  }

  func run() async throws {
    // First: whoever sees the store may end it in good order.
    let stop = await StopSignal()
    let store = try common.openStore()
    let server = APIServer(
      folder: common.folder, store: store, terminal: common.terminal, port: uiPort,
      verb: "serve", hasPages: true, logger: Logs.make(verbose: common.verbose))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await store.run() }
      group.addTask { await stop.listen() }
      group.addTask { try await stop.race { try await server.run() } }
      group.addTask { await stop.wait() }
      try await group.next()
      group.cancelAll()
    }
    try await store.close()
  }
}
