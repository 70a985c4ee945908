import CDP
import JSON
import OffstageCore

/// How far what is done for a trigger is.
extension DriverStateMachine {
  private static let yes = RawJSON(unchecked: Array("true".utf8))
  private static let listening = "Object.keys(getEventListeners(self))"

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
