import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct PushMessages: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "messages",
    abstract: "Print what was posted to the push service, and what became of each.",
    discussion: """
      The newest 100, printed oldest first. A message that was taken has the id that the browser \
      logs its events under: `offstage events tag:ID` has the rest of its story.
      """)

  @Option(name: .shortAndLong, help: "The newest so many; 0 for all that are kept.")
  var limit = 100

  @Flag(help: "Only those that were refused.")
  var refused = false

  @Flag(help: "One JSON document, with headers and bodies (in base64).")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is a number from 0 on.") }
  }

  func run() async throws {
    let terminal = common.terminal
    let store = try common.openExistingStore()
    let found =
      try await store?.pushMessages(
        onlyRefused: refused, limit: limit == 0 ? .max : limit) ?? []
    let sites = PushSites(try await store?.pushSubscriptions() ?? [])
    try await store?.close()
    let messages = found.reversed()
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.memberArray("messages") { writer in
          for message in messages { message.write(to: &writer) }
        }
      }
      try terminal.print(writer.string)
    } else if messages.isEmpty {
      terminal.say("Nothing was posted to the push service.")
    } else {
      for message in messages {
        try terminal.print(PushPrinter.line(message, sites, terminal))
        if let hint = message.refusal?.hint {
          try terminal.print("    → " + hint.escapedForTerminal)
        }
      }
    }
  }
}
