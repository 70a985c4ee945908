/// A page that somebody asks about.
package struct OriginQuestion: Sendable, Hashable {
  package let url: String
  package let origin: String
  /// The services that it is about; empty: all.
  package var services: Set<Service>
  /// Start the service worker if it sleeps.
  package var wakesWorker: Bool
  /// Whose browser is meant; nil: any.
  package var source: SourceID?

  package init(
    url: String, services: Set<Service> = [], wakesWorker: Bool = false, source: SourceID? = nil
  ) throws(UsageError) {
    guard let origin = OriginFacts.origin(of: url),
      origin.hasPrefix("http://") || origin.hasPrefix("https://")
    else {
      throw UsageError(
        "“\(url.escapedForTerminal)” is no page of a site.",
        hint: "Service workers are to be had over https and http alone.")
    }
    self.url = url
    self.origin = origin
    self.services = services
    self.wakesWorker = wakesWorker
    self.source = source
  }
}

/// Answers from the browsers that a process records.
package protocol OriginLooking: Sendable {
  /// Nil if no such browser is recorded.
  func report(on question: OriginQuestion) async throws -> OriginReport?
}

extension OriginFacts {
  /// Adds how many events of the origin a source has.
  package mutating func addRecorded(in store: any EventStore, of source: Source) async throws {
    let selection = EventSelection(origins: [origin], sources: [source.id])
    recorded = Dictionary(uniqueKeysWithValues: Service.allCases.map { ($0, 0) })
    for bucket in try await store.histogram(selection, width: .days(365)) {
      recorded[bucket.service, default: 0] += bucket.events
    }
  }

  /// Adds when the origin's pending syncs fire, as a profile's folder says; nothing if it can't be read.
  package mutating func addPendingSyncs(
    from inspector: (any ProfileInspector)?, of place: SourcePlace?
  ) {
    guard let inspector, case .profile(let userDataDir, let profileDir) = place else { return }
    let folder = ProfileFolder(userDataDir: userDataDir, name: profileDir)
    let report = try? inspector.inspect(folder, within: .seconds(5))
    pendingSyncs = report?.syncs.filter { $0.origin.withoutTrailingSlash == origin }
  }

  /// Takes how a source is recorded from what its recorder has noted.
  package mutating func addRecording(in store: any EventStore, of source: Source) async throws {
    for (service, facts) in try await store.facts(of: source.id) {
      guard let isRecording = facts.isRecording else { continue }
      recording[service] = Recording(isOn: isRecording, ends: facts.lease.expires)
    }
  }
}
