import OffstageCore

extension ScenarioSketch {
  // MARK: Push

  mutating func addPush(_ scene: OperationScene) {
    let events = scene.events
    guard let dispatched = events.first(where: { $0.isStep(.push(.dispatched)) }) else {
      comment(
        "Push \(scene.operation.id) never reached its worker: only a real push service makes that "
          + "happen again.", at: scene.operation.operation.began)
      return
    }
    let time = dispatched.logged.timestamp
    let payload = dispatched.logged.value(of: "Payload")
    if let message = scene.push {
      comment(
        "It came through the push service, so the page has to subscribe first: with the key "
          + "${application-server-key}, or with its own, whose private half is named as vapid-key. "
          + "Fill in how yours does:", at: time)
      comment("- evaluate: await subscribe('${application-server-key}')", at: time)
      want("how the page subscribes")
      step("push", realPushValue(payload, message), at: time)
    } else {
      step("push", payload.map(pushValue) ?? .mapping([("empty", .flag(true))]), at: time)
    }
    expect(
      [.named("event", "Push event dispatched")]
        + (payload.map { [.metadata(key: "Payload", value: $0)] } ?? []), at: time)
    for event in events {
      guard case .push(.completed(let isOK)) = OperationStep(of: event.logged) else { continue }
      let status = event.logged.value(of: "Status")
      expect(
        [.named("event", event.logged.eventName)]
          + (isOK
            ? [.named("outcome", "ok")]
            : status.map { [.metadata(key: "Status", value: $0)] } ?? []),
        within: status == "Timeout" ? "120s" : nil, at: event.logged.timestamp)
    }
    guard let generic = events.first(where: { $0.isStep(.push(.genericNotificationShown)) }) else {
      return
    }
    if scene.push != nil {
      comment("It does so only if no page of the site is in sight: close-pages.", at: time)
      expect([.named("event", generic.logged.eventName)], at: generic.logged.timestamp)
    } else {
      comment(
        "The browser showed a notification of its own here; a simulated push makes it show none.",
        at: scene.operation.operation.changed)
    }
  }

  private func realPushValue(_ payload: String?, _ message: PushMessage) -> YAMLValue {
    let more =
      (message.ttl == 60 ? [] : [("ttl", YAMLValue.number(message.ttl))])
      + (message.topic.map { [("topic", .text($0))] } ?? [])
    return .mapping([
      payload.map { ("text", .text($0)) } ?? ("empty", .flag(true)),
      ("real", more.isEmpty ? .flag(true) : .mapping(more)),
    ])
  }

  private func pushValue(_ payload: String) -> YAMLValue {
    payload.isEmpty ? .mapping([("text", .text(""))]) : .text(payload)
  }

  // MARK: Notifications

  mutating func addNotification(_ scene: OperationScene) {
    let events = scene.events
    let title = events.first { $0.isStep(.notification(.displayed)) }?.logged.value(of: "Title")
    addShowing(scene)
    permissions["notifications"] = .granted
    var wasClicked = false
    for event in events {
      let time = event.logged.timestamp
      switch OperationStep(of: event.logged) {
      case .notification(.displayed):
        expect(
          [.named("event", event.logged.eventName)]
            + (event.logged.value(of: "Title").map { [.metadata(key: "Title", value: $0)] } ?? []),
          at: time)
      case .notification(.clicked):
        wasClicked = true
        addClick(event, title, of: scene)
      case .notification(.closed):
        // A handler that was clicked usually closes it.
        if !wasClicked {
          step("notification", notification("dismiss", title), at: time)
          comment("The page may have closed it as well: the log does not tell.", at: time)
        }
        expect([.named("event", event.logged.eventName)], at: time)
      default: break
      }
    }
  }

  /// What made the notification appear, if nothing that is written does.
  private mutating func addShowing(_ scene: OperationScene) {
    let began = scene.operation.operation.began
    let others = scene.links.filter { $0.kind == .shownBy }.map(\.operation)
    guard !others.contains(where: holds) else { return }
    if let other = others.first {
      comment(
        "Operation \(other.id), a \(other.service.shortName), showed the notification: offstage codegen "
          + "\(other.id) writes both. Or fill in what shows it.", at: began)
    } else {
      comment("A page showed the notification. Fill in what makes it so:", at: began)
      comment("- click: '#…'", at: began)
    }
    want("what shows the notification")
  }

  private mutating func addClick(
    _ event: StoredEvent, _ title: String?, of scene: OperationScene
  ) {
    let time = event.logged.timestamp
    if let reply = event.logged.value(of: "Reply") {
      step("notification", notification("reply", title, [("text", .text(reply))]), at: time)
    } else if let index = event.logged.value(of: "Action Index") {
      guard let words = Self.button(index, of: scene, at: time) else {
        comment(
          "Button \(index) (from 0) was pressed; the log does not have its words. Name it:",
          at: time)
        comment("- notification: { do: action, button: … }", at: time)
        want("the words of the button")
        return
      }
      step("notification", notification("action", title, [("button", .text(words))]), at: time)
    } else {
      step("notification", notification("click", title), at: time)
    }
    expect([.named("event", event.logged.eventName)], at: time)
  }

  /// Its words, where the notification was seen on a screen of ours.
  private static func button(
    _ index: String, of scene: OperationScene, at time: Timestamp
  ) -> String? {
    let shown = scene.shown.last { $0.shown.shown <= time } ?? scene.shown.first
    guard let index = Int(index), let actions = shown?.shown.actions,
      actions.indices.contains(index)
    else { return nil }
    let words = actions[index].title
    // The step finds a button by its words.
    return actions.count { $0.title == words } == 1 ? words : nil
  }

  private func notification(
    _ deed: String, _ title: String?, _ more: [(String, YAMLValue)] = []
  ) -> YAMLValue {
    .mapping(
      [("do", .text(deed))] + (title.map { [("title", .text($0))] } ?? []) + more)
  }
}
