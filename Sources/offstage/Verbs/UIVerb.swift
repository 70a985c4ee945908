import ArgumentParser
import CDP
import Foundation
import OffstageCore
import OffstageServer

struct UIVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ui",
    abstract: "Print a fresh link to the UI of what runs, and open it.",
    discussion: """
      A link is good for one browser; what it has opened stays open. It is opened in your own browser \
      where somebody sits before a terminal and a screen; a program that reads the output just gets \
      the link.
      """)

  @Flag(inversion: .prefixedNo, help: "Open the UI in your own browser, or do not.")
  var open: Bool?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    for running in RunningFile.all(in: common.folder) {
      guard let code = await running.freshCode() else { continue }
      try common.terminal.print(UILinks.link(port: running.port, code: code))
      let opening = UIOpening(
        wish: open, isInteractive: common.terminal.isOutputTerminal,
        environment: common.environment)
      // With a code of its own: what was printed stays good.
      guard opening.isDue, let own = await running.freshCode() else { return }
      return try PersonsBrowser.open(
        UILinks.link(port: running.port, code: own), environment: common.environment)
    }
    throw StoreError(
      .failed, "Nothing runs that has a UI.", hint: "Start one with `offstage serve`.")
  }
}
