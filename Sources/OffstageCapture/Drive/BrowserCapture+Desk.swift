package import OffstageCore

/// What a person does to a notification, as a trigger.
extension BrowserCapture {
  /// Nil if it does not record the source.
  ///
  /// - Parameter card: of the desk; without its event nothing that comes of it can be told.
  package func perform(
    _ action: TriggerAction, _ gesture: NotificationGesture, on card: NotificationCard,
    at desk: any NotificationDesk, as trigger: Int64, patience: Interval
  ) async -> TriggerAnswer? {
    guard let event = card.event?.logged else {
      do throws(GestureFault) {
        try await desk.perform(gesture, on: card.shown.number)
        return TriggerAnswer(
          .done, reason: "That it was displayed is not logged, so nothing can be seen of it.")
      } catch {
        return TriggerAnswer(error)
      }
    }
    let awaited = AwaitedEvent(
      service: .notifications,
      name: gesture == .dismiss ? "Notification closed" : "Notification clicked",
      instance: event.instanceId, registration: event.serviceWorkerRegistrationId)
    return await perform(
      action, as: trigger, in: card.source.id, patience: patience, awaiting: [awaited]
    ) { () async throws(GestureFault) in
      try await desk.perform(gesture, on: card.shown.number)
    }
  }
}

extension TriggerAnswer {
  package static let notOnOurDesk = TriggerAnswer(
    .failed, reason: "This browser's notifications are not shown by Offstage.",
    hint: "`offstage open --notifications offstage` takes them (Linux).")

  package init(_ fault: GestureFault) {
    let (reason, hint): (String, String?) =
      switch fault {
      case .gone:
        (
          "There is no such notification on the screen.",
          "`offstage notifications` lists those that are."
        )
      case .noSuchAction: ("The notification has fewer buttons than that.", "They count from 0.")
      case .takesText: ("That button takes a text.", "Use the gesture “reply”.")
      case .takesNoText: ("No text can be typed into that notification.", nil)
      }
    self.init(.failed, reason: reason, hint: hint)
  }
}
