extension Operation {
  /// registered → started → requests → completed. Of requests that the browser stops, the end may
  /// come after the fetch's own.
  mutating func take(_ step: OperationStep.BackgroundFetch, isFirst: Bool) {
    if isFirst {
      if case .registered = step {} else { marks.insert(.truncated) }
    }
    switch step {
    case .registered(let requests):
      total = requests
    case .started, .resumed:
      if state.isOpen { state = .running }
    case .requestStarted:
      attempts += 1
      if state.isOpen { state = .running }
    case .requestCompleted(let isOK):
      answer(isOK: isOK)
      if state.isOpen { state = .running }
    case .completed(let end):
      state =
        switch end {
        case .succeeded: .succeeded
        case .failed: .failed
        case .aborted: .aborted
        }
    }
  }

  /// scheduled → displayed → clicked → closed.
  mutating func take(_ step: OperationStep.Notification, isFirst: Bool) {
    switch step {
    case .scheduled(let time):
      next = time
    case .displayed:
      state = .shown
      next = nil
    case .clicked:
      if isFirst { marks.insert(.truncated) }
      attempts += 1
      state = .clicked
    case .closed:
      if isFirst { marks.insert(.truncated) }
      state = .closed
      next = nil
    }
  }

  /// The handler is installed and asked whether it can pay; then the payment is requested.
  mutating func take(_ step: OperationStep.Payment, isFirst: Bool) {
    switch step {
    case .installing, .asked, .answered:
      if isFirst, step == .answered { marks.insert(.truncated) }
    case .installed(let isOK):
      if !isOK { state = .failed }
    case .requested:
      attempt()
    case .changed, .aborting:
      if isFirst { marks.insert(.truncated) }
    case .aborted(let isOK):
      if isFirst { marks.insert(.truncated) }
      if isOK, state.isOpen {
        answers += 1
        state = .aborted
      }
    case .responded(let isOK):
      if isFirst { marks.insert(.truncated) }
      answer(isOK: isOK)
      state = isOK ? .succeeded : .failed
    }
  }
}
