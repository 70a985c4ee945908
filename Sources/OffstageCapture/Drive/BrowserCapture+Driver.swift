import CDP
package import OffstageCore

/// Triggers are done on the connection that records.
extension BrowserCapture {
  /// Nil if it does not record the source.
  package func perform(
    _ action: TriggerAction, as trigger: Int64, in source: SourceID, patience: Interval
  ) async -> TriggerAnswer? {
    await perform(action, as: trigger, in: source, patience: patience, awaiting: []) { () async in }
  }

  /// - Parameter deed: what is done elsewhere, once what comes of it is awaited.
  func perform(
    _ action: TriggerAction, as trigger: Int64, in source: SourceID, patience: Interval,
    awaiting awaited: [AwaitedEvent],
    _ deed: @escaping @Sendable () async throws(GestureFault) -> Void
  ) async -> TriggerAnswer? {
    guard let place = await place(of: source) else { return nil }
    // Before anybody may lose patience with it: what is not asked yet can't be given up.
    driving.ask(trigger, action, in: place, awaiting: awaited, at: clock.now())
    return await withTaskGroup(of: TriggerAnswer?.self) { group in
      group.addTask { await self.answer(to: trigger, deed) }
      group.addTask { [clock] in
        try? await clock.sleep(for: patience)
        await self.expire(trigger)
        return nil
      }
      defer { group.cancelAll() }
      for await answer in group {
        if let answer { return answer }
      }
      return nil
    }
  }

  /// Gives workers back the network that was taken from them, before we leave the browser.
  package func letGo(within patience: Interval) async {
    for (index, key) in driving.offlineWorkers.enumerated() {
      guard let handle = open[key.context]?.handle,
        let source = await recorder.source(of: handle)?.id
      else { continue }
      _ = await perform(
        .network(.online, WorkerSelector(scope: key.scope)), as: -Int64(index + 1), in: source,
        patience: patience)
    }
  }

  /// Of the worker that is meant, if it is one.
  package func scope(meantBy action: TriggerAction, in source: SourceID) async -> String? {
    guard let selector = action.worker, let place = await place(of: source) else { return nil }
    return driving.scope(meantBy: selector, in: place.context)
  }

  private func place(of source: SourceID) async -> DriverStateMachine.Place? {
    for (number, recording) in open {
      guard await recorder.source(of: recording.handle)?.id == source,
        let context = machine.contexts[number], let session = context.session
      else { continue }
      return DriverStateMachine.Place(
        context: number, session: session, contextId: context.isDefault ? nil : context.id)
    }
    return nil
  }

  private func answer(
    to trigger: Int64, _ deed: @Sendable () async throws(GestureFault) -> Void
  ) async -> TriggerAnswer {
    await drive()
    do throws(GestureFault) {
      try await deed()
    } catch {
      driving.giveUp(trigger, TriggerAnswer(error))
      await drive()
    }
    if let answer = answered.removeValue(forKey: trigger) { return answer }
    return await withCheckedContinuation { answering[trigger] = $0 }
  }

  /// An event that a trigger has caused says so.
  func claim(_ action: inout CaptureStateMachine.Action, at now: Timestamp) {
    guard case .signal(let number, .event(let event, let received, _)) = action,
      let trigger = driving.claim(event, in: number, at: now)
    else { return }
    action = .signal(number, .event(event, received: received, trigger: trigger))
  }

  /// A push service may take its time, and all else goes on.
  func postUntilTheEnd() async {
    await withDiscardingTaskGroup { group in
      for await post in posts.stream {
        group.addTask { await self.post(post) }
      }
      group.cancelAll()
    }
  }

  private func post(_ post: TriggeredPush) async {
    let outcome: Result<Void, TriggerAnswer.Refusal>
    do throws(TriggerAnswer.Refusal) {
      outcome = .success(try await options.pushes.post(post.data, to: post.subscription))
    } catch {
      outcome = .failure(error)
    }
    driving.posted(post.trigger, outcome, at: clock.now())
    await drive()
  }

  private func expire(_ trigger: Int64) async {
    driving.expire(trigger)
    await drive()
  }

  /// Does what the driver's machine wants done.
  func drive() async {
    for action in driving.takeActions() {
      switch action {
      case .post(let command, let session, let ticket):
        connection.post(command, session: session, ticket: ticket)
      case .answer(let trigger, let answer):
        if let waiting = answering.removeValue(forKey: trigger) {
          waiting.resume(returning: answer)
        } else {
          answered[trigger] = answer
        }
      case .postPush(let trigger, let data, let subscription):
        posts.continuation.yield(
          TriggeredPush(trigger: trigger, data: data, subscription: subscription))
      case .signal(let number, let signal):
        guard let handle = open[number]?.handle else { continue }
        await recorder.submit([signal], to: handle)
      }
    }
  }
}

/// A push that a trigger posts.
struct TriggeredPush: Sendable {
  var trigger: Int64
  var data: String?
  var subscription: String
}
