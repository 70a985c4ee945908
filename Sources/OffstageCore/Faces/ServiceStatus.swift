package import JSON

/// How one service of one source is recorded.
package struct ServiceStatus: Sendable, Hashable {
  package var source: SourceName
  package var service: Service
  package var facts: ServiceFacts
  /// A recorder holds the source: what the facts say of recording is true now.
  package var isHeld: Bool
  /// What was imported has no browser, and Firefox has no log.
  package var isRecordable = true

  package init(source: SourceName, service: Service, facts: ServiceFacts, isHeld: Bool) {
    self.source = source
    self.service = service
    self.facts = facts
    self.isHeld = isHeld
  }

  /// Of every source, in the order in which they were first recorded, and of all six services.
  package static func all(
    store: any EventStore, locks: SourceLocks
  ) async throws -> [ServiceStatus] {
    var statuses: [ServiceStatus] = []
    for source in try await store.sources() {
      let facts = try await store.facts(of: source.id)
      let name = SourceName(id: source.id, name: source.name)
      let isHeld = source.kind != .import && locks.isHeld(source.id)
      statuses += Service.allCases.map { service in
        var status = ServiceStatus(
          source: name, service: service, facts: facts[service] ?? ServiceFacts(), isHeld: isHeld)
        status.isRecordable =
          source.kind != .import && (!source.isFirefox || service == .pushMessaging)
        return status
      }
    }
    return statuses
  }

  /// What a recorder aims at: recording is wanted until somebody says otherwise.
  package var isWanted: Bool { isRecordable && facts.wanted ?? true }

  /// The status in `record status --json` and HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("source", source)
      writer.member("service", service.rawValue)
      writer.member("count", facts.events)
      writer.member("isHeld", isHeld)
      writer.member("isRecordable", isRecordable)
      writer.member("wanted", isWanted)
      writer.member(orNull: "wantedBy", facts.wantedBy?.rawValue)
      if let isRecording = facts.isRecording {
        writer.member("isRecording", isRecording)
      } else {
        writer.memberNull("isRecording")
      }
      writeLease(to: &writer)
      writeLastReplay(to: &writer)
      writer.member("seenUntil", facts.seenUntil)
      writer.member("clearedUpTo", facts.clearedUpTo)
      writer.member("suppressed", facts.suppressed)
    }
  }

  private func writeLease(to writer: inout JSONWriter) {
    guard facts.lease.lastRenewal != nil else {
      writer.memberNull("lease")
      return
    }
    writer.memberObject("lease") { writer in
      writer.member("renewed", facts.lease.lastRenewal)
      writer.member("expires", facts.lease.expires)
    }
  }

  private func writeLastReplay(to writer: inout JSONWriter) {
    guard let replay = facts.lastReplay else {
      writer.memberNull("lastReplay")
      return
    }
    writer.memberObject("lastReplay") { writer in
      writer.member("events", replay.events)
      writer.member("durationMicros", replay.duration.micros)
      writer.member("ended", replay.ended)
    }
  }
}
