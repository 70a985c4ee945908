enum NotificationReplaced: OperationRule {
  static let services: Set<Service> = [.notifications]
  static let note = RuleNote(
    "notification-replaced", .info,
    "A notification was replaced by another with its tag, without a sound or a sign.",
    reference: Reference.notificationTag)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .replaced, !subject.instance.isEmpty,
      let shown = subject.event("Notification displayed"),
      let next = subject.scene.neighbours.first(where: {
        $0.operation.service == .notifications && $0.operation.instanceId == subject.instance
          && $0.operation.operation.began > shown.logged.timestamp
      })
    else { return nil }
    let after = next.events.first { $0.logged.eventName == "Notification displayed" }
    let titles = [shown, after].map { $0?.logged.value(of: "Title") ?? "" }
    let time = next.operation.operation.began - shown.logged.timestamp
    return subject.verdict(
      "\(titles[0].quoted), shown with the tag \(subject.instance.quoted), was replaced by "
        + "\(titles[1].quoted) after \(time.short). The browser makes no sound for that, and logs no "
        + "close.",
      mend:
        "If the person should notice the new one, set renotify: true; if both should stay, give "
        + "each a tag of its own.",
      [shown] + (after.map { [$0] } ?? []))
  }
}

enum NotificationClosedAtOnce: OperationRule {
  static let services: Set<Service> = [.notifications]
  static let note = RuleNote(
    "notification-closed-at-once", .warning,
    "A notification was closed before anybody can have read it.",
    reference: Reference.userVisibleOnly)

  private static let limit = Interval.seconds(1)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let shown = subject.event("Notification displayed"),
      let closed = subject.lastEvent("Notification closed"),
      subject.event("Notification clicked") == nil, subject.operation.marks.isEmpty,
      closed.logged.timestamp - shown.logged.timestamp < limit
    else { return nil }
    let time = closed.logged.timestamp - shown.logged.timestamp
    return subject.verdict(
      "\(subject.subject) (\((shown.logged.value(of: "Title") ?? "").quoted)) was closed "
        + "\(time.short) after it was shown, without a click.",
      mend: "If the site closes it with notification.close(), don't show it in the first place. A "
        + "push whose notification goes at once counts as silent to the person.",
      [shown, closed])
  }
}

enum NotificationClickThrew: OperationRule {
  static let services: Set<Service> = [.notifications]
  static let note = RuleNote(
    "notification-click-threw", .error, "The worker threw when a notification was clicked.",
    reference: Reference.notificationEvents)

  static func verdict(on subject: OperationCase) -> Verdict? {
    for click in subject.events("Notification clicked") {
      let at = click.logged.timestamp
      guard let mistake = subject.mistakes(from: at, to: at + .seconds(1)).first,
        subject.othersRunning(at: mistake.at) == 0
      else { continue }
      return subject.verdict(
        "The worker threw \((mistake.at - at).short) after \(subject.subject.lowercasedFirst) was "
          + "clicked: \(mistake.words). The click may have done nothing.",
        mend:
          "Mend the notificationclick handler at \(mistake.place ?? "that place"), and give the "
          + "promise of clients.openWindow() to event.waitUntil().",
        [click])
    }
    return nil
  }
}
