import OffstageCapture
import OffstageCore

extension RecordedBrowsers: Driver {
  func perform(
    _ action: TriggerAction, as trigger: Int64, in source: SourceID, patience: Interval
  ) async -> TriggerAnswer {
    for capture in captures {
      guard
        var answer = await capture.perform(action, as: trigger, in: source, patience: patience)
      else { continue }
      if answer.verdict == .nothing, answer.reason == nil {
        let why = await reason(action, source, patience, capture)
        (answer.reason, answer.hint) = (why.message, why.hint)
      }
      return answer
    }
    return TriggerAnswer(.failed, reason: "The browser went away meanwhile.")
  }

  /// Undoes what would outlast us in browsers that go on.
  func letGo(within patience: Interval) async {
    for capture in captures { await capture.letGo(within: patience) }
  }

  /// Why nothing came, as `doctor` sees it.
  private func reason(
    _ action: TriggerAction, _ source: SourceID, _ patience: Interval, _ capture: BrowserCapture
  ) async -> UsageError {
    let nothing = UsageError("Nothing came of it within \(patience.short).")
    guard let service = action.service else { return nothing }
    if let facts = try? await store.facts(of: source)[service], facts.isRecording == false {
      return UsageError(
        "The browser does not record \(service.title), so nothing can be seen of it.",
        hint: "offstage record on --service \(service.shortName)")
    }
    guard let url = await capture.scope(meantBy: action, in: source),
      let question = try? OriginQuestion(
        url: url, services: [service], wakesWorker: true, source: source),
      let found = try? await report(on: question),
      let fault = found.checks.first(where: { $0.verdict == .no })
    else { return nothing }
    return UsageError("\(nothing.message) \(fault.message)", hint: fault.mend)
  }
}
