import ArgumentParser
import Foundation
import JSON
import OffstageCore

struct PushTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push", abstract: "Deliver a push to a service worker.",
    discussion: """
      As DevTools does: without a push service, encryption, permission or message id. With --real \
      it is encrypted for the worker's subscription, signed, and posted to the push service of \
      `offstage open --push`, and takes the whole way from there; no key of the site is needed. \
      The payload is text: the protocol carries no other bytes. Without an option it is read from \
      standard input, if that is no terminal.
      """)

  @Option(help: "The payload.")
  var text: String?

  @Option(
    name: .customLong("json-file"),
    help:
      "A file with the payload, sent as it is once it was seen to be JSON; - for standard input.",
    completion: .file(extensions: ["json"]))
  var jsonFile: String?

  @Option(
    help: "A file with the payload, sent as it is; - for standard input.", completion: .file())
  var file: String?

  @Flag(help: "No payload: the event's data is null.")
  var empty = false

  @Flag(help: "Through the push service, to what the worker has subscribed for.")
  var real = false

  @OptionGroup var worker: WorkerOptions
  @OptionGroup var options: TriggerOptions

  /// Chromium takes more over the protocol; push services take less (RFC 8030 §7.2).
  private static let limit = 1 << 20

  func validate() throws {
    if [text != nil, jsonFile != nil, file != nil, empty].filter({ $0 }).count > 1 {
      throw ValidationError("Give one of --text, --json-file, --file and --empty.")
    }
  }

  func run() async throws {
    let data = try payload()
    let worker = try worker.selector()
    try await TriggerVerb.run(
      real ? .webPush(worker, data: data) : .push(worker, data: data), options)
  }

  private func payload() throws -> String? {
    if empty { return nil }
    if let text { return text }
    if jsonFile == nil, file == nil, isatty(STDIN_FILENO) == 1 {
      throw UsageError(
        "The push has no payload.",
        hint: "Add --text TEXT, --json-file FILE, --file FILE or --empty.")
    }
    let input = InputFile(jsonFile ?? file ?? "-")
    let bytes = try input.read(atMost: Self.limit, as: "push")
    if jsonFile != nil {
      do throws(JSONError) {
        _ = try RawJSON(parsing: bytes)
      } catch {
        throw UsageError("\(input.name) is no JSON: \(error).")
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UsageError(
        "\(input.name) is not UTF-8 text, and the protocol delivers nothing else.",
        hint: "Send bytes by a push service.")
    }
    return text
  }
}
