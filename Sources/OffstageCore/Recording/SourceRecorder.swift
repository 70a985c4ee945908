/// The recording of one browser context: its six services together.
package struct SourceRecorder: Sendable {
  package typealias Effect = ServiceRecorder.Effect

  package private(set) var source: Source
  package private(set) var services: [Service: ServiceRecorder]
  private var nextHeartbeat: Timestamp?

  /// How often it is noted until when we were there.
  private static let heartbeatInterval = Interval.seconds(15)

  package init(
    source: Source, facts: [Service: ServiceFacts], disk: [Service: DiskLease], transport: String
  ) {
    self.source = source
    services = [:]
    for service in Service.allCases {
      services[service] = ServiceRecorder(
        service, facts: facts[service] ?? ServiceFacts(), disk: disk[service] ?? .unknown,
        browser: source.browser ?? "", transport: transport)
    }
  }

  /// All six at once, so that their histories come pipelined.
  package mutating func start() -> [Effect] { forEach { $0.start() } }

  /// Not to be recorded.
  package var unwanted: Set<Service> {
    Set(services.filter { $0.value.facts.wanted == false }.keys)
  }

  /// Events that the histories of this attachment have brought so far.
  package var replayed: Int64 { services.values.reduce(0) { $0 + $1.replayed } }

  /// The same recording, of a source that turned out to be a known one. Nothing was received yet.
  package func moved(to source: Source, facts: [Service: ServiceFacts]) -> SourceRecorder {
    var moved = self
    moved.source = source
    for (service, recorder) in services {
      moved.services[service] = recorder.moved(facts: facts[service] ?? ServiceFacts())
    }
    return moved
  }

  /// All histories have come in, durable or not.
  var hasAllHistories: Bool {
    services.values.allSatisfy { $0.phase == .live || $0.phase == .refused }
  }

  package var hasCaughtUp: Bool {
    services.values.allSatisfy(\.hasCaughtUp)
  }

  /// `startObserving` is about to be sent: what comes of this service from now on belongs to the
  /// observation numbered `token`.
  package mutating func began(
    _ service: Service, _ token: ObservationToken, at now: Timestamp
  ) -> [Effect] {
    services[service]?.began(token, at: now) ?? []
  }

  package mutating func receive(_ signal: CaptureSignal, into effects: inout [Effect]) {
    if case .event(let event, let received, let trigger) = signal {
      services[event.service]?.event(
        event, received: received, trigger: trigger, into: &effects)
    } else {
      effects += receive(signal)
    }
  }

  private mutating func receive(_ signal: CaptureSignal) -> [Effect] {
    switch signal {
    case .event:
      return []
    case .recordingState(let service, let isRecording, let now):
      return services[service]?.recordingState(isRecording, at: now) ?? []
    case .replayEnded(let service, let now):
      return services[service]?.replayEnded(at: now) ?? []
    case .observationFailed(let service, _, let now):
      return services[service]?.observationFailed(at: now) ?? []
    case .observationStopped(let service, let now):
      return services[service]?.observationStopped(at: now) ?? []
    case .cleared(let service, let failure, let now):
      return services[service]?.cleared(failure: failure, at: now) ?? []
    case .registration(let registration, let now):
      return [.write(.registration(registration, at: now))]
    case .worker(let context, let now):
      return [.write(.worker(context, at: now))]
    case .ended(let end, let now):
      return ended(end, at: now)
    }
  }

  private mutating func ended(_ end: ContextEnd, at now: Timestamp) -> [Effect] {
    var effects = forEach { $0.ended(end, at: now) }
    // An off-the-record log dies with its context: what it logs from now on may never be read.
    // The gap is taken back if the context is found again and replays all of it.
    if end == .connectionLost, source.kind == .offTheRecord {
      effects += Service.allCases.map {
        .write(.gapOpened($0, .connectionLost, from: now, to: nil, .unknown))
      }
    }
    return effects
  }

  package mutating func tick(at now: Timestamp) -> [Effect] {
    var effects = forEach { $0.tick(at: now) }
    if now >= nextHeartbeat ?? now {
      nextHeartbeat = now + SourceRecorder.heartbeatInterval
      effects += forEach { $0.heartbeat(at: now) }
    }
    return effects
  }

  package mutating func judged(_ verdict: ReplayVerdict, at now: Timestamp) -> [Effect] {
    services[verdict.service]?.judged(verdict, at: now) ?? []
  }

  package mutating func wanted(_ wish: RecorderControl.Wish) -> [Effect] {
    services[wish.service]?.wanted(wish.wanted, revision: wish.revision) ?? []
  }

  package mutating func perform(_ request: RecorderRequest, at now: Timestamp) -> [Effect] {
    switch request.kind {
    case .clearBrowserLog:
      return services[request.service]?.clearBrowserLog(request: request.id, at: now) ?? []
    case .renew:
      return (services[request.service]?.renewNow() ?? [])
        + [.write(.requestAnswered(request.id, answer: .done, at: now))]
    }
  }

  package mutating func shed(at now: Timestamp) -> [Effect] { forEach { $0.shed(at: now) } }

  package mutating func resume() -> [Effect] { forEach { $0.resume() } }

  private mutating func forEach(_ body: (inout ServiceRecorder) -> [Effect]) -> [Effect] {
    var effects: [Effect] = []
    for service in Service.allCases {
      guard var recorder = services.removeValue(forKey: service) else { continue }
      effects += body(&recorder)
      services[service] = recorder
    }
    return effects
  }
}
