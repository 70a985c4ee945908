package import CDP
import JSON
package import OffstageCore

/// Does what triggers ask in one connected browser: which commands, which events are awaited, and
/// what is answered.
///
/// A value: triggers, messages and events go in, actions come out.
package struct DriverStateMachine: Sendable {
  package enum Action: Sendable {
    case post(DriverCommand, session: SessionID?, ticket: UInt64)
    case answer(Int64, TriggerAnswer)
    /// What came of it is told to ``posted(_:_:at:)``.
    case postPush(Int64, data: String?, subscription: String)
    case signal(CaptureStateMachine.ContextNumber, CaptureSignal)
  }

  /// The browser context in which something is to be done.
  package struct Place: Sendable, Hashable {
    package var context: CaptureStateMachine.ContextNumber
    package var session: SessionID
    /// Nil for the default context.
    package var contextId: String?

    package init(
      context: CaptureStateMachine.ContextNumber, session: SessionID, contextId: String? = nil
    ) {
      self.context = context
      self.session = session
      self.contextId = contextId
    }
  }

  /// A worker that we have taken the network from. The session lasts as long as that: while it does,
  /// Chromium takes the network from the worker again each time it starts, and holds its syncs.
  struct Offline: Sendable {
    var session: SessionID
    /// Tags that were registered meanwhile.
    var held: [String] = []
  }

  /// Tells our replies from others'.
  static let ticketBit: UInt64 = 1 << 63
  /// Versions whose listeners are remembered.
  private static let limit = 1000

  var courses: [Int64: DriverCourse] = [:]
  var boards: [CaptureStateMachine.ContextNumber: WorkerBoard] = [:]
  var offline: [WorkerKey: Offline] = [:]
  /// A version of these ended while it was offline: Chromium goes on to hold their syncs.
  var stuck: Set<WorkerKey> = []
  /// What versions listen to, which does not change once they run.
  var listeners: [String: Set<String>] = [:] {
    didSet { if listeners.count > Self.limit { listeners = [:] } }
  }
  private var newest: [CaptureStateMachine.ContextNumber: [Int64]] = [:]
  private var tickets: [UInt64: Int64] = [:]
  private var lastTicket = ticketBit
  private var lastTurn = 0
  private var actions: [Action] = []

  package init() {}

  /// What came of all that went in.
  package mutating func takeActions() -> [Action] {
    defer { actions.removeAll() }
    return actions
  }

  // MARK: Asking

  /// - Parameter awaited: what comes of something that is not done by commands.
  mutating func ask(
    _ trigger: Int64, _ action: TriggerAction, in place: Place, awaiting awaited: [AwaitedEvent],
    at now: Timestamp
  ) {
    var course = DriverCourse(trigger: trigger, action: action, place: place)
    course.awaited = awaited
    course.newest = newest[place.context] ?? Self.noTimes
    lastTurn += 1
    course.turn = lastTurn
    do throws(TriggerAnswer.Refusal) {
      if let selector = action.worker {
        let found = try (boards[place.context] ?? WorkerBoard()).find(selector).get()
        course.registration = found
        boards[place.context]?.forgetStartErrors(of: found.id)
      }
      try plan(&course)
    } catch {
      answer(trigger, TriggerAnswer(error))
      return
    }
    courses[trigger] = course
    advance(trigger, at: now)
  }

  package mutating func ask(
    _ trigger: Int64, _ action: TriggerAction, in place: Place, at now: Timestamp
  ) {
    ask(trigger, action, in: place, awaiting: [], at: now)
  }

  /// It could not be done after all.
  mutating func giveUp(_ trigger: Int64, _ why: TriggerAnswer) {
    guard courses.removeValue(forKey: trigger) != nil else { return }
    answer(trigger, why)
  }

  /// A push service has taken the push, or not.
  package mutating func posted(
    _ trigger: Int64, _ outcome: Result<Void, TriggerAnswer.Refusal>, at now: Timestamp
  ) {
    guard var course = courses[trigger] else { return }
    switch outcome {
    case .success:
      course.steps.removeAll { $0 == .postPush }
      course.progress = .fresh
      courses[trigger] = course
      advance(trigger, at: now)
    case .failure(let refusal):
      fail(course, refusal.reason, hint: refusal.hint)
    }
  }

  /// The time given is over.
  package mutating func expire(_ trigger: Int64) {
    guard let course = courses.removeValue(forKey: trigger) else { return }
    leave(course)
    answer(trigger, late(course))
  }

  // MARK: Hearing

  /// - Parameter context: of the session that it came on, if it is a context's.
  package mutating func receive(
    _ message: InboundMessage,
    in context: @autoclosure () -> CaptureStateMachine.ContextNumber?, at now: Timestamp
  ) {
    switch message.content {
    case .reply(let ticket, let result):
      guard let trigger = tickets.removeValue(forKey: ticket) else { return }
      replied(trigger, result, at: now)
    case .event(.targetDetachedFromTarget(let detached)):
      ended(detached.sessionId, at: now)
    case .event(let event):
      guard event.isOfServiceWorkers, let context = context() else { return }
      boards[context, default: WorkerBoard()].receive(event)
      for trigger in courses.keys.sorted() where courses[trigger]?.place.context == context {
        advance(trigger, at: now)
      }
    case .malformed:
      break
    }
  }

  /// The context is gone, and with it all that was under way.
  package mutating func contextEnded(_ context: CaptureStateMachine.ContextNumber) {
    for (trigger, course) in courses.sorted(by: { $0.key < $1.key })
    where course.place.context == context {
      courses[trigger] = nil
      answer(trigger, TriggerAnswer(.failed, reason: "The browser went away meanwhile."))
    }
    boards[context] = nil
    newest[context] = nil
    // Where only our own target is gone, the worker gets its network back.
    for (key, ended) in offline where key.context == context {
      offline[key] = nil
      post(.detach(ended.session), session: nil, for: 0)
    }
    stuck = stuck.filter { $0.context != context }
  }

  private mutating func replied(
    _ trigger: Int64, _ result: Result<RawJSON, CDPError>, at now: Timestamp
  ) {
    guard var course = courses[trigger] else { return }
    switch result {
    case .success(let raw):
      course.progress = .replied(raw)
      courses[trigger] = course
      advance(trigger, at: now)
    case .failure(let error):
      fail(course, error.context)
    }
  }

  private mutating func ended(_ session: SessionID, at now: Timestamp) {
    guard let (key, _) = offline.first(where: { $0.value.session == session }) else { return }
    offline[key] = nil
    guard boards[key.context]?.registrations[key.id] != nil else { return }
    stuck.insert(key)
    noteNetwork(key, WorkerContext.workerOnline, at: now)
  }

  // MARK: Events

  /// Whose event it is, if it is one that a trigger of ours was to cause.
  package mutating func claim(
    _ event: LoggedEvent, in context: CaptureStateMachine.ContextNumber, at now: Timestamp
  ) -> Int64? {
    defer { note(event, in: context) }
    guard !courses.isEmpty else { return nil }
    let found = courses.values.filter { $0.place.context == context && $0.place(of: event) != nil }
      .sorted { $0.turn < $1.turn }
    guard
      var course = found.first(where: { course in
        course.place(of: event).map { course.awaited[$0].isMeant(by: event) } ?? false
      }) ?? found.first, let place = course.place(of: event)
    else { return nil }
    course.awaited.remove(at: place)
    for index in course.awaited.indices where course.awaited[index].instance == nil {
      course.awaited[index].instance = event.instanceId
    }
    course.claimed += 1
    // What follows comes in the order in which these did.
    lastTurn += 1
    course.turn = lastTurn
    course.status = event.value("Status") ?? course.status
    courses[course.trigger] = course
    advance(course.trigger, at: now)
    return course.trigger
  }

  private static let noTimes = Array(
    repeating: Int64.min, count: (Service.allCases.map(\.code).max() ?? 0) + 1)

  private mutating func note(
    _ event: LoggedEvent, in context: CaptureStateMachine.ContextNumber
  ) {
    let (service, micros) = (event.service.code, event.timestamp.micros)
    if newest[context, default: Self.noTimes][service] < micros {
      newest[context, default: Self.noTimes][service] = micros
    }
    guard !offline.isEmpty, event.service == .backgroundSync else { return }
    let key = WorkerKey(context: context, id: event.serviceWorkerRegistrationId)
    guard offline[key] != nil else { return }
    offline[key]?.held.removeAll { $0 == event.instanceId }
    if event.eventName == "Registered sync" { offline[key]?.held.append(event.instanceId) }
  }

  func scope(
    meantBy selector: WorkerSelector, in context: CaptureStateMachine.ContextNumber
  ) -> String? {
    try? boards[context]?.find(selector).get().scope
  }

  /// Those that have no network, by us.
  package var offlineWorkers: [(context: CaptureStateMachine.ContextNumber, scope: String)] {
    offline.keys.compactMap { key in
      boards[key.context]?.registrations[key.id].map { (key.context, $0.scope) }
    }
  }

  // MARK: Acting

  mutating func postPush(_ course: DriverCourse, to subscription: String) {
    guard case .webPush(_, let data) = course.action else { return }
    actions.append(.postPush(course.trigger, data: data, subscription: subscription))
  }

  mutating func post(_ command: DriverCommand, session: SessionID?, for trigger: Int64) {
    lastTicket += 1
    tickets[lastTicket] = trigger
    actions.append(
      .post(command, session: command.isForBrowser ? nil : session, ticket: lastTicket))
  }

  mutating func answer(_ trigger: Int64, _ answer: TriggerAnswer) {
    actions.append(.answer(trigger, answer))
  }

  /// What no event tells.
  mutating func noteNetwork(_ key: WorkerKey, _ text: String, at now: Timestamp) {
    let version = boards[key.context]?.active(of: key.id)?.id ?? ""
    actions.append(
      .signal(
        key.context,
        .worker(
          WorkerContext(
            kind: .network, registrationId: key.id, versionId: version, scriptURL: nil, text: text),
          at: now)))
  }
}

extension ProtocolEvent {
  fileprivate var isOfServiceWorkers: Bool {
    switch self {
    case .serviceWorkerWorkerRegistrationUpdated, .serviceWorkerWorkerVersionUpdated,
      .serviceWorkerWorkerErrorReported:
      true
    default: false
    }
  }
}
