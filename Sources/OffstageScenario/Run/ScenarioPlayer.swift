package import OffstageCore

/// Plays one scenario on a stage, step by step, until one fails.
package struct ScenarioPlayer: Sendable {
  let scenario: Scenario
  let stage: any Stage
  let clock: any WallClock
  /// How far it is; for who looks on.
  let notify: @Sendable (ScenarioStep) -> Void
  /// Called with the picture's name.
  let keepPictures: @Sendable (String, [[UInt8]]) -> Void

  package init(
    _ scenario: Scenario, on stage: any Stage, clock: any WallClock = SystemClock(),
    keepPictures: @escaping @Sendable (String, [[UInt8]]) -> Void = { _, _ in },
    notify: @escaping @Sendable (ScenarioStep) -> Void = { _ in }
  ) {
    self.scenario = scenario
    self.stage = stage
    self.clock = clock
    self.keepPictures = keepPictures
    self.notify = notify
  }

  /// How long a page or a trigger may take where the file says nothing.
  static let patience = Interval.seconds(30)

  /// Throws only when it is cancelled.
  package func play() async throws(CancellationError) -> ScenarioRun {
    var run = ScenarioRun(
      scenario, from: await moment(), site: stage.origin,
      applicationServerKey: stage.applicationServerKey)
    let end = clock.now() + scenario.timeout
    while case .perform(let step) = run.next {
      notify(step)
      let began = clock.now()
      let outcome = await outcome(of: step, run, until: end)
      if Task.isCancelled { throw CancellationError() }
      run.take(outcome, lasted: clock.now() - began)
    }
    return run
  }

  private func moment() async -> Moment {
    Moment(newestId: (try? await stage.store.newestId()) ?? 0, at: clock.now())
  }

  /// The first of: what the step comes to, the end of what it needs, the end of the scenario's time.
  private func outcome(
    of step: ScenarioStep, _ run: ScenarioRun, until end: Timestamp
  ) async -> StepOutcome {
    await withTaskGroup(of: StepOutcome?.self) { group in
      group.addTask { await outcome(of: step, run) }
      group.addTask { await stage.trouble().map { .failed(StepFailure($0)) } }
      group.addTask {
        guard (try? await clock.sleep(for: max(Interval(micros: 0), end - clock.now()))) != nil
        else { return nil }
        return .failed(
          StepFailure(
            "The scenario's time of \(scenario.timeout.short) is over.",
            hint: "timeout: gives it more."))
      }
      defer { group.cancelAll() }
      for await outcome in group { if let outcome { return outcome } }
      return .failed(StepFailure("The step was cancelled.", kind: .broken))
    }
  }

  private func outcome(of step: ScenarioStep, _ run: ScenarioRun) async -> StepOutcome {
    do {
      return try await perform(step.action, run)
    } catch let failure as StepFailure {
      return .failed(failure)
    } catch let error as StageError {
      return .failed(StepFailure(error))
    } catch let error as StoreError {
      return .failed(StepFailure(error.message, kind: .broken, hint: error.hint))
    } catch let error as UsageError {
      return .failed(StepFailure(error.message, hint: error.hint))
    } catch {
      return .failed(StepFailure("This step could not be done: \(error).", kind: .broken))
    }
  }

  private func perform(_ action: StepAction, _ run: ScenarioRun) async throws -> StepOutcome {
    let values = run.values
    let judge = Judge(store: stage.store, clock: clock, values: values)
    switch action {
    case .open(let url, let status, let limit):
      try await stage.open(
        address(url.expanded(values)), expecting: status, within: limit ?? Self.patience)
    case .page(let url, let limit):
      try await stage.findPage(address(url.expanded(values)), within: limit ?? Self.patience)
    case .evaluate(let step): return try await evaluate(step, values)
    case .click(let selector, let limit):
      try await stage.click(selector.expanded(values), within: limit ?? Self.patience)
    case .wait(let script, let limit):
      try await stage.wait(for: script.expanded(values), within: limit ?? Self.patience)
    case .pass(let time): try await clock.sleep(for: time)
    case .snapshot(let name): keepPictures(name.text, await stage.pictures())
    case .closePages: try await stage.closePages()
    case .restartBrowser: try await stage.restartBrowser()
    case .closeBrowser: try await stage.closeBrowser()
    case .killBrowser: try await stage.killBrowser()
    case .mark(let name):
      var yield = StepYield()
      yield.mark = (name.text, await moment())
      return .done(yield)
    case .expect(let expectation):
      return try await judge.expect(expectation, since: run.moment(expectation.since))
    case .expectNone(let expectation):
      return try await judge.expectNone(expectation, since: run.moment(expectation.since))
    case .expectOperation(let expectation):
      return try await judge.expect(expectation, since: run.moment(expectation.since))
    case .expectFinding(let expectation):
      return try await judge.expect(expectation, since: run.moment(expectation.since))
    case .expectPush(let expectation):
      return try await PushSteps(stage: stage, clock: clock, values: values).expect(expectation)
    case .realPush(let step):
      return try await PushSteps(stage: stage, clock: clock, values: values).send(step)
    case .network, .push, .sync, .periodicSync, .notification:
      try await ScenarioTrigger(stage: stage, clock: clock, values: values).perform(action)
    }
    return .done(StepYield())
  }

  private func evaluate(
    _ step: EvaluateStep, _ values: [String: String]
  ) async throws -> StepOutcome {
    let value = try await stage.evaluate(
      step.script.expanded(values), hasGesture: step.hasGesture,
      within: step.within ?? Self.patience)
    if let expected = step.expected?.value.expandedJSON(values), !value.isSameJSON(as: expected) {
      throw StepFailure("The script came to \(value.escapedForTerminal), not to \(expected).")
    }
    var yield = StepYield()
    if let capture = step.capture { yield.captures[capture.text] = value.jsonText ?? value }
    return .done(yield)
  }

  /// A path is one of the site.
  private func address(_ text: String) -> String {
    text.hasPrefix("/") ? stage.origin + text : text
  }
}
