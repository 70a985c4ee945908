import CDP
import JSON
import OffstageCore

/// What is done for each kind of trigger.
extension DriverStateMachine {
  mutating func plan(_ course: inout DriverCourse) throws(TriggerAnswer.Refusal) {
    let registration = course.registration ?? WorkerBoard.Registration(id: "", scope: "")
    let (origin, id, scope) = (registration.origin, registration.id, registration.scope)
    func await_(_ service: Service, _ name: String, _ instance: String?) -> AwaitedEvent {
      AwaitedEvent(service: service, name: name, instance: instance, registration: id)
    }
    switch course.action {
    case .push(_, let data):
      var dispatched = await_(.pushMessaging, "Push event dispatched", "")
      dispatched.payload = data?.isEmpty == true ? nil : data
      course.awaited = [dispatched, await_(.pushMessaging, "Push event completed", "")]
      course.steps = [
        .until(.active),
        .send(.deliverPush(origin: origin, registration: id, data: data ?? "")), .events,
        .listeners,
      ]
    case .webPush(_, let data):
      var dispatched = await_(.pushMessaging, "Push event dispatched", nil)
      dispatched.payload = data?.isEmpty == true ? nil : data
      course.awaited = [dispatched, await_(.pushMessaging, "Push event completed", nil)]
      course.steps = [
        .until(.active), .run, .attach, .tell(.evaluate(Self.subscription)), .leave, .postPush,
        .events, .listeners,
      ]
    case .sync(_, let tag, let isLastChance):
      try expectOnline(course)
      course.awaited = [await_(.backgroundSync, "Dispatched sync event", tag)]
      course.steps = [
        .until(.active),
        .send(
          .dispatchSync(origin: origin, registration: id, tag: tag, isLastChance: isLastChance)),
        .events, .listeners,
      ]
    case .periodicSync(_, let tag):
      try expectOnline(course)
      course.awaited = [await_(.periodicBackgroundSync, "Dispatched periodicsync event", tag)]
      course.steps = [
        .until(.active),
        .send(.dispatchPeriodicSync(origin: origin, registration: id, tag: tag)), .events,
        .listeners,
      ]
    case .network(let connectivity, _):
      try plan(connectivity, &course)
    case .worker(_, let change):
      try plan(change, scope, &course)
    case .abortFetch(_, let fetch):
      course.awaited = [await_(.backgroundFetch, "Background Fetch completed", fetch)]
      course.steps = [
        .run, .attach, .tell(.evaluate(Self.aborting(fetch))), .leave, .events,
      ]
    case .clearSiteData(let origin):
      course.steps = [.send(.clearData(origin: origin))]
    case .permission(let origin, let name, let setting):
      course.note = "It holds until the browser ends or Offstage leaves it."
      course.steps = [
        .send(
          .setPermission(origin: origin, name: name, setting, contextId: course.place.contextId))
      ]
    case .notification:
      // It is clicked on its desk, not by the protocol.
      guard !course.awaited.isEmpty else {
        throw TriggerAnswer.Refusal(
          TriggerAnswer.notOnOurDesk.reason ?? "", hint: TriggerAnswer.notOnOurDesk.hint)
      }
      course.steps = [.events]
    }
  }

  private func plan(
    _ change: WorkerChange, _ scope: String, _ course: inout DriverCourse
  ) throws(TriggerAnswer.Refusal) {
    guard let key = course.worker, let board = boards[key.context] else { return }
    let versions = board.versions(of: key.id)
    switch change {
    case .start:
      if board.running(of: key.id) != nil { course.note = "It runs already." }
      course.steps = [.run]
    case .stop:
      let running = versions.filter { $0.running == .running || $0.running == .starting }
      if running.isEmpty { course.note = "It does not run." }
      course.steps = running.map { .send(.stopWorker(version: $0.id)) } + [.until(.stopped)]
    case .update:
      try expectOnline(course)
      course.steps = [
        .send(.updateRegistration(scope: scope)),
        .until(.version(besides: Set(versions.map(\.id)))),
      ]
    case .unregister:
      course.steps = [.send(.unregister(scope: scope)), .until(.gone)]
    }
  }

  private func plan(
    _ connectivity: Connectivity, _ course: inout DriverCourse
  ) throws(TriggerAnswer.Refusal) {
    guard let key = course.worker else { return }
    switch (connectivity, offline[key]) {
    case (.offline, nil):
      course.steps = [
        .run, .attach, .tell(.enableNetwork), .tell(.emulateNetwork(isOffline: true)), .beOffline,
      ]
    case (.offline, _?):
      course.note = "It is offline already."
    case (.online, let offline?):
      course.session = offline.session
      course.isInOrder = false
      course.awaited = offline.held.map {
        AwaitedEvent(
          service: .backgroundSync, name: "Dispatched sync event", instance: $0,
          registration: key.id)
      }
      // What is told to a worker that is stopped waits until it runs.
      course.steps = [.run, .tell(.emulateNetwork(isOffline: false)), .beOnline, .events]
    case (.online, nil):
      if stuck.contains(key) { throw Self.isStuck }
      course.note = "It was not offline."
    }
  }

  private static let isStuck = TriggerAnswer.Refusal(
    "A version of this worker ended while it was offline; Chromium holds its syncs until it is "
      + "started anew.",
    hint: "Close the browser and open it again, or unregister the worker.")

  private func expectOnline(_ course: DriverCourse) throws(TriggerAnswer.Refusal) {
    guard let key = course.worker else { return }
    if stuck.contains(key) { throw Self.isStuck }
    guard offline[key] != nil else { return }
    throw TriggerAnswer.Refusal(
      "The worker is offline, and the browser would do nothing.",
      hint: "`offstage trigger online` first.")
  }

  private static func aborting(_ fetch: String) -> String {
    var writer = JSONWriter()
    writer.value(fetch)
    return
      "registration.backgroundFetch.get(\(writer.string)).then(found => found ? found.abort() : null)"
  }

  private static let subscription = """
    registration.pushManager.getSubscription().then(found => found && JSON.stringify(found))
    """
}
