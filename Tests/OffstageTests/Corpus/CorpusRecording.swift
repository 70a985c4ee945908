import CDP
import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting

/// A scenario that was played: what of the store is its, and how that becomes a file.
struct CorpusRecording: Sendable {
  var scenario: CorpusScenario
  var origin: String
  var registrations: Set<String>
  var began: Timestamp
  var ended: Timestamp
  /// When its browser ran and was recorded.
  var watched: [Watched]
  var conditions: [WorkerContextEntry] = []
  /// What has no origin; of a scenario that has the browser to itself.
  var hasGaps = false

  struct Watched: Sendable {
    var from: Timestamp
    var to: Timestamp
  }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/corpus").path

  func write(from bench: Bench, browser: String) async throws {
    let store = try SQLiteEventStore.open(at: bench.storePath)
    let page = try await store.events(
      EventQuery(EventSelection(origins: [origin]), order: .ascending, limit: 100_000))
    var file = CorpusFile(scenario: scenario, origin: origin, browser: browser)
    for event in page.events where event.logged.timestamp <= ended { file.add(event) }
    if let source = try await store.sources().first {
      for entry in try await worker(in: store, of: source) { file.add(entry) }
    }
    if hasGaps {
      for gap in try await store.gaps(EventSelection()) { file.add(gap) }
    }
    for condition in conditions { file.add(condition) }
    for subscription in try await store.pushSubscriptions() where subscription.origin == origin {
      file.add(subscription)
    }
    for message in try await pushes(in: store) { file.add(message) }
    for run in watched { file.addWatched(from: run.from, to: run.to) }
    try await store.close()
    try file.write(into: Self.folder)
  }

  /// Those to the site's subscriptions, and to none; of very many the last.
  private func pushes(in store: SQLiteEventStore) async throws -> [PushMessage] {
    let posted = try await store.postedPushes(EventSelection(), limit: 100_000).filter { push in
      (began...ended).contains(push.message.received)
        && (push.subscription.map { $0.origin == origin }
          ?? (push.message.subscription == "nobody-of-" + scenario.name.prefix(40)))
    }
    return posted.suffix(10).map(\.message)
  }

  private func worker(
    in store: SQLiteEventStore, of source: Source
  ) async throws -> [WorkerContextEntry] {
    var entries: [WorkerContextEntry] = []
    for registration in registrations.sorted() {
      guard let probe = probe(registration, of: source) else { continue }
      entries += try await store.workerContext(of: probe, within: .minutes(60))
        .filter { (began...ended).contains($0.at) }
    }
    return entries
  }

  /// The store tells of a worker by an event, and a worker may have none.
  private func probe(_ registration: String, of source: Source) -> StoredEvent? {
    let logged = LoggedEvent(
      timestampNumber: JSONNumber(millionths: began.micros), service: .pushMessaging,
      eventName: "", instanceId: "", origin: origin, storageKey: nil,
      serviceWorkerRegistrationId: registration, metadata: [])
    return logged.map {
      StoredEvent(
        id: 0, identity: EventIdentity(of: $0), logged: $0, received: began, capture: .live,
        source: SourceName(id: source.id, name: source.name), scope: nil)
    }
  }
}
