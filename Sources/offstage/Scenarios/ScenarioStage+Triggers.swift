import CDP
import OffstageCore
import OffstageScenario

extension ScenarioStage {
  /// A push or a sync is over for the scenario once its event is dispatched: what the handler then
  /// does is for the expectations to wait for.
  func trigger(
    _ action: TriggerAction, patience: Interval
  ) async throws(StageError) -> TriggerAnswer {
    if let network = setting.network, case .network(let connectivity, _) = action {
      return try await plug(network, isUp: connectivity == .online)
    }
    let source = try source()
    let asking = TriggerAsking(
      store: setting.store, locks: SourceLocks(folder: setting.folder), clock: SystemClock())
    do {
      let before = try await store.newestId()
      let asked = try await asking.ask(action, by: .scenario, of: source, patience: patience)
      return try await withThrowingTaskGroup(of: TriggerAnswer?.self) { group in
        group.addTask {
          let trigger = try await asking.answered(asked)
          return trigger.answer(at: SystemClock().now()) ?? .left
        }
        if action.isDispatch {
          group.addTask { try await self.dispatch(of: asked.id, after: before) }
        }
        defer { group.cancelAll() }
        while let answer = try await group.next() { if let answer { return answer } }
        return .left
      }
    } catch let error as UsageError {
      throw StageError(.unmet, error.message, hint: error.hint)
    } catch {
      throw StageError(endOf: error)
    }
  }

  /// Pages know at once; for a moment longer the browser still dispatched a sync that was registered
  /// (Chromium 156), and nothing tells when it no longer does.
  private static let settling = Duration.seconds(2)

  /// The whole browser finds out by itself, as it would on a train.
  private func plug(
    _ network: SiteNetwork, isUp: Bool
  ) async throws(StageError) -> TriggerAnswer {
    do throws(CDPError) {
      try await network.set(isUp: isUp)
      if !isUp { try? await Task.sleep(for: Self.settling) }
      return TriggerAnswer(.done)
    } catch {
      throw StageError(endOf: error)
    }
  }

  /// Returns when an event that it caused is in the store.
  private func dispatch(of trigger: Int64, after id: Int64) async throws -> TriggerAnswer? {
    var selection = EventSelection()
    selection.isTrigger = true
    for await _ in store.changes() {
      let events = try await store.events(after: id, selection, limit: 1000)
      guard let event = events.first(where: { $0.triggerId == trigger }) else { continue }
      return TriggerAnswer(
        .done, events: [event.id], operations: [event.operationId].compactMap { $0 })
    }
    return nil
  }
}

extension TriggerAction {
  fileprivate var isDispatch: Bool {
    switch self {
    case .push, .sync, .periodicSync: true
    default: false
    }
  }
}
