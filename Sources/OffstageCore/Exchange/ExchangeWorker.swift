package import JSON

/// What a worker did, in a file: it explains events, as they stand beside it.
package struct ExchangeWorker: Sendable, Hashable {
  package var source: SourceID
  package var entry: WorkerContextEntry

  package init(source: SourceID, entry: WorkerContextEntry) {
    self.source = source
    self.entry = entry
  }
}

extension ExchangeLines {
  package static func write(_ worker: ExchangeWorker, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "worker")
      writer.member("source", worker.source.description)
      writer.member("at", worker.entry.at)
      worker.entry.context.writeMembers(to: &writer)
    }
    writer.separator("\n")
  }

  /// The members of a worker's line, but for its source.
  struct WorkerMembers {
    private var at: Timestamp?
    private var kind: WorkerContext.Kind?
    private var (registrationId, versionId): (String?, String?)
    private var (script, message, status, runningStatus): (String?, String?, String?, String?)
    private var (line, column): (Int?, Int?)

    /// False if the member is not one of them.
    mutating func read(_ key: JSONKey, _ reader: inout JSONReader) throws(JSONError) -> Bool {
      switch key {
      case "atMicros": at = try readMoment(&reader)
      case "kind":
        let name = try reader.readString()
        kind = WorkerContext.Kind.allCases.first { $0.name == name }
      case "serviceWorkerRegistrationId": registrationId = try reader.readString()
      case "versionId": versionId = try reader.readString()
      case "script": script = try reader.readNull() ? nil : try reader.readString()
      case "message": message = try reader.readString()
      case "status": status = try reader.readString()
      case "runningStatus": runningStatus = try reader.readNull() ? nil : try reader.readString()
      case "line": line = try reader.readNull() ? nil : try reader.readInt()
      case "column": column = try reader.readNull() ? nil : try reader.readInt()
      default: return false
      }
      return true
    }

    var entry: WorkerContextEntry? {
      guard let at, let kind, let registrationId, let versionId,
        let text = kind == .error ? message : status
      else { return nil }
      return WorkerContextEntry(
        context: WorkerContext(
          kind: kind, registrationId: registrationId, versionId: versionId, scriptURL: script,
          text: text, runningStatus: runningStatus, line: line, column: column),
        at: at)
    }
  }

  static func readMoment(_ reader: inout JSONReader) throws(JSONError) -> Timestamp? {
    if try reader.readNull() { return nil }
    let number = try reader.readNumber()
    guard case .decimal(let micros, 0) = number,
      let moment = Timestamp(seconds: JSONNumber(millionths: micros))
    else { throw reader.error(.numberOutOfRange) }
    return moment
  }
}
