import ArgumentParser
import Foundation
import OffstageCore
import OffstageServer

struct UIVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ui",
    abstract: "Print a fresh link to the UI of what runs.",
    discussion: "A link is good for one browser; what it has opened stays open.")

  @OptionGroup var common: CommonOptions

  func run() async throws {
    for running in RunningFile.all(in: common.folder) {
      guard let code = await running.freshCode() else { continue }
      return try common.terminal.print(APIServer.link(port: running.port, code: code))
    }
    throw StoreError(
      .failed, "Nothing runs that has a UI.", hint: "Start one with `offstage serve`.")
  }
}
