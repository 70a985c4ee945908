extension FakeBrowserModel {
  /// Carries out one step of a script and lets the browser settle. The slices of a storm after its
  /// first are no steps of their own.
  package mutating func perform(
    _ step: ScriptStep, isContinuation: Bool = false
  ) -> [FakeOutput] {
    if !isContinuation { countStep() }
    carryOut(step)
    return drain() + settle()
  }

  private mutating func carryOut(_ step: ScriptStep) {
    switch step {
    case .advanceClock(let micros): clock += max(0, micros)
    case .clockJump(let micros): clock += micros
    case .crashWithoutClose: crash()
    case .restart:
      close()
      start()
    case .delayReply(let method, let steps): rules[method] = .delay(steps: steps)
    case .neverReply(let method): rules[method] = .never
    case .errorReply(let method, let code, let message):
      rules[method] = .error(code: code, message: message)
    case .replyNormally(let method): rules[method] = nil
    case _ where !isRunning:
      // A browser that is down does nothing.
      break
    case .contextAppears(let key):
      guard contextIndex(key) == nil else { return }
      let context = addContext(named: key, owner: nil)
      openTarget(url: "about:blank", context: contexts[context].id, owner: nil)
    case .disconnect(let client):
      end(client) { _ in .clean }
    case .disconnectMidFrame(let client, let bytes):
      breakMidFrame(client, afterBytes: bytes)
    case .sendMalformed(let client, let bytes):
      for receiver in receivers(client) { emit(bytes, to: receiver) }
    case .sendUnframed(let client, let bytes):
      outputs += receivers(client).map { .unframed(bytes, to: $0) }
    case .sendOversize(let client, let bytes):
      let padding = [UInt8](repeating: UInt8(ascii: "x"), count: max(0, bytes - 42))
      let message = Array(#"{"method":"Fake.oversize","params":{"x":""#.utf8) + padding
      for receiver in receivers(client) { emit(message + Array(#""}}"#.utf8), to: receiver) }
    default:
      carryOutInContext(step)
    }
  }

  private mutating func carryOutInContext(_ step: ScriptStep) {
    guard let context = step.context.flatMap(contextIndex) else { return }
    switch step {
    case .log(let scene, _): perform(scene, registrationID: nil, context: context)
    case .storm(let storm): perform(storm, context: context)
    case .duplicates(let service, let count, _):
      let event = filler(service, number: history.count, context: context)
      log(repeatElement(event, count: count), context: context)
    case .equalTimestamps(let service, let count, _):
      let first = filler(service, number: history.count, context: context)
      log((0..<count).map { first.numbered($0) }, context: context)
    case .expireLease(let service, _):
      if contexts[context].lease.isRecording(service) {
        contexts[context].lease.set(service, until: clock - 1, at: clock)
      }
    case .setRecordingByOther(let service, let isOn, _):
      setRecording(isOn, service, context: context)
    case .wipe(let service, _): wipe(service, context: context)
    case .corrupt(let service, _): contexts[context].unreadable.insert(service)
    case .register(let origin, _):
      register(
        origin: origin, scope: "\(origin)/", script: "\(origin)/sw.js", context: context)
    case .unregister(let id, _): unregister(id, context: context)
    case .startWorker(let id, _): setRunning(true, registrationID: id, context: context)
    case .stopWorker(let id, _): setRunning(false, registrationID: id, context: context)
    case .workerError(let id, let message, let line, _):
      reportError(message, line: line, registrationID: id, context: context)
    case .contextDisappears: dispose(context)
    case .openPage(let url, _):
      openTarget(url: url, context: contexts[context].id, owner: nil)
    case .closeAllTargets:
      let id = contexts[context].id
      for target in targets
      where target.contextID == id && (target.kind == .page || target.kind == .other) {
        closePage(target.id)
      }
    default: break
    }
  }

  // MARK: Events

  mutating func perform(_ scene: FakeScene, registrationID: String?, context: Int) {
    let origin = scene.origin ?? options.origin
    let id = registrationID ?? registration(for: origin, context: context)
    let site = contexts[context].registration(id)?.origin ?? origin
    setRunning(true, registrationID: id, context: context)
    for entry in scene.entries {
      clock += max(1, entry.afterMicros)
      let event = FakeEvent(
        micros: clock, service: entry.service, name: entry.name, instanceID: entry.instanceID,
        origin: "\(site)/", storageKey: "\(site)/",
        registrationID: entry.isLiveOnly ? FakeEvent.noRegistration : id,
        metadata: entry.metadata)
      log(CollectionOfOne(event), context: context)
    }
  }

  private mutating func perform(_ storm: FakeStorm, context: Int) {
    guard !storm.services.isEmpty else { return }
    // One event of each service, to be told apart by time and instance only.
    let models = storm.services.map { service in
      filler(service, number: 0, context: context).padded(toMessageBytes: storm.bytes)
    }
    let stories = storm.tellsStories ? storm.services.map { story(of: $0, storm, context) } : []
    let rare = storm.rareOriginEvery.map { every in
      (
        every: every,
        models: models.map { event in moved(event, to: FakeStorm.rareOrigin, context: context) }
      )
    }
    let failure = storm.failureEvery.map { every in
      (every: every, model: failedPush(context: context).padded(toMessageBytes: storm.bytes))
    }
    var events: [FakeEvent] = []
    events.reserveCapacity(storm.count)
    clock = max(clock, storm.stampMicros ?? clock)
    for number in storm.first..<storm.first + storm.count {
      var event = models[number % models.count]
      if let failure, number % failure.every == failure.every - 1 {
        event = failure.model
      } else if let rare, number % rare.every == rare.every - 1 {
        event = rare.models[number % rare.models.count]
      }
      clock += storm.spacingMicros
      event.micros = clock
      event.instanceID = "storm-\(number)"
      if storm.tellsStories {
        let (round, turn) = number.quotientAndRemainder(dividingBy: stories.count)
        let story = stories[turn]
        event = story[round % story.count]
        event.micros = clock
        event.instanceID = "story-\(round / story.count)"
      }
      events.append(event)
    }
    log(events, context: context)
  }

  private mutating func registration(for origin: String, context: Int) -> String {
    let known = contexts[context].registrations.first { $0.origin == origin }
    return known?.id
      ?? register(
        origin: origin, scope: "\(origin)/", script: "\(origin)/sw.js", context: context)
  }

  /// An event that only fills the log: real names, no story.
  private mutating func filler(_ service: FakeService, number: Int, context: Int) -> FakeEvent {
    clock += 1
    let origin = options.origin
    let (name, key) = service.fillerName
    return FakeEvent(
      micros: clock, service: service, name: name, instanceID: "filler-\(number)",
      origin: "\(origin)/", storageKey: "\(origin)/",
      registrationID: registration(for: origin, context: context),
      metadata: [.init(key: key, value: "x")])
  }

  private mutating func story(
    of service: FakeService, _ storm: FakeStorm, _ context: Int
  ) -> [FakeEvent] {
    let model = filler(service, number: 0, context: context)
    return service.story.map { name, metadata in
      var event = model
      event.name = name
      event.metadata = [.init(key: "Padding", value: "x")] + metadata
      event = event.padded(toMessageBytes: storm.bytes)
      event.metadata.sort { $0.key < $1.key }
      return event
    }
  }

  private mutating func failedPush(context: Int) -> FakeEvent {
    var event = filler(.pushMessaging, number: 0, context: context)
    event.name = "Push event completed"
    event.metadata.append(.init(key: "Status", value: "waitUntil Rejected"))
    return event
  }

  private mutating func moved(
    _ event: FakeEvent, to origin: String, context: Int
  ) -> FakeEvent {
    var moved = event
    moved.origin = "\(origin)/"
    moved.storageKey = "\(origin)/"
    moved.registrationID = registration(for: origin, context: context)
    return moved
  }

  // MARK: Connections

  private func receivers(_ client: ClientID?) -> [ClientID] {
    clients.filter { client == nil || $0 == client }
  }

  private mutating func end(_ client: ClientID?, _ how: (ClientID) -> FakeEnding) {
    for receiver in receivers(client) {
      outputs.append(.end(how(receiver), of: receiver))
      forget(receiver)
    }
  }

  private mutating func breakMidFrame(_ client: ClientID?, afterBytes: Int) {
    let broken = receivers(client)
    let before = outputs.count
    let logged = history.count
    perform(
      .notification(tag: "cut", title: "The connection breaks here"), registrationID: nil,
      context: 0)
    // Those whose connection breaks get a part of the event; the others get it whole.
    var cut: [ClientID: [UInt8]] = [:]
    for output in outputs[before...] {
      guard let receiver = output.client, broken.contains(receiver) else { continue }
      cut[receiver] = cut[receiver] ?? output.messages.first
    }
    outputs[before...].removeAll { $0.client.map(broken.contains) ?? false }
    let isShown = outputs[before...].contains { if case .events = $0 { true } else { false } }
    if !isShown, history.count > logged { history[logged].isShown = false }
    let filler = Array(#"{"method":"Target.targetDestroyed","params":{"targetId":"0"}}"#.utf8)
    end(client) { .midFrame(cut[$0] ?? filler, afterBytes: afterBytes) }
  }
}
