import JSON

extension FakeBrowserModel {
  mutating func answerBackgroundService(
    _ request: FakeRequest, session: Int
  ) throws(FakeProtocolError) -> RawJSON? {
    switch request.method {
    case "BackgroundService.startObserving":
      return startObserving(try request.service(), request, session: session)
    case "BackgroundService.stopObserving":
      sessions[session].observed.remove(try request.service())
    case "BackgroundService.setRecording":
      let isOn = try request.bool("shouldRecord")
      let service = try request.service()
      if let context = contextIndex(ofSession: session) {
        setRecording(isOn, service, context: context)
      }
    case "BackgroundService.clearEvents":
      let service = try request.service()
      if let context = contextIndex(ofSession: session) { wipe(service, context: context) }
    default:
      throw .notFound(request.method)
    }
    return .emptyObject
  }

  /// Docs/browser-facts.md §2: `recordingStateChanged`, then the whole log ascending, then the
  /// reply, which is the only mark of the end. The log is read as it is now and shown in a later
  /// turn: live events of the time between come first and are not in it, so none is lost and none
  /// is doubled.
  private mutating func startObserving(
    _ service: FakeService, _ request: FakeRequest, session: Int
  ) -> RawJSON? {
    let key = sessions[session].key
    // browser-facts §2: a second startObserving on a session gives `{}`, no state and no replay.
    guard sessions[session].observed.insert(service).inserted else { return .emptyObject }
    guard let index = contextIndex(ofSession: session) else { return .emptyObject }
    emitRecordingState(service, context: index, to: key)
    var events: [FakeEvent] = []
    if !contexts[index].unreadable.contains(service) {
      events = contexts[index].log.replay(service, using: &random)
      markShown(service, in: contexts[index].key)
    }
    let batch = FakeEventBatch(
      events: events[...], recipients: [service: [key.id]], orderSeed: random.next())
    reply(
      to: request, in: key, isDeferred: true,
      before: { model in
        guard !batch.events.isEmpty, model.sessions.contains(where: { $0.key == key }) else {
          return
        }
        model.outputs.append(.events(batch, to: key.client))
      },
      { writer in writer.object { _ in } })
    return nil
  }

  /// Docs/browser-facts.md §1: renews when already on, and every observer hears it again. Seen:
  /// the caller hears nothing if it does not observe, and `false` is repeated as well.
  mutating func setRecording(_ isOn: Bool, _ service: FakeService, context: Int) {
    contexts[context].lease.set(
      service, until: isOn ? clock + FakeLease.micros : nil, at: clock)
    notifyRecordingState(service, context: context)
  }

  /// Docs/browser-facts.md §2: of one service, for all origins of the context, and nobody is told.
  mutating func wipe(_ service: FakeService, context: Int) {
    contexts[context].log.removeAll(service)
    contexts[context].unreadable.remove(service)
    markGone(in: contexts[context].key) { $0.service == service }
  }

  private mutating func notifyRecordingState(_ service: FakeService, context: Int) {
    for index in sessions.indices where sessions[index].observed.contains(service) {
      guard contextIndex(ofSession: index) == context else { continue }
      emitRecordingState(service, context: context, to: sessions[index].key)
    }
  }

  private mutating func emitRecordingState(
    _ service: FakeService, context: Int, to key: FakeSession.Key
  ) {
    let isRecording = contexts[context].lease.isRecording(service)
    emit("BackgroundService.recordingStateChanged", to: key) { writer in
      writer.object { writer in
        writer.member("isRecording", isRecording)
        writer.member("service", service.rawValue)
      }
    }
  }

  // MARK: Logging

  /// What the browser does when something happens: keeps it and shows it to all who observe.
  mutating func log(_ events: some Sequence<FakeEvent>, context: Int) {
    let key = contexts[context].key
    let observed = observedServices(context: context)
    var logged: [FakeEvent] = []
    for event in events {
      guard contexts[context].lease.isRecording(event.service) else { continue }
      if contexts[context].lease.isExpired(event.service, at: clock) {
        // browser-facts §0.4: a lease's end shows only here. The event is not logged, observers of
        // this service hear `false`, the other services stay on until an event of their own.
        show(logged[...], context: context)
        logged = []
        contexts[context].lease.set(event.service, until: nil, at: clock)
        notifyRecordingState(event.service, context: context)
        continue
      }
      logged.append(event)
      if options.keepsHistory {
        history.append(
          FakeHistoryEntry(
            context: key, event: event, isShown: observed.contains(event.service),
            isInLog: !event.isLiveOnly))
      }
      if !event.isLiveOnly { contexts[context].log.append(event) }
    }
    show(logged[...], context: context)
  }

  private mutating func show(_ events: ArraySlice<FakeEvent>, context: Int) {
    guard !events.isEmpty else { return }
    for (client, recipients) in observers(context: context) {
      let batch = FakeEventBatch(
        events: events, recipients: recipients, orderSeed: random.next())
      guard batch.messageCount > 0 else { continue }
      outputs.append(.events(batch, to: client))
    }
  }

  /// Docs/browser-facts.md §2: each session gets its own copy, also several on one connection.
  private func observers(context: Int) -> [(ClientID, [FakeService: [String?]])] {
    var all: [(ClientID, [FakeService: [String?]])] = []
    for index in sessions.indices where !sessions[index].observed.isEmpty {
      guard contextIndex(ofSession: index) == context else { continue }
      let key = sessions[index].key
      let position = all.firstIndex { $0.0 == key.client } ?? all.endIndex
      if position == all.endIndex { all.append((key.client, [:])) }
      for service in sessions[index].observed {
        all[position].1[service, default: []].append(key.id)
      }
    }
    return all
  }

  private func observedServices(context: Int) -> Set<FakeService> {
    sessions.indices.reduce(into: []) { services, index in
      guard !sessions[index].observed.isEmpty, contextIndex(ofSession: index) == context else {
        return
      }
      services.formUnion(sessions[index].observed)
    }
  }
}
