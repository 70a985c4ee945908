/// Stores what a profile's log holds under the source that the profile is recorded as.
///
/// It is what a replay would bring: what is there is not stored twice, and what was removed stays
/// removed. A recorder that holds the source goes on meanwhile (`Docs/adr/0014`).
package struct ProfileImport: Sendable {
  private let store: any EventStore
  private let locks: SourceLocks

  package init(store: any EventStore, locks: SourceLocks) {
    self.store = store
    self.locks = locks
  }

  package struct Result: Sendable, Hashable {
    package var source: Source
    package var added = 0
    package var known = 0
    /// Not stored, because a person has removed them, or they are past how long events are kept.
    package var removed = 0
    /// A recorder holds the source.
    package var isRecorded = false
  }

  /// Events of one transaction, and about so many bytes: others want to write too.
  private static let limit = (events: 1000, bytes: 4 << 20)
  /// So many events tell whether a known profile has moved.
  private static let enough = 256

  /// The source of a profile, if the store knows one.
  package func source(of folder: ProfileFolder) async throws -> Source? {
    try await store.sources().first { $0.place == folder.place }
  }

  /// - Parameter known: the source, where it is not the one that is found by the profile's place.
  /// - Returns: nil when there is nothing to store: then nothing is made.
  package func run(_ report: ProfileReport, as known: Source? = nil) async throws -> Result? {
    let identified = report.identified
    guard !identified.isEmpty else { return nil }
    var result = Result(source: try await source(of: report, known, identified.map(\.identity)))
    let lock = try? locks.lock(result.source)
    result.isRecorded = lock == nil
    if lock != nil { try await note(report, result.source) }
    var writes: [StoreWrite] = []
    var bytes = 0
    for (identity, event) in identified {
      var write = EventWrite(
        identity: identity, logged: event, received: report.read, capture: .inspect,
        observation: nil)
      write.showsLog = lock != nil
      writes.append(.event(write))
      bytes += event.metadata.reduce(0) { $0 + $1.value.utf8.count }
      if writes.count >= Self.limit.events || bytes >= Self.limit.bytes {
        try await flush(&writes, report, &result)
        bytes = 0
      }
    }
    try await flush(&writes, report, &result)
    return result
  }

  private func flush(
    _ writes: inout [StoreWrite], _ report: ProfileReport, _ result: inout Result
  ) async throws {
    guard !writes.isEmpty else { return }
    let group = SourceWrites(source: result.source.id, writes: writes)
    writes.removeAll()
    let written = try await store.write([group], receivedUntil: report.read)
    result.added += written.stored
    result.known += written.known
    result.removed += written.suppressed
  }

  /// So that events show their worker's scope.
  private func note(_ report: ProfileReport, _ source: Source) async throws {
    let writes = report.registrations.map { registration in
      StoreWrite.registration(
        WorkerRegistration(
          registrationId: registration.id, scope: registration.scope, isDeleted: false),
        at: report.read)
    }
    guard !writes.isEmpty else { return }
    _ = try await store.write(
      [SourceWrites(source: source.id, writes: writes)], receivedUntil: report.read)
  }

  private func source(
    of report: ProfileReport, _ known: Source?, _ identities: [EventIdentity]
  ) async throws -> Source {
    if let known { return known }
    let opened = try await store.openSource(
      SourceDescription(
        kind: .profile, place: report.folder.place, suggestedName: report.folder.suggestedName,
        browser: nil, transport: "inspect"),
      at: report.read)
    return try await moved(opened, identities) ?? opened.source
  }

  /// The one known source whose place is gone and that shares events with this one.
  private func moved(
    _ opened: OpenedSource, _ identities: [EventIdentity]
  ) async throws -> Source? {
    // Held while it is decided; one that somebody records is none that has moved.
    let held = opened.movedCandidates.compactMap { try? locks.lock($0, name: "") }
    guard !held.isEmpty else { return nil }
    let step = max(1, identities.count / Self.enough)
    let some = stride(from: 0, to: identities.count, by: step).map { identities[$0] }
    let shared = try await store.shared(some, among: held.map(\.source)).filter { $0.value > 0 }
    guard shared.count == 1, let id = shared.keys.first else { return nil }
    let source = try await store.adopt(id, inPlaceOf: opened.source.id)
    return withExtendedLifetime(held) { source }
  }
}
