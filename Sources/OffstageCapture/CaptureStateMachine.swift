package import CDP
package import OffstageCore

/// Turns a browser's messages into signals, context by context, by the capture recipe.
///
/// Per browser context there is one hidden target with one flat session: it sees every origin of
/// the context, and no page needs to be attached to. A value: messages go in, actions come out.
package struct CaptureStateMachine: Sendable {
  package enum Action: Sendable {
    case post(Outgoing, session: SessionID?, ticket: Ticket)
    /// The context can be observed: a source is to be opened for it.
    case open(ContextNumber)
    case signal(ContextNumber, CaptureSignal)
    /// Other contexts are there and are left alone.
    case ignored(contextId: String)
    /// Something that the browser said could not be read; it is not stored.
    case unreadable(String)
    /// The context can't be observed at all.
    case failed(ContextNumber, CDPError)
  }

  /// What is sent without waiting.
  package enum Outgoing: Sendable {
    case createHiddenTarget(contextId: String?)
    case closeTarget(Target.TargetID)
    case attach(Target.TargetID)
    case detach(SessionID)
    case enableServiceWorker
    case capture(CaptureCommand)
    case discoverTargets
  }

  package struct ContextNumber: Hashable, Sendable {
    package let rawValue: Int
  }

  package struct Context: Sendable {
    /// Nil for the default context of a browser that does not name it.
    package var id: String?
    package var isDefault: Bool
    package internal(set) var session: SessionID?
    var hidden: Target.TargetID?
    /// Pages and workers of the context, ours left out.
    var others: Set<Target.TargetID> = []
    /// Pages, to fall back on where no target can be made.
    var pages: [Target.TargetID] = []
    var isClosing = false
    var workers = WorkerVersions()
  }

  package private(set) var contexts: [ContextNumber: Context] = [:]
  private let recordsOthers: Bool
  private var nextNumber = 0
  private var defaultContextId: String?
  private var ignored: Set<String> = []
  private var contextOf: [Target.TargetID: ContextNumber] = [:]
  private var sessions: [SessionID: ContextNumber] = [:]

  /// - Parameter recordsOthers: contexts beside the default one, such as incognito windows.
  package init(recordsOthers: Bool) {
    self.recordsOthers = recordsOthers
  }

  // MARK: Start

  /// - Parameter defaultContextId: as `Target.getBrowserContexts` tells it.
  package mutating func start(defaultContextId: String?) -> [Action] {
    self.defaultContextId = defaultContextId
    let number = add(Context(id: defaultContextId, isDefault: true))
    return [
      .post(.discoverTargets, session: nil, ticket: Ticket(number, .other)),
      .post(
        .createHiddenTarget(contextId: nil), session: nil, ticket: Ticket(number, .createTarget)),
    ]
  }

  private mutating func add(_ context: Context) -> ContextNumber {
    nextNumber += 1
    let number = ContextNumber(rawValue: nextNumber)
    contexts[number] = context
    return number
  }

  mutating func setHidden(_ target: Target.TargetID, in number: ContextNumber) {
    contexts[number]?.hidden = target
    contexts[number]?.others.remove(target)
    contextOf[target] = nil
  }

  mutating func drop(_ number: ContextNumber) {
    if let session = contexts.removeValue(forKey: number)?.session { sessions[session] = nil }
  }

  mutating func setSession(_ session: SessionID, in number: ContextNumber) {
    guard contexts[number] != nil else { return }
    contexts[number]?.session = session
    sessions[session] = number
  }

  /// Ends our session with a context that could not be recorded: it is then observed anew.
  package func letGo(of number: ContextNumber) -> [Action] {
    guard let context = contexts[number], let session = context.session else { return [] }
    let command = context.hidden.map(Outgoing.closeTarget) ?? .detach(session)
    return [.post(command, session: nil, ticket: Ticket(number, .other))]
  }

  // MARK: Messages

  package mutating func receive(
    _ message: InboundMessage, at now: Timestamp, into actions: inout [Action]
  ) {
    switch message.content {
    case .event(let event):
      if let session = message.session {
        guard let number = sessions[session] else { return }
        receive(event, in: number, at: now, into: &actions)
      } else {
        actions += receive(event, at: now)
      }
    case .reply(let ticket, let result):
      actions += receive(Ticket(rawValue: ticket), result, at: now)
    case .malformed(let text):
      actions.append(.unreadable(text))
    }
  }

  func context(of session: SessionID) -> ContextNumber? { sessions[session] }

  /// What comes on a context's session.
  private mutating func receive(
    _ event: ProtocolEvent, in number: ContextNumber, at now: Timestamp,
    into actions: inout [Action]
  ) {
    switch event {
    case .backgroundServiceEventReceived(let received):
      if let logged = LoggedEvent(received.backgroundServiceEvent) {
        actions.append(.signal(number, .event(logged, received: now)))
      } else {
        actions.append(.unreadable("\(received.backgroundServiceEvent)"))
      }
    case .backgroundServiceRecordingStateChanged(let change):
      guard let service = Service(rawValue: change.service.rawValue) else { return }
      actions.append(
        .signal(number, .recordingState(service, isRecording: change.isRecording, at: now)))
    case .serviceWorkerWorkerRegistrationUpdated(let update):
      for registration in update.registrations {
        actions.append(.signal(number, .registration(WorkerRegistration(registration), at: now)))
      }
    case .serviceWorkerWorkerVersionUpdated(let update):
      for version in update.versions {
        guard let context = contexts[number]?.workers.note(version) else { continue }
        actions.append(.signal(number, .worker(context, at: now)))
      }
    case .serviceWorkerWorkerErrorReported(let report):
      actions.append(.signal(number, .worker(WorkerContext(report.errorMessage), at: now)))
    case .undecodable(let method, let params, _) where method.hasPrefix("BackgroundService."):
      actions.append(.unreadable("\(method) \(params)"))
    default:
      break
    }
  }

  /// What comes on the connection itself.
  private mutating func receive(_ event: ProtocolEvent, at now: Timestamp) -> [Action] {
    switch event {
    case .targetCreated(let created): return targetCreated(created.targetInfo)
    case .targetDestroyed(let destroyed): return targetDestroyed(destroyed.targetId)
    case .targetDetachedFromTarget(let detached): return self.detached(detached.sessionId, at: now)
    default: return []
    }
  }

  private mutating func targetCreated(_ info: Target.TargetInfo) -> [Action] {
    guard info.type != "browser", info.type != "tab", let id = info.browserContextId?.rawValue
    else { return [] }
    if let known = contexts.first(where: { $0.value.id == id })?.key {
      note(info, in: known)
      return []
    }
    // A browser that does not name its default context shows it by the target that we made in it.
    if let (number, context) = contexts.first(where: { $0.value.isDefault }), context.id == nil {
      guard context.hidden == info.targetId else { return [] }
      contexts[number]?.id = id
      return []
    }
    guard recordsOthers else {
      return ignored.insert(id).inserted ? [.ignored(contextId: id)] : []
    }
    let number = add(Context(id: id, isDefault: false))
    note(info, in: number)
    return [
      .post(
        .createHiddenTarget(contextId: id), session: nil, ticket: Ticket(number, .createTarget))
    ]
  }

  private mutating func note(_ info: Target.TargetInfo, in number: ContextNumber) {
    guard contexts[number]?.hidden != info.targetId else { return }
    contexts[number]?.others.insert(info.targetId)
    contextOf[info.targetId] = number
    if info.type == "page" { contexts[number]?.pages.append(info.targetId) }
  }

  private mutating func targetDestroyed(_ target: Target.TargetID) -> [Action] {
    guard let number = contextOf.removeValue(forKey: target), var context = contexts[number] else {
      return []
    }
    context.others.remove(target)
    context.pages.removeAll { $0 == target }
    defer { contexts[number] = context }
    // Our target must not keep an incognito window's context alive.
    guard context.others.isEmpty, !context.isDefault, let hidden = context.hidden,
      !context.isClosing
    else { return [] }
    context.isClosing = true
    return [.post(.closeTarget(hidden), session: nil, ticket: Ticket(number, .other))]
  }

  private mutating func detached(_ session: SessionID, at now: Timestamp) -> [Action] {
    guard let number = sessions[session], var context = contexts[number] else { return [] }
    let isOver = context.isClosing || !context.isDefault && context.others.isEmpty
    let end = Action.signal(number, .ended(isOver ? .closed : .left, at: now))
    drop(number)
    guard !isOver else { return [end] }
    // Somebody closed our target; the context lives on and is observed anew.
    context.session = nil
    context.hidden = nil
    context.workers = WorkerVersions()
    let new = add(context)
    for target in context.others { contextOf[target] = new }
    return [
      end,
      .post(
        .createHiddenTarget(contextId: context.isDefault ? nil : context.id), session: nil,
        ticket: Ticket(new, .createTarget)),
    ]
  }
}
