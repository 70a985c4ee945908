/// What workers did, and when they were watched.
extension Redaction {
  func redact(_ report: WorkerReport) -> WorkerReport {
    var redacted = report
    redacted.source = redact(report.source)
    redacted.origin = report.origin.map(address)
    redacted.scope = report.scope.map(address)
    redacted.entries = report.entries.map(redact)
    return redacted
  }

  func redact(_ entry: WorkerContextEntry) -> WorkerContextEntry {
    var entry = entry
    entry.context.registrationId = number(entry.context.registrationId)
    entry.context.versionId = number(entry.context.versionId)
    entry.context.scriptURL = entry.context.scriptURL.map(address)
    entry.context.text =
      entry.context.kind == .error ? thrown(entry.context.text) : status(entry.context.text)
    entry.context.runningStatus = entry.context.runningStatus.map(status)
    return entry
  }

  /// Of what a worker threw its kind stays: the rest may hold anything.
  private func thrown(_ text: String) -> String {
    let kinds = [
      "Error", "TypeError", "ReferenceError", "RangeError", "SyntaxError", "AggregateError",
      "AbortError", "NetworkError", "NotAllowedError", "QuotaExceededError", "InvalidStateError",
    ]
    for start in ["Uncaught (in promise) ", "Uncaught ", ""] where text.hasPrefix(start) {
      for kind in kinds where text.dropFirst(start.count).hasPrefix("\(kind): ") {
        let known = "\(start)\(kind): "
        return known + mark(String(text.dropFirst(known.count)))
      }
    }
    return mark(text)
  }

  /// One of the words that CDP and Offstage have for what became of a worker.
  private func status(_ text: String) -> String {
    let words: Set = [
      "new", "installing", "installed", "activating", "activated", "redundant", "stopped",
      "starting", "running", "stopping", WorkerContext.unregistered, WorkerContext.pageOffline,
      WorkerContext.pageOnline, WorkerContext.workerOffline, WorkerContext.workerOnline,
    ]
    return words.contains(text) ? text : mark(text)
  }
}
