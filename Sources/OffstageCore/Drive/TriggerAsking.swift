/// Asks whoever records a source to trigger something, and waits for what comes of it.
package struct TriggerAsking: Sendable {
  private let store: any EventStore
  private let locks: SourceLocks
  private let clock: any WallClock

  /// That a recorder ends is no commit, so it is looked for.
  private static let pause = Interval(micros: 200_000)

  package init(store: any EventStore, locks: SourceLocks, clock: any WallClock) {
    self.store = store
    self.locks = locks
    self.clock = clock
  }

  /// The one source that is meant: one that is recorded now. Nil if none is.
  package func source(named name: String?) async throws -> Source? {
    let known = try await store.sources()
    let chosen = try SourceSelector.resolve(name.map { [$0] } ?? [], among: known)
    let all = known.filter { $0.kind != .import && locks.isHeld($0.id) }
    let recorded = all.filter { chosen.isEmpty || chosen.contains($0.id) }
    if recorded.isEmpty, let name, !all.isEmpty {
      let names = all.map { "“\($0.name.escapedForTerminal)”" }.joined(separator: ", ")
      throw UsageError(
        "“\(name.escapedForTerminal)” is not being recorded now.",
        hint: all.count == 1 ? "\(names) is." : "\(names) are.")
    }
    let held = recorded.filter { !$0.isFirefox }
    if held.isEmpty, let firefox = recorded.first {
      throw UsageError(
        "“\(firefox.name.escapedForTerminal)” is a Firefox, and none can be driven.",
        hint: "Post to its subscription: offstage push send.")
    }
    guard held.count > 1 else { return held.first }
    let names = held.map { "\($0.name.escapedForTerminal) (\($0.id))" }.joined(separator: ", ")
    throw UsageError(
      "\(held.count) sources are being recorded, and one has to be meant: \(names).",
      hint: "Say which by its name or id, such as --source \(held[0].id)")
  }

  package static func patience(parsing text: String) throws(UsageError) -> Interval {
    let patience = try Interval(parsing: text)
    guard patience <= StoredTrigger.longestPatience else {
      throw UsageError(
        "“\(text.escapedForTerminal)” is too long to wait.",
        hint: "The longest is \(StoredTrigger.longestPatience.short).")
    }
    return patience
  }

  package func ask(
    _ action: TriggerAction, by asker: StoredTrigger.Asker, of source: SourceID,
    patience: Interval
  ) async throws -> StoredTrigger {
    let id = try await store.ask(
      action, by: asker, of: source, patience: patience, at: clock.now())
    return try await trigger(id)
  }

  /// Returns it once it is answered, or once nobody will. The store has to see others' commits.
  package func answered(_ trigger: StoredTrigger) async throws -> StoredTrigger {
    try await withThrowingTaskGroup(of: StoredTrigger?.self) { group in
      group.addTask {
        for await _ in self.store.changes() {
          let now = try await self.trigger(trigger.id)
          if now.answer(at: self.clock.now()) != nil { return now }
        }
        return nil
      }
      group.addTask {
        while self.locks.isHeld(trigger.source.id),
          try await self.trigger(trigger.id).answer(at: self.clock.now()) == nil
        {
          try await self.clock.sleep(for: Self.pause)
        }
        return try await self.given(up: trigger.id)
      }
      defer { group.cancelAll() }
      for try await answered in group {
        if let answered { return answered }
      }
      throw CancellationError()
    }
  }

  private func trigger(_ id: Int64) async throws -> StoredTrigger {
    guard let trigger = try await store.trigger(id: id) else {
      throw StoreError(.notFound, "There is no trigger \(id).")
    }
    return trigger
  }

  /// Nobody takes it any more, and everybody can see so.
  private func given(up id: Int64) async throws -> StoredTrigger {
    let trigger = try await trigger(id)
    let isHeld = locks.isHeld(trigger.source.id)
    guard trigger.stored == nil, trigger.taken == nil || !isHeld else { return trigger }
    let answer: TriggerAnswer = trigger.taken != nil ? .left : isHeld ? .busy : .nobody
    try await store.end(trigger: id, with: answer, at: clock.now())
    return try await self.trigger(id)
  }
}
