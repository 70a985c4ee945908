import CDP
import JSON
import OffstageCore

/// What is done for each kind of trigger, and how far it is.
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
  private static let yes = RawJSON(unchecked: Array("true".utf8))
  private static let listening = "Object.keys(getEventListeners(self))"

  // MARK: Progress

  mutating func advance(_ trigger: Int64, at now: Timestamp) {
    while var course = courses[trigger] {
      guard let step = course.steps.first else {
        courses[trigger] = nil
        leave(course)
        return answer(trigger, result(course))
      }
      let isOver: Bool
      do throws(TriggerAnswer.Refusal) {
        isOver = try take(step, &course, at: now)
      } catch {
        return fail(course, error.reason, hint: error.hint)
      }
      if isOver {
        if course.steps.first == step { course.steps.removeFirst() }
        course.progress = .fresh
      }
      courses[trigger] = course
      guard isOver else { return }
    }
  }

  /// True when the step is over.
  private mutating func take(
    _ step: DriverCourse.Step, _ course: inout DriverCourse, at now: Timestamp
  ) throws(TriggerAnswer.Refusal) -> Bool {
    let board = boards[course.place.context] ?? WorkerBoard()
    let id = course.registration?.id ?? ""
    switch step {
    case .send(let command):
      return exchange(command, course.place.session, &course) != nil
    case .run:
      if board.running(of: id) != nil { return true }
      try expectStart(course, board)
      _ = exchange(
        .startWorker(scope: course.registration?.scope ?? ""), course.place.session, &course)
      return false
    case .attach:
      return try attach(&course, board, id)
    case .tell(let command):
      guard let raw = exchange(command, course.session, &course) else { return false }
      if case .evaluate = command { course.value = try Self.value(raw) }
      if case .abortFetch = course.action, course.value != Self.yes { course.awaited = [] }
      return true
    case .leave:
      leave(course)
      course.session = nil
      return true
    case .postPush:
      if case .sent = course.progress { return false }
      guard let subscription = course.value.flatMap(Self.text) else {
        throw TriggerAnswer.Refusal(
          "The worker has no push subscription.",
          hint:
            "Its page makes one: registration.pushManager.subscribe({ userVisibleOnly: true, … }).")
      }
      course.progress = .sent
      postPush(course, to: subscription)
      return false
    case .events:
      if course.claimed == 0 { try expectStart(course, board) }
      return course.awaited.isEmpty
    case .until(let condition):
      return holds(condition, board, id)
    case .beOffline:
      guard let key = course.worker, let session = course.session else { return true }
      offline[key] = Offline(session: session)
      course.isOwnSession = false
      noteNetwork(key, WorkerContext.workerOffline, at: now)
      return true
    case .beOnline:
      guard let key = course.worker else { return true }
      if let ended = offline.removeValue(forKey: key) {
        post(.detach(ended.session), session: nil, for: 0)
        noteNetwork(key, WorkerContext.workerOnline, at: now)
      }
      return true
    case .listeners:
      course.isAnswerable = true
      guard let version = board.running(of: id), listeners[version.id] == nil else { return true }
      course.steps = [
        .attach, .tell(.evaluate(Self.listening)), .leave, .learnListeners(version: version.id),
      ]
      return true
    case .learnListeners(let version):
      listeners[version] = course.value.flatMap(Self.names)
      return true
    }
  }

  /// The reply, once it is there.
  private mutating func exchange(
    _ command: DriverCommand, _ session: SessionID?, _ course: inout DriverCourse
  ) -> RawJSON? {
    switch course.progress {
    case .fresh:
      post(command, session: session, for: course.trigger)
      course.progress = .sent
      return nil
    case .sent: return nil
    case .replied(let raw): return raw
    }
  }

  private mutating func attach(
    _ course: inout DriverCourse, _ board: WorkerBoard, _ id: String
  ) throws(TriggerAnswer.Refusal) -> Bool {
    if let key = course.worker, let offline = offline[key] {
      course.session = offline.session
      return true
    }
    guard let target = board.running(of: id)?.target else {
      throw TriggerAnswer.Refusal("The worker stopped meanwhile.")
    }
    guard let raw = exchange(.attach(target), nil, &course) else { return false }
    var reader = JSONReader(raw.bytes)
    guard let reply = try? Target.AttachToTarget.decodeReply(&reader) else {
      throw TriggerAnswer.Refusal("The browser's answer could not be read.")
    }
    course.session = reply.sessionId
    course.isOwnSession = true
    return true
  }

  /// What threw as it started and has stopped by that gets no event.
  private func expectStart(
    _ course: DriverCourse, _ board: WorkerBoard
  ) throws(TriggerAnswer.Refusal) {
    guard let id = course.registration?.id, let error = board.startError(of: id),
      board.active(of: id)?.running == .stopped
    else { return }
    throw TriggerAnswer.Refusal(
      "The worker does not start: \(error)", hint: "Mend the error in its script.")
  }

  private func holds(
    _ condition: DriverCourse.Condition, _ board: WorkerBoard, _ id: String
  ) -> Bool {
    let versions = board.versions(of: id)
    return switch condition {
    case .active: board.active(of: id) != nil
    case .stopped: versions.allSatisfy { $0.running == .stopped }
    case .gone: board.registrations[id] == nil
    case .version(let known): versions.contains { !known.contains($0.id) }
    }
  }

  private static func value(_ raw: RawJSON) throws(TriggerAnswer.Refusal) -> RawJSON? {
    var reader = JSONReader(raw.bytes)
    guard let reply = try? Runtime.Evaluate.decodeReply(&reader) else {
      throw TriggerAnswer.Refusal("The browser's answer could not be read.")
    }
    if let details = reply.exceptionDetails {
      let text = details.exception?.description ?? details.text
      throw TriggerAnswer.Refusal("The worker could not do it: \(text.prefix { $0 != "\n" })")
    }
    return reply.result.value
  }

  private static func text(_ raw: RawJSON) -> String? {
    var reader = JSONReader(raw.bytes)
    return try? reader.readString()
  }

  private static func names(_ raw: RawJSON) -> Set<String>? {
    var reader = JSONReader(raw.bytes)
    var names: Set<String> = []
    do throws(JSONError) {
      try reader.enterArray()
      while try reader.nextElement() { names.insert(try reader.readString()) }
    } catch {
      return nil
    }
    return names
  }
}
