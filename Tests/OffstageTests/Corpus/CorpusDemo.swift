import CDP
import Foundation
import OffstageCore
import OffstageStore

/// What `offstage demo` records: whole, and without the faults that are planted in it.
enum CorpusDemo {
  static let name = "the-demo-without-its-planted-faults"
  static let wholeName = "the-demo-with-its-planted-faults"
  private static let planted: Set<String> = [
    "outbox-gone", "lost-photos", "user_visible_auto_notification",
  ]

  static func record() async throws {
    try await Bench.with { bench in
      let answer = try await bench.run(["demo", "--exit", "--ui-port", "0"], within: .seconds(150))
      guard answer.status == .exited(0) else { throw Unexpected(answer.errors) }
      let store = try SQLiteEventStore.open(at: bench.storePath)
      try await write(
        wholeName, finding: ["sync-gave-up", "fetch-bad-status", "push-generic-notification"],
        of: store)
      let silent = try await store.events(EventQuery(limit: 1000)).events
        .filter { $0.logged.eventName == "Generic notification shown" }.map(\.logged.instanceId)
      try await write(name, without: planted.union(silent), of: store)
      try await store.close()
    }
  }

  private static func write(
    _ name: String, finding rules: [String] = [], without planted: Set<String> = [],
    of store: SQLiteEventStore
  ) async throws {
    let events = try await store.events(EventQuery(order: .ascending, limit: 1000)).events
    guard let first = events.first, let last = events.last else {
      throw Unexpected("the demo has recorded nothing")
    }
    let scenario = CorpusScenario(
      name: name, rules: rules, browser: .patient, worker: "", pages: [:], play: { _ in })
    var file = CorpusFile(
      scenario: scenario, origin: first.logged.origin.withoutTrailingSlash,
      browser: try await store.sources().first?.browser ?? "")
    for event in events where !planted.contains(event.logged.instanceId) { file.add(event) }
    let failures = events.filter { planted.contains($0.logged.instanceId) }
    for number in Set(events.map(\.logged.serviceWorkerRegistrationId)).sorted() {
      guard
        let probe = events.first(where: { $0.logged.serviceWorkerRegistrationId == number })
      else { continue }
      for entry in try await store.workerContext(of: probe, within: .minutes(10))
      where entry.context.kind != .error || !isOf(failures, entry) { file.add(entry) }
    }
    file.addWatched(from: first.logged.timestamp - .seconds(1), to: last.logged.timestamp)
    try file.write(into: CorpusRecording.folder)
  }

  /// Whether a planted fault made a worker say so.
  private static func isOf(_ failures: [StoredEvent], _ entry: WorkerContextEntry) -> Bool {
    failures.contains {
      $0.logged.timestamp <= entry.at + .seconds(1)
        && entry.at <= $0.logged.timestamp + .seconds(1)
    }
  }
}
