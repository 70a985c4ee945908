import OffstageCore

/// Does what a step of the network, a push, a sync or a notification says.
struct ScenarioTrigger {
  let stage: any Stage
  let clock: any WallClock
  let values: [String: String]

  /// How long the browser may take to do what it was told.
  private static let patience = Interval.seconds(10)

  func perform(_ action: StepAction) async throws {
    switch action {
    case .network(let connectivity): try await trigger(.network(connectivity, worker(nil)))
    case .push(let data, let scope):
      try await trigger(.push(worker(scope), data: data?.expanded(values)))
    case .sync(let tag, let isLastChance, let scope):
      try await trigger(
        .sync(worker(scope), tag: tag.expanded(values), isLastChance: isLastChance))
    case .periodicSync(let tag, let scope):
      try await trigger(.periodicSync(worker(scope), tag: tag.expanded(values)))
    case .notification(let step): try await handle(step)
    default: preconditionFailure("This step triggers nothing")
    }
  }

  private func trigger(_ action: TriggerAction) async throws {
    let answer = try await stage.trigger(action, patience: Self.patience)
    // What came of what the browser took is for the expectations to judge.
    guard answer.verdict == .failed else { return }
    throw StepFailure(
      answer.reason ?? "The browser did not do it.", hint: answer.hint,
      operations: answer.operations)
  }

  /// A scope is written as a path or whole.
  private func worker(_ scope: WrittenText?) -> WorkerSelector {
    let scope = scope?.expanded(values)
    return WorkerSelector(
      origin: stage.origin, scope: scope.map { $0.hasPrefix("/") ? stage.origin + $0 : $0 })
  }

  // MARK: Notifications

  private func handle(_ step: NotificationStep) async throws {
    guard let desk = stage.desk else {
      throw StepFailure(
        "Notifications can't be seen here.", kind: .broken,
        hint: "They need a message bus of our own, which runs on Linux.")
    }
    let limit = step.within ?? Self.patience
    let title = step.title?.expanded(values)
    guard let shown = try await find(title, on: desk, within: limit) else {
      let what = title.map { "No notification “\($0.escapedForTerminal)”" } ?? "No notification"
      let others = await desk.shown().map { "“\($0.title.escapedForTerminal)”" }
      throw StepFailure(
        "\(what) was shown within \(limit.short).",
        hint: others.isEmpty ? nil : "Shown are \(others.joined(separator: ", ")).")
    }
    let gesture = try gesture(of: step, on: shown)
    do {
      try await desk.perform(gesture, on: shown.number)
    } catch {
      throw StepFailure(
        "The notification “\(shown.title.escapedForTerminal)” \(words(of: error)).")
    }
  }

  private func words(of fault: GestureFault) -> String {
    switch fault {
    case .gone: "has gone"
    case .noSuchAction: "has fewer buttons than that"
    case .takesText: "has a button there that takes a text: use `reply`"
    case .takesNoText: "takes no text"
    }
  }

  private func gesture(
    of step: NotificationStep, on shown: ShownNotification
  ) throws -> NotificationGesture {
    switch step.deed {
    case .click: return .click
    case .dismiss: return .dismiss
    case .reply: return .reply(step.text?.expanded(values) ?? "")
    case .action:
      let words = step.button?.expanded(values) ?? ""
      let titles = shown.actions.map(\.title)
      guard let index = titles.firstIndex(of: words) else {
        throw StepFailure(
          "The notification “\(shown.title.escapedForTerminal)” has no button "
            + "“\(words.escapedForTerminal)”.",
          hint: titles.isEmpty
            ? "It has none." : "It has \(titles.map(\.escapedForTerminal).joined(separator: ", "))."
        )
      }
      return .action(index)
    }
  }

  /// The newest with that title, as soon as there is one.
  private func find(
    _ title: String?, on desk: any NotificationDesk, within limit: Interval
  ) async throws -> ShownNotification? {
    let fits = { @Sendable (shown: ShownNotification) in title.map { $0 == shown.title } ?? true }
    return try await withThrowingTaskGroup(of: ShownNotification?.self) { group in
      group.addTask {
        for await _ in await desk.changes() {
          if let found = await desk.shown().last(where: fits) { return found }
        }
        try Task.checkCancellation()
        return nil
      }
      group.addTask {
        try await clock.sleep(for: limit)
        return await desk.shown().last(where: fits)
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
