import JSON

/// What is saved in a report, as `Web/report/saved.js` reads it: events as lists of numbers, each text
/// once.
struct ReportData {
  /// What the pages ask of the store for one event beside it.
  struct Worker {
    var script: String?
    var entries: [WorkerContextEntry] = []
  }

  /// A report of more is slow to open, and too large to be sent.
  static let mostEvents = 50_000
  static let mostBytes = 64 << 20

  private var texts: ReportTexts
  private var events = JSONWriter()
  private(set) var count = 0
  private var spans = InstanceSpans()
  private var operations = ReportOperations()
  private var elsewhere = JSONWriter()
  private var elsewhereCount = 0

  init(sources: [Source]) {
    texts = ReportTexts(sources: sources)
  }

  var bytes: Int { events.bytes.count + texts.bytes + operations.bytes + elsewhere.bytes.count }

  /// The store's numbers of the operations that its events belong to, in the order of these.
  var operationIds: [Int64] { operations.ids }

  /// In the order of ``operationIds``, once all events are in it.
  mutating func add(_ scene: OperationScene?) {
    operations.add(scene, &texts)
  }

  /// What went wrong beside the operations, in the order of time.
  mutating func add(_ findings: [FindingBeside]) {
    elsewhereCount += findings.count
    for finding in findings { finding.write(to: &elsewhere) }
  }

  /// In the order of time.
  mutating func add(_ event: StoredEvent, _ worker: Worker) {
    count += 1
    let logged = event.logged
    var writer = events
    events = JSONWriter()
    writer.array { writer in
      writer.value(logged.timestamp.micros)
      writer.value(event.received.micros)
      writer.value(logged.service.code - 1)
      for text in [logged.eventName, logged.instanceId, logged.origin.withoutTrailingSlash] {
        writer.value(texts.number(of: text))
      }
      writer.value(orNull: logged.storageKey.map { texts.number(of: $0) })
      writer.value(texts.number(of: logged.serviceWorkerRegistrationId))
      writer.value(orNull: event.scope.map { texts.number(of: $0) })
      writer.array { writer in
        for pair in logged.metadata {
          writer.value(texts.number(of: pair.key))
          writer.value(texts.number(of: pair.value))
        }
      }
      writer.value(texts.number(of: event.source))
      writer.value(texts.number(of: event.capture.name))
      writer.value(orNull: logged.outcome.map { texts.number(of: $0.rawValue) })
      writer.value(
        orNull: spans.add(
          InstanceSpan.Event(
            id: Int64(count), timestamp: logged.timestamp, place: event.identity.place,
            source: event.source, origin: logged.origin, instanceId: logged.instanceId,
            outcome: logged.outcome)))
      writer.value(orNull: worker.script.map { texts.number(of: $0) })
      writer.array { writer in
        for entry in worker.entries { writer.value(texts.number(of: entry)) }
      }
      writer.value(orNull: operations.place(of: event, number: count))
      writer.value(orNull: event.triggerId)
    }
    events = writer
  }

  // MARK: The whole

  struct Facts {
    var created: Timestamp
    var version: String
    var filter: String
    var isRedacted: Bool
  }

  mutating func written(_ facts: Facts, sources: [Source], gaps: [Gap]) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: bytes + (64 << 10))
    let spanList = spans.all.map { span in (span, numbers(of: span)) }
    writer.object { writer in
      writer.memberObject("report") { writer in
        writer.member("createdMicros", facts.created.micros)
        writer.member("version", facts.version)
        writer.member("events", count)
        writer.member("elsewhere", elsewhereCount)
        writer.member("filter", facts.filter)
        writer.member("isRedacted", facts.isRedacted)
        writer.memberArray("sources") { writer in
          for source in sources { writer.value(source.name) }
        }
      }
      writer.memberArray("sources") { writer in
        for source in sources {
          writer.object { writer in
            writer.member("id", source.id.description)
            writer.member("name", source.name)
            writer.member("kind", source.kind.rawValue)
            writer.member(orNull: "browser", source.browser)
          }
        }
      }
      writer.memberArray("services") { writer in
        for service in Service.allCases { writer.value(service.rawValue) }
      }
      writer.memberArray("gaps") { writer in for gap in gaps { gap.write(to: &writer) } }
      writer.memberArray("spans") { writer in
        for (span, numbers) in spanList {
          writer.array { writer in
            for number in numbers { writer.value(number) }
            writer.value(span.first.micros)
            writer.value(span.last.micros)
            writer.value(span.events)
            writer.value(orNull: span.outcome.map { texts.number(of: $0.rawValue) })
            writer.value(span.eventId)
          }
        }
      }
      writer.member("events", raw: events.list)
      operations.write(to: &writer)
      writer.member("elsewhere", raw: elsewhere.list)
      texts.write(to: &writer)
    }
    return writer.bytes.escapedForScript
  }

  private mutating func numbers(of span: InstanceSpan) -> [Int] {
    [
      texts.number(of: span.source), span.service.code - 1, texts.number(of: span.origin),
      texts.number(of: span.instanceId),
    ]
  }
}

extension [UInt8] {
  /// JSON in which nothing can end the element that it stands in: outside of texts it has no such
  /// sign (HTML Standard, "Restrictions for contents of script elements").
  fileprivate var escapedForScript: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(count + count / 64)
    for byte in self {
      if byte == UInt8(ascii: "<") { out += Array("\\u003c".utf8) } else { out.append(byte) }
    }
    return out
  }
}
