import CDP
import JSON
import OffstageCore
import OffstageTesting
@testable import OffstageCapture

/// Feeds a driver's machine and writes down what it does.
struct DriverDesk {
  var machine = DriverStateMachine()
  private var sequence: UInt64 = 0
  private var seconds: Int64 = 0
  /// Of what was posted last, by its description.
  private(set) var tickets: [String: UInt64] = [:]

  static let context = CaptureStateMachine.ContextNumber(rawValue: 1)
  static let place = DriverStateMachine.Place(
    context: context, session: SessionID(rawValue: "context"))
  static let scope = "https://app.example/"

  private var now: Timestamp { Timestamp(micros: 1_795_356_129_000_000 + seconds * 1_000_000) }

  // MARK: Asking

  mutating func ask(_ trigger: Int64, _ action: TriggerAction) -> [String] {
    machine.ask(trigger, action, in: Self.place, at: now)
    return actions()
  }

  mutating func expire(_ trigger: Int64) -> [String] {
    machine.expire(trigger)
    return actions()
  }

  mutating func posted(
    _ trigger: Int64, _ outcome: Result<Void, TriggerAnswer.Refusal> = .success(())
  ) -> [String] {
    machine.posted(trigger, outcome, at: now)
    return actions()
  }

  // MARK: What the browser says

  mutating func registration(_ id: String, _ scope: String, isDeleted: Bool = false) -> [String] {
    event(
      .serviceWorkerWorkerRegistrationUpdated(
        ServiceWorker.WorkerRegistrationUpdated(registrations: [
          ServiceWorker.ServiceWorkerRegistration(
            registrationId: ServiceWorker.RegistrationID(rawValue: id), scopeURL: scope,
            isDeleted: isDeleted)
        ])))
  }

  mutating func version(
    _ id: String, of registration: String = "0", _ running: String,
    _ status: ServiceWorker.ServiceWorkerVersionStatus = .activated
  ) -> [String] {
    event(
      .serviceWorkerWorkerVersionUpdated(
        ServiceWorker.WorkerVersionUpdated(versions: [
          ServiceWorker.ServiceWorkerVersion(
            versionId: id, registrationId: ServiceWorker.RegistrationID(rawValue: registration),
            scriptURL: "https://app.example/sw.js",
            runningStatus: ServiceWorker.ServiceWorkerVersionRunningStatus(rawValue: running),
            status: status,
            targetId: running == "running" ? Target.TargetID(rawValue: "worker-\(id)") : nil)
        ])))
  }

  mutating func threw(_ version: String, _ message: String) -> [String] {
    event(
      .serviceWorkerWorkerErrorReported(
        ServiceWorker.WorkerErrorReported(
          errorMessage: ServiceWorker.ServiceWorkerErrorMessage(
            errorMessage: message, registrationId: ServiceWorker.RegistrationID(rawValue: "0"),
            versionId: version, sourceURL: "https://app.example/sw.js", lineNumber: 0,
            columnNumber: 0))))
  }

  /// One registration with a worker that runs, or that sleeps.
  mutating func worker(_ running: String = "running") {
    _ = registration("0", Self.scope)
    _ = version("5", running)
  }

  mutating func detached(_ session: String) -> [String] {
    receive(
      .event(
        .targetDetachedFromTarget(
          Target.DetachedFromTarget(sessionId: SessionID(rawValue: session)))))
  }

  mutating func reply(_ command: String, _ json: String = "{}") -> [String] {
    receive(
      .reply(
        ticket: tickets[command] ?? 0, .success(RawJSON(unchecked: Array(json.utf8)))))
  }

  mutating func refuse(_ command: String, _ reason: String) -> [String] {
    receive(
      .reply(ticket: tickets[command] ?? 0, .failure(CDPError(.remote(code: -32000), reason))))
  }

  private mutating func event(_ event: ProtocolEvent) -> [String] {
    receive(.event(event))
  }

  private mutating func receive(_ content: InboundMessage.Content) -> [String] {
    sequence += 1
    seconds += 1
    machine.receive(
      InboundMessage(sequence: sequence, session: Self.place.session, content: content),
      in: Self.context, at: now)
    return actions()
  }

  /// Whose event it is, and what else is done.
  mutating func logged(
    _ service: Service, _ name: String, _ instance: String = "",
    metadata: [String: String] = [:], registration: String = "0", secondsAgo: Int64 = 0
  ) -> [String] {
    seconds += 1
    let event = LoggedEvent.sample(
      name, service, at: now - .seconds(secondsAgo), instance: instance,
      registration: registration, metadata)
    let trigger = machine.claim(event, in: Self.context, at: now)
    return (trigger.map { ["claimed by \($0)"] } ?? []) + actions()
  }

  // MARK: What it does

  private mutating func actions() -> [String] {
    machine.takeActions().map { action in
      switch action {
      case .post(let command, let session, let ticket):
        let text = Self.describe(command) + (session.map { " in \($0.rawValue)" } ?? "")
        tickets[text] = ticket
        return text
      case .answer(let trigger, let answer):
        let reason = answer.reason.map { ": \($0)" } ?? ""
        return "\(trigger) is \(answer.verdict.rawValue)\(reason)"
      case .postPush(let trigger, let data, let subscription):
        return "\(trigger) posts \(data.map { "“\($0)”" } ?? "nothing") to \(subscription)"
      case .signal(_, .worker(let context, _)): return context.text
      case .signal: return "signal"
      }
    }
  }

  private static func describe(_ command: DriverCommand) -> String {
    switch command {
    case .deliverPush(_, let registration, let data): "push “\(data)” to \(registration)"
    case .dispatchSync(_, let registration, let tag, let isLast):
      "sync \(tag)\(isLast ? ", last chance," : "") to \(registration)"
    case .dispatchPeriodicSync(_, let registration, let tag): "periodic \(tag) to \(registration)"
    case .startWorker(let scope): "start \(scope)"
    case .stopWorker(let version): "stop \(version)"
    case .updateRegistration(let scope): "update \(scope)"
    case .unregister(let scope): "unregister \(scope)"
    case .clearData(let origin): "clear \(origin)"
    case .setPermission(let origin, let name, let setting, _): "\(name) \(setting) \(origin)"
    case .attach(let target): "attach \(target.rawValue)"
    case .detach(let session): "detach \(session.rawValue)"
    case .enableNetwork: "network"
    case .emulateNetwork(let isOffline): isOffline ? "off" : "on"
    case .evaluate(let text): text.hasPrefix("Object.keys") ? "listeners" : "evaluate \(text)"
    }
  }
}
