import ArgumentParser
import Foundation
import JSON
import OffstageCore
import OffstageInspect
import OffstageStore

struct InspectVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Read the log in a browser's profile folder, whether the browser runs or not.",
    discussion: """
      The browser keeps its log in its profile, and beside it what no protocol tells: when a sync is \
      tried again, how far a background fetch is, until when each service is recorded. Nothing is \
      written there, and the browser may be running or have been killed. Incognito windows keep \
      nothing on the disk.

      EXAMPLES
        offstage inspect ~/.config/chromium
        offstage inspect ~/.config/chromium/Default --json | jq .pendingSyncs
        offstage inspect /mnt/backup/chromium --import
      """)

  @Argument(
    help: ArgumentHelp(
      "What a browser was started with as --user-data-dir, or a profile's folder in it.",
      valueName: "user-data-dir"),
    completion: .directory)
  var path: String

  @Flag(help: "One JSON document.")
  var json = false

  @Flag(
    name: .customLong("import"),
    help: "Store the events under the source that the profile is recorded as.")
  var imports = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let terminal = common.terminal
    let reader = DiskInspector(clock: SystemClock())
    let folders = try reader.profiles(at: path)
    var reports: [ProfileReport] = []
    for folder in folders {
      terminal.progress("reading \(folder.path)")
      reports.append(try reader.inspect(folder, within: nil))
    }
    for report in reports {
      for fault in report.faults { terminal.warn("\(report.folder.path): \(fault)") }
    }
    if imports { try await store(reports) } else { try await show(reports) }
    if let unreadable = reports.first(where: \.isLogUnreadable) {
      throw InspectError(
        "Nothing of the log in \(unreadable.folder.path) can be read.",
        hint: "What is wrong with it is said above.")
    }
  }

  private func show(_ reports: [ProfileReport]) async throws {
    let terminal = common.terminal
    if json {
      let store = try common.storeIfThere()
      let known = try await store?.sources() ?? []
      try await store?.close()
      var writer = JSONWriter()
      ProfileReport.write(reports, to: &writer) { report in
        known.first { $0.place == report.folder.place }?.displayName
      }
      return try terminal.print(writer.string)
    }
    for (index, report) in reports.enumerated() {
      if index > 0 { try terminal.print("") }
      try ProfileText(report, terminal: terminal).print()
    }
    if reports.contains(where: { !$0.events.isEmpty }) {
      terminal.say("For the events add --json, or --import to keep them.")
    }
  }

  // MARK: Import

  private func store(_ reports: [ProfileReport]) async throws {
    let terminal = common.terminal
    let store = try common.openStore()
    let importer = ProfileImport(store: store, locks: SourceLocks(folder: common.folder))
    var results: [(ProfileReport, ProfileImport.Result?)] = []
    for report in reports {
      terminal.progress("storing \(report.events.count) events of \(report.folder.path)")
      let result = try await importer.run(report)
      results.append((report, result))
      if !json { try terminal.print(line(report, result)) }
    }
    if json { try terminal.print(document(results)) }
    try await store.close()
  }

  private func line(_ report: ProfileReport, _ result: ProfileImport.Result?) -> String {
    let path = report.folder.path
    guard let result else { return "\(path): its log is empty.".escapedForTerminal }
    let added = "\(result.added) \(result.added == 1 ? "event" : "events") added"
    let known = result.known > 0 ? ", \(result.known) there already" : ""
    let removed = result.removed > 0 ? ", \(result.removed) left out since they were removed" : ""
    let recorded = result.isRecorded ? ", which is being recorded" : ""
    return "\(path): \(added)\(known)\(removed), source “\(result.source.name)”\(recorded)"
      .escapedForTerminal
  }

  private func document(_ results: [(ProfileReport, ProfileImport.Result?)]) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.memberArray("imports") { writer in
        for (report, result) in results {
          writer.object { writer in
            writer.member("profile", report.folder.name)
            writer.member("path", report.folder.path)
            writer.member("added", result?.added ?? 0)
            writer.member("known", result?.known ?? 0)
            writer.member("removed", result?.removed ?? 0)
            if let result {
              writer.member("source", result.source.displayName)
            } else {
              writer.memberNull("source")
            }
          }
        }
      }
      writer.memberArray("faults") { writer in
        for (report, _) in results {
          for fault in report.faults {
            writer.object { writer in
              writer.member("profile", report.folder.name)
              writer.member("sentence", fault)
            }
          }
        }
      }
    }
    return writer.string
  }
}
