extension Operation {
  /// registered → dispatched → failed, to be tried again → dispatched → … → completed, or given up.
  ///
  /// A sync that is dispatched over CDP logs its dispatch and nothing else; only what follows shows
  /// that another was a real one.
  mutating func take(_ step: OperationStep.Sync, at time: Timestamp, isFirst: Bool) {
    if isFirst, step != .registered { marks.insert(.truncated) }
    switch step {
    case .registered:
      state = .waiting
    case .reregistered:
      marks.insert(.reregistered)
      state = .waiting
    case .dispatched(let isLastChance):
      attempt()
      if isLastChance { marks.insert(.lastChance) }
      if isFirst, !marks.contains(.cut) {
        state = .simulated
        marks.remove(.truncated)
      }
    case .failed(let delay):
      if state == .simulated { marks.insert(.truncated) }
      answer(isOK: false)
      state = .retrying
      next = delay.map { time + $0 }
    case .completed(let isOK):
      if state == .simulated { marks.insert(.truncated) }
      answer(isOK: isOK)
      state = isOK ? .succeeded : .failed
      next = nil
    }
  }

  /// From its registration over all its runs to its end.
  mutating func take(_ step: OperationStep.PeriodicSync, at time: Timestamp, isFirst: Bool) {
    switch step {
    case .delayed(let delay):
      next = delay.map { time + $0 }
    case .registered:
      state = .waiting
    case .dispatched:
      attempt()
      if isFirst, !marks.contains(.cut) { state = .simulated }
    case .failed(let delay):
      if isFirst || state == .simulated { marks.insert(.truncated) }
      answer(isOK: false)
      state = .retrying
      next = delay.map { time + $0 }
    case .completed(let delay):
      if isFirst || state == .simulated { marks.insert(.truncated) }
      answer(isOK: true)
      state = .waiting
      next = delay.map { time + $0 }
    case .unregistered:
      if isFirst { marks.insert(.truncated) }
      state = .unregistered
      next = nil
    }
  }
}
