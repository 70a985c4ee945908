/// An operation with its scene, as rules read it.
struct OperationCase {
  let scene: OperationScene
  let story: OperationStory

  init(_ scene: OperationScene) {
    self.scene = scene
    story = scene.story
  }

  var operation: Operation { scene.operation.operation }
  var service: Service { scene.operation.service }
  var state: OperationState { operation.state }
  var instance: String { scene.operation.instanceId }
  var events: [StoredEvent] { scene.events }
  var lastRun: OperationStory.Run? { story.runs.last }

  func event(_ name: String) -> StoredEvent? { events.first { $0.logged.eventName == name } }
  func lastEvent(_ name: String) -> StoredEvent? { events.last { $0.logged.eventName == name } }
  func events(_ name: String) -> [StoredEvent] { events.filter { $0.logged.eventName == name } }

  /// How long its service has been watched since.
  func watched(since moment: Timestamp) -> Interval { scene.watchedUntil - moment }

  /// A verdict that shows all of these events, at the time of the last.
  func verdict(_ message: String, mend: String, _ shown: [StoredEvent]) -> Verdict {
    Verdict(
      message: message, mend: mend, at: shown.last?.logged.timestamp ?? operation.changed,
      events: shown.map(\.id))
  }

  // MARK: Its worker

  /// A worker's mistake is told some milliseconds after the end of the handler that made it.
  private static let lateness = Interval.seconds(1)

  /// What the worker reported while the handler ran; each once, though the browser may repeat it.
  func mistakes(from: Timestamp, to: Timestamp?) -> [WorkerMistake] {
    let until = to.map { $0 + Self.lateness } ?? scene.watchedUntil
    var mistakes: [WorkerMistake] = []
    for entry in scene.worker where entry.at >= from && entry.at <= until {
      guard let mistake = WorkerMistake(entry, scene.operation),
        !mistakes.contains(where: { $0.text == mistake.text && $0.place == mistake.place })
      else { continue }
      mistakes.append(mistake)
    }
    return mistakes
  }

  func mistakes(of run: OperationStory.Run) -> [WorkerMistake] {
    mistakes(from: run.from, to: run.to)
  }

  /// What a handler reported that is logged as a success; whose it may be else, as a sentence with a
  /// space before it. A rejected promise is that of a handler beside it which is logged as failed.
  func hiddenMistake(of run: OperationStory.Run) -> (mistake: WorkerMistake, doubt: String)? {
    for mistake in mistakes(of: run) {
      let others = runsOfOthers(at: mistake.at)
      // Of two one after the other it is the later one's.
      if let end = run.to, others.contains(where: { $0.from >= end }) { continue }
      guard !mistake.isOfPromise || !others.contains(where: { $0.outcome == .failed }) else {
        continue
      }
      let doubt =
        others.isEmpty
        ? ""
        : " \(others.count.of("other handler", "other handlers")) ran then too; it may be theirs."
      return (mistake, doubt)
    }
    return nil
  }

  /// How many other handlers of this worker ran at that moment: the mistake may be theirs.
  func othersRunning(at moment: Timestamp) -> Int { runsOfOthers(at: moment).count }

  private func runsOfOthers(at moment: Timestamp) -> [OperationStory.Run] {
    scene.neighbours.filter {
      $0.operation.serviceWorkerRegistrationId == scene.operation.serviceWorkerRegistrationId
    }.compactMap { other in
      OperationStory(of: other.operation.operation, other.events).runs.first { run in
        run.from <= moment && moment <= (run.to ?? moment) + Self.lateness
      }
    }
  }

  /// The first state of the worker from then on of which `condition` holds.
  func worker(
    since moment: Timestamp, _ condition: (WorkerContext) -> Bool
  ) -> WorkerContextEntry? {
    scene.worker.first {
      $0.context.kind == .version && $0.at >= moment && condition($0.context)
    }
  }

  /// When the browser that was watched then was seen last, if it has ended.
  func browserEnd(after moment: Timestamp) -> Timestamp? {
    scene.runs.first { $0.from <= moment && ($0.to ?? moment) >= moment }?.to
  }
}

/// What a worker reported: a mistake that nothing caught.
struct WorkerMistake: Hashable {
  /// Without the browser's own words around it.
  var text: String
  /// `sw.js:14`, if the browser says where.
  var place: String?
  /// Nothing waited for the promise that it rejected.
  var isOfPromise: Bool
  var at: Timestamp
  var source: SourceName
  var origin: String?
  var scope: String?

  init?(
    _ entry: WorkerContextEntry, source: SourceName, origin: String?, scope: String?
  ) {
    guard entry.context.kind == .error else { return nil }
    var rest = entry.context.text[...]
    if rest.hasPrefix("Uncaught ") { rest = rest.dropFirst("Uncaught ".count) }
    isOfPromise = rest.hasPrefix("(in promise) ")
    if isOfPromise { rest = rest.dropFirst("(in promise) ".count) }
    text = String(rest)
    let script = entry.context.scriptURL.map { url in
      String(url.split(separator: "/").last?.prefix { $0 != "?" && $0 != "#" } ?? "")
    }
    // The browser counts lines from 0; some mistakes have no place, which is line 0 without script.
    place = script.flatMap { script in
      script.isEmpty ? nil : entry.context.line.map { "\(script):\($0 + 1)" } ?? script
    }
    at = entry.at
    self.source = source
    self.origin = origin
    self.scope = scope
  }

  init?(_ entry: WorkerContextEntry, _ operation: StoredOperation) {
    self.init(
      entry, source: operation.source, origin: operation.origin, scope: operation.scope)
  }

  /// “Error: the server answered 503” (sw.js:7)
  var words: String { text.quoted + (place.map { " (\($0.shortened(to: 80)))" } ?? "") }
}
