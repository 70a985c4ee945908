import ArgumentParser
import Foundation
import OffstageCore
import OffstageScenario
import OffstageStore

struct CodegenVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codegen",
    abstract: "Write a scenario that makes happen again what was recorded.",
    discussion: """
      A push is delivered with its payload, a sync that was held is held offline again, a notification \
      is clicked as it was. What a file can't make happen, such as what the page did, is a comment in \
      it. offstage operations lists operations with their ids; what they showed comes along.

      EXAMPLES
        offstage codegen 17                        to the terminal
        offstage codegen 17 23 -o outbox.yaml      both, in the order of time
        offstage test outbox.yaml                  plays it
      """)

  @Argument(help: "Ids of operations.")
  var operations: [Int64]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write it to this file; it must not be there yet.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var output: String?

  @Flag(help: "Replace the file if it is there.")
  var force = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let terminal = common.terminal
    if let output, output != "-", !force, FileManager.default.fileExists(atPath: output) {
      throw UsageError("\(output) is there already.", hint: "Add --force to replace it.")
    }
    let store = try common.openExistingStore()
    guard let store else { throw missing(operations[0]) }
    let found = try await store.scenes(withNotificationsOf: operations)
    if let id = found.missing { throw missing(id) }
    try await store.close()
    let sketch = ScenarioSketch(of: found.scenes)
    let text = sketch.text
    guard let output, output != "-" else { return try await terminal.send(Array(text.utf8)) }
    let file = try OutputFile(path: output)
    try file.write(Array(text.utf8))
    try file.finish()
    terminal.say(
      sketch.wants.isEmpty
        ? "Wrote \(output). offstage test \(output) plays it."
        : "Wrote \(output). Fill in \(sketch.wants.joined(separator: ", ")), where its comments say "
          + "so; then offstage test \(output) plays it.")
  }

  private func missing(_ id: Int64) -> UsageError {
    UsageError(
      "There is no operation \(id).",
      hint: "offstage operations lists what there is, with ids.")
  }
}
