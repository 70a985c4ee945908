import JSON

extension FakeBrowserModel {
  mutating func answerServiceWorker(
    _ request: FakeRequest, session: Int
  ) throws(FakeProtocolError) -> RawJSON? {
    let key = sessions[session].key
    guard let context = contextIndex(ofSession: session) else { return .emptyObject }
    if request.method == "ServiceWorker.enable" {
      // Seen: a second enable is answered and shows nothing.
      guard !sessions[session].hasWorkersEnabled else { return .emptyObject }
      sessions[session].hasWorkersEnabled = true
      afterwards { model in
        guard model.sessions.contains(where: { $0.key == key }) else { return }
        let all = model.contexts[context].registrations
        model.emitRegistrations(all, isDeleted: false, to: key)
        model.emitVersions(all, to: key)
      }
      return .emptyObject
    }
    guard sessions[session].hasWorkersEnabled else { throw .workersNotEnabled }
    switch request.method {
    case "ServiceWorker.disable":
      sessions[session].hasWorkersEnabled = false
    case "ServiceWorker.deliverPushMessage":
      let data = try request.string("data")
      if let id = try registration(of: request, context: context) {
        deliverPush(data, registrationID: id, context: context)
      }
    case "ServiceWorker.dispatchSyncEvent":
      let isLast = try request.bool("lastChance")
      let tag = try request.string("tag")
      if let id = try registration(of: request, context: context) {
        // Docs/browser-facts.md §4: only this, no completion even when the handler fails.
        perform(
          .sync(dispatchedByClient: tag, isLastChance: isLast), registrationID: id, context: context
        )
      }
    case "ServiceWorker.dispatchPeriodicSyncEvent":
      let tag = try request.string("tag")
      if let id = try registration(of: request, context: context) {
        perform(.periodicSync(dispatchedByClient: tag), registrationID: id, context: context)
      }
    case "ServiceWorker.unregister":
      let scope = try request.string("scopeURL")
      if let found = contexts[context].registrations.first(where: { $0.scope == scope }) {
        unregister(found.id, context: context)
      }
    case "ServiceWorker.startWorker", "ServiceWorker.stopWorker", "ServiceWorker.stopAllWorkers",
      "ServiceWorker.skipWaiting", "ServiceWorker.updateRegistration",
      "ServiceWorker.setForceUpdateOnPageLoad":
      break
    default:
      throw .notFound(request.method)
    }
    return .emptyObject
  }

  /// Seen: an unknown registration is answered `{}` and nothing happens.
  private func registration(
    of request: FakeRequest, context: Int
  ) throws(FakeProtocolError) -> String? {
    _ = try request.string("origin")
    return contexts[context].registration(try request.string("registrationId"))?.id
  }

  /// Docs/browser-facts.md §0.7: a simulated push has no instance and only these two events.
  private mutating func deliverPush(_ data: String, registrationID: String, context: Int) {
    perform(
      .push(dispatchedByClient: data), registrationID: registrationID, context: context)
    let key = contexts[context].key
    afterwards { model in
      guard let context = model.contextIndex(key) else { return }
      model.perform(
        .push(completed: .success), registrationID: registrationID, context: context)
    }
  }

  // MARK: Registrations

  @discardableResult
  mutating func register(origin: String, scope: String, script: String, context: Int) -> String {
    let id = contexts[context].takeRegistrationID()
    let targetID = random.hexID()
    let registration = FakeRegistration(
      id: id, origin: origin, scope: scope, script: script, targetID: targetID)
    contexts[context].registrations.append(registration)
    for key in workerObservers(context: context) {
      emitRegistrations([registration], isDeleted: false, to: key)
    }
    add(
      FakeTarget(
        id: targetID, kind: .serviceWorker, contextID: contexts[context].id, url: script,
        title: "Service Worker \(script)"))
    for key in workerObservers(context: context) { emitVersions([registration], to: key) }
    return id
  }

  /// browser-facts §0.3: the log dies with the registration, and no observer of the log is told.
  mutating func unregister(_ id: String, context: Int) {
    guard let registration = contexts[context].registration(id) else { return }
    contexts[context].registrations.removeAll { $0.id == id }
    contexts[context].log.removeAll(registrationID: id)
    markGone(in: contexts[context].key) { $0.registrationID == id }
    for key in workerObservers(context: context) {
      emitRegistrations([registration], isDeleted: true, to: key)
    }
    destroy(registration.targetID)
  }

  mutating func setRunning(_ isRunning: Bool, registrationID: String, context: Int) {
    let all = contexts[context].registrations
    guard let index = all.firstIndex(where: { $0.id == registrationID }),
      all[index].isRunning != isRunning
    else { return }
    contexts[context].registrations[index].isRunning = isRunning
    if !all[index].isLoaded {
      // Seen: a registration that was read from disk is shown again when its worker first runs.
      contexts[context].registrations[index].isLoaded = true
      for key in workerObservers(context: context) {
        emitRegistrations([all[index]], isDeleted: false, to: key)
      }
    }
    let changed = contexts[context].registrations[index]
    if isRunning {
      add(
        FakeTarget(
          id: changed.targetID, kind: .serviceWorker, contextID: contexts[context].id,
          url: changed.script, title: "Service Worker \(changed.script)"))
    }
    for key in workerObservers(context: context) { emitVersions([changed], to: key) }
    if !isRunning { destroy(changed.targetID) }
  }

  mutating func reportError(
    _ message: String, line: Int, registrationID: String, context: Int
  ) {
    guard let registration = contexts[context].registration(registrationID) else { return }
    for key in workerObservers(context: context) {
      emit("ServiceWorker.workerErrorReported", to: key) { writer in
        writer.object { writer in
          writer.memberObject("errorMessage") { writer in
            writer.member("errorMessage", message)
            writer.member("registrationId", registration.id)
            writer.member("versionId", registration.id)
            writer.member("sourceURL", registration.script)
            writer.member("lineNumber", line)
            writer.member("columnNumber", -1)
          }
        }
      }
    }
  }

  private func workerObservers(context: Int) -> [FakeSession.Key] {
    sessions.indices
      .filter { sessions[$0].hasWorkersEnabled && contextIndex(ofSession: $0) == context }
      .map { sessions[$0].key }
  }

  private mutating func emitRegistrations(
    _ registrations: [FakeRegistration], isDeleted: Bool, to key: FakeSession.Key
  ) {
    emit("ServiceWorker.workerRegistrationUpdated", to: key) { writer in
      writer.object { writer in
        writer.memberArray("registrations") { writer in
          for registration in registrations {
            writer.object { writer in
              writer.member("registrationId", registration.id)
              writer.member("scopeURL", registration.scope)
              writer.member("isDeleted", isDeleted)
            }
          }
        }
      }
    }
  }

  private mutating func emitVersions(
    _ registrations: [FakeRegistration], to key: FakeSession.Key
  ) {
    emit("ServiceWorker.workerVersionUpdated", to: key) { writer in
      writer.object { writer in
        writer.memberArray("versions") { writer in
          for registration in registrations { registration.writeVersion(into: &writer) }
        }
      }
    }
  }
}

extension FakeRegistration {
  fileprivate func writeVersion(into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("versionId", id)
      writer.member("registrationId", id)
      writer.member("scriptURL", script)
      writer.member("runningStatus", isRunning ? "running" : "stopped")
      writer.member("status", "activated")
      writer.member("scriptLastModified", 0)
      writer.member("scriptResponseTime", 1_795_356_000.445071)
      writer.memberArray("controlledClients") { _ in }
      if isRunning { writer.member("targetId", targetID) }
    }
  }
}
