import JSON

/// What went wrong and is of no operation: a worker's mistake, a post to the push service, a gap.
struct FindingBeside: Sendable {
  /// As it may be shown.
  var finding: Finding
  var source: SourceID?
  /// By which it is selected; a gap that is still open has no end.
  var from: Timestamp
  var to: Timestamp?
}

extension FindingSearch {
  private static let mistakeLimit = 1000
  private static let pushLimit = 2000

  /// - Parameter redaction: all that is said is then made of what may be shown.
  func beside(
    store: any EventStore, _ redaction: Redaction? = nil
  ) async throws -> [FindingBeside] {
    var found: [FindingBeside] = []
    if isOfWorkersToo {
      for report in try await store.workerReports(selection, limit: Self.mistakeLimit) {
        found += Findings.of(redaction?.redact(report) ?? report).filter {
          selection.services.isEmpty || $0.service.map(selection.services.contains) ?? false
        }.map { FindingBeside(finding: $0, source: report.source.id, from: $0.at, to: $0.at) }
      }
    }
    if selection.mayHavePushes {
      for push in try await store.postedPushes(selection, limit: Self.pushLimit) {
        let received = push.message.received
        found += (redaction?.findings(of: push) ?? Findings.of(push)).map {
          FindingBeside(finding: $0, source: push.source?.id, from: received, to: received)
        }
      }
    }
    if isOfGapsToo {
      found += try await store.gaps(selection).compactMap { gap in
        Findings.of(redaction?.redact(gap) ?? gap)
          .map { FindingBeside(finding: $0, source: gap.source.id, from: gap.from, to: gap.to) }
      }
    }
    return found.sorted { $0.finding.isBefore($1.finding) }
  }

  /// A worker's mistake is of a source, an origin and a time: of nothing else that an event has.
  private var isOfWorkersToo: Bool {
    selection.outcomes.isEmpty && selection.instances.isEmpty && selection.captures.isEmpty
      && selection.words.isEmpty && !isOfSingleEvents
  }

  /// It names what only an event has.
  private var isOfSingleEvents: Bool {
    !selection.hosts.isEmpty || !selection.names.isEmpty || !selection.scopes.isEmpty
      || !selection.states.isEmpty || !selection.pairs.isEmpty || selection.isTrigger != nil
      || !selection.rest.isEmpty
  }

  private var isOfGapsToo: Bool { isOfWorkersToo && selection.origins.isEmpty }
}

extension Finding {
  func isBefore(_ other: Finding) -> Bool {
    (at, rule, instanceId) < (other.at, other.rule, other.instanceId)
  }
}

extension Redaction {
  /// What the push service answered may quote what was sent: the rule's own words and the code stand
  /// for it.
  fileprivate func findings(of push: PostedPush) -> [Finding] {
    var redacted = redact(push)
    redacted.message.refusal?.hint = nil
    let refusal = redacted.message.refusal
    return Findings.of(redacted).map { finding in
      guard let refusal, finding.message.hasSuffix(refusal.detail),
        let note = Findings.notes.first(where: { $0.id == finding.rule })
      else { return finding }
      var said = finding
      said.message = "\(note.about) It was answered with \(push.message.status), \(refusal.code)."
      return said
    }
  }
}

extension FindingBeside {
  /// As `Web/report/elsewhere.js` reads it.
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("fromMicros", from.micros)
      writer.member(orNull: "toMicros", to?.micros)
      writer.key("finding")
      finding.write(to: &writer)
    }
  }
}
