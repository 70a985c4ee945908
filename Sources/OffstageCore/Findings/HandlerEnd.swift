/// Why a handler that was called has no end in the log.
struct HandlerEnd {
  var words: String
  var mend: String
  var isUnregistered = false

  /// Nil while its end may still come.
  init?(_ subject: OperationCase, _ run: OperationStory.Run) {
    if let gone = subject.worker(since: run.from, { $0.text == WorkerContext.unregistered }) {
      words = "its worker was unregistered \((gone.at - run.from).short) later"
      mend = "Unregister a worker only when nothing of it is under way."
      isUnregistered = true
      return
    }
    let stopped = subject.worker(since: run.from) { $0.runningStatus == "stopped" }
    let ended = subject.browserEnd(after: run.from).flatMap {
      $0 < subject.scene.watchedUntil ? $0 : nil
    }
    // A worker that is found stopped in the browser's next run ended with the one before.
    if let ended, stopped.map({ $0.at > ended }) ?? true {
      words = "the browser ended \((ended - run.from).short) later"
      mend =
        "The browser was closed or killed meanwhile. Let the page fetch what was missed when it "
        + "opens next."
      return
    }
    if let stopped {
      words = "its worker was stopped \((stopped.at - run.from).short) later"
      mend =
        "Something stopped the worker: DevTools, another client, the memory's end, or a crash. "
        + "Keep handlers short, and let the page fetch what was missed when it opens next."
      return
    }
    let passed = subject.watched(since: run.from)
    guard passed > Operation.patience(of: subject.service) else { return nil }
    words = "nothing more was logged of it in \(passed.short)"
    mend =
      "The worker crashed, or was stopped while nobody watched it. Keep handlers short, and let the "
      + "page fetch what was missed when it opens next."
  }
}
