extension Operation {
  /// received → dispatched → completed. A push that could not be decrypted ends at once; the
  /// browser may show a notification of its own after the end of a silent one.
  mutating func take(_ step: OperationStep.Push, isFirst: Bool) {
    switch step {
    case .received(let isReadable):
      state = isReadable ? .waiting : .failed
    case .dispatched:
      attempt()
    case .completed(let isOK):
      if isFirst { marks.insert(.truncated) }
      answer(isOK: isOK)
      state = isOK ? .succeeded : .failed
    case .genericNotificationShown:
      if isFirst { markLate() }
      marks.insert(.genericNotification)
    case .unsubscribed:
      if isFirst { markLate() }
      state = .failed
    case .sent:
      // Once more after a connection that broke.
      state = .waiting
    case .acknowledged(let isDelivered):
      if isFirst { markLate() }
      state = isDelivered.map { $0 ? .delivered : .failed } ?? .unfinished
    case .handlerFailed:
      if isFirst { markLate() }
      failures += 1
      state = .failed
    }
  }

  /// An end without a beginning.
  mutating func markLate() {
    marks.insert(.truncated)
    state = .unfinished
  }
}
