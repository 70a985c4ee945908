import Foundation
import OffstageCore
import OffstageScenario
import OffstageStore

/// What shows why a scenario failed.
struct ScenarioEvidence: Sendable {
  let store: SQLiteEventStore
  let artifacts: ScenarioArtifacts?
  let scenario: Scenario

  /// So many of the newest events are printed.
  private static let eventLimit = 20
  private static let operationLimit = 3

  func keep(_ pictures: [[UInt8]], named name: String) {
    _ = save(pictures, named: name)
  }

  /// A picture may show what is replaced elsewhere.
  private func save(_ pictures: [[UInt8]], named name: String) -> [String] {
    guard let artifacts, !artifacts.isRedacted else { return [] }
    return pictures.enumerated().compactMap { index, picture in
      let number = pictures.count == 1 ? "" : "-\(index + 1)"
      return artifacts.save(picture, of: scenario, as: "\(name)\(number).png")
    }
  }

  /// While the browser still runs.
  func attempt(_ run: ScenarioRun, on stage: ScenarioStage) async -> ScenarioReport.Attempt {
    var attempt = ScenarioReport.Attempt(
      outcome: .passed, lasted: Interval(micros: 0), steps: run.records)
    guard let failed = run.records.last, let cause = failed.failure else { return attempt }
    attempt.outcome = cause.kind == .unmet ? .failed : .broken
    var failure = ScenarioReport.Failure(
      place: failed.place, step: failed.name, message: cause.message, hint: cause.hint)
    failure.events = await events(since: run.began)
    await explain(&failure, cause.operations)
    failure.artifacts = save(await stage.pictures(), named: "page")
    attempt.failure = failure
    return attempt
  }

  private func events(since moment: Moment) async -> [StoredEvent] {
    let page = try? await store.events(EventQuery(order: .descending, limit: Self.eventLimit))
    return (page?.events ?? []).filter { $0.id > moment.newestId }.reversed()
  }

  private func explain(_ failure: inout ScenarioReport.Failure, _ operations: [Int64]) async {
    let newest = failure.events.reversed().compactMap(\.operationId)
    var seen: Set<Int64> = []
    for id in operations + newest where seen.count < Self.operationLimit && seen.insert(id).inserted
    {
      guard let scene = try? await store.scene(ofOperation: id) else { continue }
      failure.operations.append(scene.operation)
    }
    let found = try? await FindingSearch().run(store: store).findings
    failure.findings = (found ?? []).filter { $0.severity > .info }.suffix(5)
  }

  /// All that was recorded, for `offstage import` and for any browser; once the scenario's has ended.
  func recordings() async -> [String] {
    await [
      recording(.jsonl, named: "recording.jsonl"), recording(.html, named: "report.html"),
    ].compactMap { $0 }
  }

  private func recording(_ format: ExportFormat, named name: String) async -> String? {
    guard let artifacts else { return nil }
    let export = Export(format, of: EventSelection(), isRedacted: artifacts.isRedacted)
    var bytes: [UInt8] = []
    do {
      let page = format == .html ? try ReportPage.embedded() : nil
      try await export.run(store: store, page: page) { bytes += $0 }
    } catch {
      return nil
    }
    return artifacts.save(bytes, of: scenario, as: name)
  }
}

/// The folder for what shows more of failed scenarios: a folder in it for each.
struct ScenarioArtifacts: Sendable {
  let folder: String
  /// What may be secret is replaced, and pictures are left out.
  var isRedacted = false
  /// Counts from 1; of several attempts each has its own.
  var attempt = 1

  /// The path of what was written; nil if it could not be.
  func save(_ bytes: [UInt8], of scenario: Scenario, as name: String) -> String? {
    let file = URL(fileURLWithPath: scenario.place.file).deletingPathExtension().lastPathComponent
    let again = attempt == 1 ? "" : "-attempt-\(attempt)"
    let place = "\(folder)/\(file)\(again)"
    let path = "\(place)/\(name)"
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    } catch {
      return nil
    }
    return path
  }
}
