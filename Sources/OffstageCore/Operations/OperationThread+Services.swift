/// Which operation an event joins, by its index; nil where it begins one.
extension OperationThread {
  func index(for step: OperationStep.Push, at time: Timestamp) -> Int? {
    guard isAnonymous else {
      switch step {
      case .received: return nil
      case .dispatched: return current?.state == .waiting ? last : nil
      case .sent: return current?.state == .waiting ? last : nil
      case .completed, .genericNotificationShown, .unsubscribed, .acknowledged, .handlerFailed:
        return last
      }
    }
    switch step {
    case .received, .dispatched, .sent: return nil
    // Handlers that run at once are told apart by their order alone.
    case .completed:
      return operations.firstIndex {
        $0.state == .running && OperationThread.isKept($0, at: time)
      }
    case .genericNotificationShown, .unsubscribed, .acknowledged, .handlerFailed:
      return last.flatMap {
        time - operations[$0].changed <= Operation.patience(of: service) ? $0 : nil
      }
    }
  }

  func index(for step: OperationStep.Sync) -> Int? {
    let state = current?.state
    switch step {
    case .registered: return nil
    case .dispatched, .reregistered: return state?.isOpen == true ? last : nil
    case .failed, .completed: return state?.isOpen == true || state == .simulated ? last : nil
    }
  }

  func index(for step: OperationStep.PeriodicSync) -> Int? {
    let state = current?.state
    switch step {
    case .delayed, .registered, .dispatched, .unregistered:
      return state?.isOpen == true ? last : nil
    case .failed, .completed: return state?.isOpen == true || state == .simulated ? last : nil
    }
  }

  func index(for step: OperationStep.BackgroundFetch) -> Int? {
    switch step {
    case .registered: nil
    case .started, .resumed, .completed: current?.state.isOpen == true ? last : nil
    case .requestStarted, .requestCompleted: last
    }
  }

  func index(for step: OperationStep.Notification, at time: Timestamp) -> Int? {
    guard isAnonymous else {
      switch step {
      case .scheduled: return nil
      case .displayed: return current?.state == .waiting ? last : nil
      case .clicked, .closed: return current?.state.isOpen == true ? last : nil
      }
    }
    switch step {
    case .scheduled, .displayed: return nil
    // The newest hides the others, so that it is clicked and closed first.
    case .clicked:
      return operations.lastIndex { $0.state.isOpen && OperationThread.isKept($0, at: time) }
    case .closed:
      return operations.lastIndex {
        $0.state == .clicked && OperationThread.isKept($0, at: time)
      } ?? operations.lastIndex { $0.state.isOpen && OperationThread.isKept($0, at: time) }
    }
  }

  func index(for step: OperationStep.Payment) -> Int? {
    let state = current?.state
    switch step {
    case .installing, .asked: return state?.isOpen == true && state != .running ? last : nil
    case .requested: return state == .waiting ? last : nil
    case .installed, .answered, .changed, .aborting, .aborted, .responded: return last
    }
  }
}
