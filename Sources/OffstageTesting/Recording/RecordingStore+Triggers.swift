package import OffstageCore
internal import Synchronization

extension RecordingStore {
  package func ask(
    _ action: TriggerAction, by asker: StoredTrigger.Asker, of source: SourceID,
    patience: Interval, at now: Timestamp
  ) async throws -> Int64 {
    let id = change { state in
      let id = Int64(state.triggers.count + 1)
      state.triggers.append(
        StoredTrigger(
          id: id, source: SourceName(id: source, name: ""), askedBy: asker, action: action,
          patience: patience, asked: now))
      return id
    }
    poke()
    return id
  }

  package func triggers(
    toTakeOf sources: [SourceID], at now: Timestamp
  ) async throws -> [StoredTrigger] {
    state.withLock { state in
      state.triggers.filter {
        sources.contains($0.source.id) && $0.taken == nil && $0.ended == nil && now <= $0.lapses
      }
    }
  }

  package func take(trigger id: Int64, at now: Timestamp) async throws -> Bool {
    change { state in
      let index = Int(id) - 1
      guard state.triggers[index].taken == nil, state.triggers[index].ended == nil else {
        return false
      }
      state.triggers[index].taken = now
      return true
    }
  }

  package func end(
    trigger id: Int64, with answer: TriggerAnswer, at now: Timestamp
  ) async throws {
    change { state in
      let index = Int(id) - 1
      guard state.triggers[index].ended == nil else { return }
      state.triggers[index].ended = now
      state.triggers[index].stored = answer
      state.triggers[index].stored?.events =
        state.events.filter { $0.triggerId == id }.map(\.id)
    }
    poke()
  }

  package func trigger(id: Int64) async throws -> StoredTrigger? {
    state.withLock { $0.triggers.first { $0.id == id } }
  }

  package func triggers(of selection: EventSelection) async throws -> [StoredTrigger] {
    state.withLock { $0.triggers }
  }

  package func triggers(
    of sources: Set<SourceID>, before id: Int64?, limit: Int
  ) async throws -> [StoredTrigger] {
    state.withLock { state in
      Array(
        state.triggers.reversed().filter {
          (sources.isEmpty || sources.contains($0.source.id)) && $0.id < id ?? .max
        }.prefix(limit))
    }
  }

  package func workers(of sources: Set<SourceID>) async throws -> [KnownWorker] { [] }

  package func untilEnded(_ trigger: Int64) async {
    await until { $0.triggers.contains { $0.id == trigger && $0.ended != nil } }
  }
}
