import ArgumentParser
import Foundation
import JSON
import OffstageCore
import OffstageStore

struct ImportVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in the events of files that DevTools or `offstage export` has saved.",
    discussion: """
      A file of DevTools' becomes a source of its own, named as the file, and stays until it is \
      removed. A file in jsonl goes to the sources that it names. What is there already is not \
      stored twice. A line or an event that can't be read is named and passed over, the rest is \
      stored, and the exit status is 1.

      EXAMPLES
        offstage import pushMessaging-20261122T140217.json
        ssh box offstage export --format jsonl | offstage import -
      """)

  @Argument(
    help: ArgumentHelp("Files; - for stdin.", valueName: "file"),
    completion: .file(extensions: ["json", "jsonl"]))
  var files: [String]

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard files.filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("There is one stdin; give - once.")
    }
  }

  func run() async throws {
    let terminal = common.terminal
    // A name that is mistyped is told before anything is stored.
    let files = try self.files.filter { $0 != "-" }.reduce(into: [String: ImportFile]()) {
      $0[$1] = try ImportFile.open(at: $1)
    }
    let store = try common.openStore()
    var results: [Import.Result] = []
    for path in self.files {
      let file = try files[path] ?? spooledInput()
      terminal.progress("\(file.name): checking")
      let result = try await Import(file).run(store: store, clock: SystemClock()) { progress in
        terminal.progress("\(file.name): \(progress.stored) of \(progress.of) events")
      }
      results.append(result)
      warn(of: result, in: file)
      if !json { try terminal.print(line(result, of: file)) }
    }
    if json { try terminal.print(document(results)) }
    try await store.close()
    if results.contains(where: { $0.skipped > 0 }) { throw VerdictNo() }
  }

  private func warn(of result: Import.Result, in file: ImportFile) {
    let terminal = common.terminal
    for fault in result.faults { terminal.warn("Skipped: \(fault.sentence(of: file.name))") }
    let more = result.skipped - result.faults.count
    if more > 0 { terminal.warn("Skipped: \(more) more in \(file.name.escapedForTerminal).") }
  }

  private func spooledInput() throws -> ImportFile {
    try common.folder.create()
    let file = try ImportFile.spool(as: "stdin", in: common.folder.path)
    while let part = try readInput(), !part.isEmpty { try file.append(Array(part)) }
    return file
  }

  private func readInput() throws(UsageError) -> Data? {
    do {
      return try FileHandle.standardInput.read(upToCount: 256 << 10)
    } catch {
      throw UsageError(
        "stdin can't be read: \(error.reason).",
        hint: "Give it what a program writes, or name the file: offstage import FILE.")
    }
  }

  private func line(_ result: Import.Result, of file: ImportFile) -> String {
    let events = "\(result.added) \(result.added == 1 ? "event" : "events") added"
    let known = result.known > 0 ? ", \(result.known) there already" : ""
    let others = Import.Beside.allCases.compactMap { kind in
      result.beside[kind].map { kind.counted($0) }
    }
    let beside = others.isEmpty ? "" : ", with \(others.joined(separator: ", "))"
    let skipped = result.skipped > 0 ? ", \(result.skipped) skipped that can't be read" : ""
    let kinds = result.unknown.sorted { $0.key < $1.key }.map { "\($0.value) “\($0.key)”" }
    let unknown =
      kinds.isEmpty ? "" : ", lines of kinds not known here: \(kinds.joined(separator: ", "))"
    let sources = result.sources.map { "“\($0.name)”" }.joined(separator: ", ")
    let place = sources.isEmpty ? "" : ", source \(sources)"
    return "\(file.name): \(events)\(known)\(beside)\(skipped)\(unknown)\(place)".escapedForTerminal
  }

  private func document(_ results: [Import.Result]) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.memberArray("imports") { writer in
        for result in results { result.write(to: &writer) }
      }
    }
    return writer.string
  }
}

extension Error {
  /// What the system says of it, which Foundation wraps.
  fileprivate var reason: String {
    let error = self as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return cause.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(Int32(cause.code))) : error.localizedDescription
  }
}
