import JSON

/// What is saved of operations in a report, as `Web/report/saved-operations.js` reads it.
///
/// Each is what became of it, also where only some of its events are in the report; what points to an
/// event points to those.
struct ReportOperations {
  /// By their numbers in the store: the places of what is in the report.
  private var places: [Int64: Int] = [:]
  private(set) var ids: [Int64] = []
  private var eventNumbers: [Int64: Int] = [:]

  private var rows = JSONWriter()
  private var ruleList = JSONWriter()
  private var rules: [Rule: Int] = [:]
  private var gapList = JSONWriter()
  private var gaps: [Gap: Int] = [:]
  private var shownList = JSONWriter()
  private var shown = 0

  /// What many findings, or many links, have in common: the numbers of texts.
  private struct Rule: Hashable {
    var numbers: [Int]
  }

  var bytes: Int {
    rows.bytes.count + ruleList.bytes.count + gapList.bytes.count + shownList.bytes.count
  }

  /// The place of the operation of an event that is the report's `number`th.
  mutating func place(of event: StoredEvent, number: Int) -> Int? {
    guard let id = event.operationId else { return nil }
    eventNumbers[event.id] = number
    if let known = places[id] { return known }
    places[id] = ids.count
    ids.append(id)
    return ids.count - 1
  }

  // MARK: One operation

  /// In the order of ``ids``; nil for one that is gone meanwhile.
  mutating func add(_ scene: OperationScene?, _ texts: inout ReportTexts) {
    var writer = rows
    rows = JSONWriter()
    writer.array { writer in
      guard let scene else { return }
      write(scene.operation, isStalled: scene.isStalled, &writer, &texts)
      writer.value(scene.watchedUntil.micros)
      let story = scene.story
      writer.array { writer in for run in story.runs { write(run, &writer, &texts) } }
      writer.array { writer in
        for request in story.requests { write(request, &writer, &texts) }
      }
      let own = places[scene.operation.id] ?? 0
      writer.array { writer in
        for link in scene.links { write(link, from: own, &writer, &texts) }
      }
      writer.array { writer in
        for finding in Findings.of(scene) { write(finding, &writer, &texts) }
      }
      writer.array { writer in for gap in scene.gaps { writer.value(number(of: gap)) } }
      writer.array { writer in
        for entry in scene.worker { writer.value(texts.number(of: entry)) }
      }
      writer.array { writer in
        for notification in scene.shown {
          notification.write(to: &shownList)
          writer.value(shown)
          shown += 1
        }
      }
    }
    rows = writer
  }

  private func write(
    _ stored: StoredOperation, isStalled: Bool, _ writer: inout JSONWriter,
    _ texts: inout ReportTexts
  ) {
    let operation = stored.operation
    writer.value(stored.service.code - 1)
    writer.value(texts.number(of: stored.instanceId))
    writer.value(texts.number(of: operation.state.rawValue))
    writer.value(orNull: operation.outcome.map { texts.number(of: $0.rawValue) })
    writer.value(orNull: operation.next?.micros)
    writer.value(operation.began.micros)
    writer.value(operation.changed.micros)
    writer.array { writer in
      for count in [
        operation.events, operation.attempts, operation.answers, operation.failures,
        operation.total,
      ] {
        writer.value(count)
      }
    }
    writer.value(texts.number(of: operation.course))
    writer.value(
      (operation.isTruncated ? 1 : 0) | (operation.marks.contains(.lastChance) ? 2 : 0)
        | (operation.marks.contains(.reregistered) ? 4 : 0) | (operation.state.isOpen ? 8 : 0)
        | (isStalled ? 16 : 0))
    writer.value(texts.number(of: stored.origin.withoutTrailingSlash))
    writer.value(orNull: stored.storageKey.map { texts.number(of: $0) })
    writer.value(texts.number(of: stored.serviceWorkerRegistrationId))
    writer.value(orNull: stored.scope.map { texts.number(of: $0) })
    writer.value(texts.number(of: stored.source))
  }

  // MARK: Its course

  private func write(
    _ run: OperationStory.Run, _ writer: inout JSONWriter, _ texts: inout ReportTexts
  ) {
    writer.array { writer in
      writer.value(run.from.micros)
      writer.value(orNull: run.to?.micros)
      writer.value(orNull: run.outcome.map { texts.number(of: $0.rawValue) })
      writer.value(orNull: run.status.map { texts.number(of: $0) })
      writer.value(run.isLastChance ? 1 : 0)
      writer.value(orNull: run.next?.micros)
      write(events: run.eventIds, &writer)
    }
  }

  private func write(
    _ request: OperationStory.Request, _ writer: inout JSONWriter, _ texts: inout ReportTexts
  ) {
    writer.array { writer in
      writer.value(request.index)
      writer.value(texts.number(of: request.url))
      writer.value(orNull: request.from?.micros)
      writer.value(orNull: request.to?.micros)
      writer.value(orNull: request.status)
      writer.value(orNull: request.responseSize)
      writer.value(orNull: request.uploadSize)
      writer.value(orNull: request.outcome.map { texts.number(of: $0.rawValue) })
      write(events: request.eventIds, &writer)
    }
  }

  /// Two numbers, the second counted from its own place: in a storm there are fifty of each operation.
  private mutating func write(
    _ link: OperationLink, from own: Int, _ writer: inout JSONWriter, _ texts: inout ReportTexts
  ) {
    // What is not in the report is not told of.
    guard let place = places[link.operation.id] else { return }
    let words = [link.kind.rawValue, link.certainty.rawValue, link.sentence]
    writer.value(number(of: Rule(numbers: words.map { texts.number(of: $0) })))
    writer.value(place - own)
  }

  private mutating func write(
    _ finding: Finding, _ writer: inout JSONWriter, _ texts: inout ReportTexts
  ) {
    let rule = Rule(
      numbers: [finding.rule, finding.severity.rawValue, finding.mend, finding.reference]
        .map { texts.number(of: $0) })
    writer.array { writer in
      writer.value(number(of: rule))
      writer.value(texts.number(of: finding.message))
      writer.value(finding.at.micros)
      write(events: finding.events, &writer)
    }
  }

  private func write(events: [Int64], _ writer: inout JSONWriter) {
    writer.array { writer in
      for number in events.compactMap({ eventNumbers[$0] }) { writer.value(number) }
    }
  }

  private mutating func number(of rule: Rule) -> Int {
    if let known = rules[rule] { return known }
    let number = rules.count
    rules[rule] = number
    ruleList.array { writer in for number in rule.numbers { writer.value(number) } }
    return number
  }

  private mutating func number(of gap: Gap) -> Int {
    if let known = gaps[gap] { return known }
    let number = gaps.count
    gaps[gap] = number
    gap.write(to: &gapList)
    return number
  }

  // MARK: The whole

  func write(to writer: inout JSONWriter) {
    writer.member("operations", raw: rows.list)
    writer.member("rules", raw: ruleList.list)
    writer.member("near", raw: gapList.list)
    writer.member("shown", raw: shownList.list)
  }
}

extension OperationScene {
  /// It ran so long ago that no end will come any more.
  var isStalled: Bool { operation.operation.isStalled(at: watchedUntil) }
}
