import CDP
import JSON
import OffstageCore

/// The service worker, its script, and what it listens to.
extension OriginLook {
  /// A page that registers a worker does so a moment after it has loaded.
  private static let patience = Duration.seconds(3)
  private static let installing = Duration.seconds(10)
  private static let starting = Duration.seconds(10)

  /// Returns when the page has an active worker, has complained, or has had its time.
  func waitForWorker(_ standIn: StandInPage) async {
    let question = """
      navigator.serviceWorker?.getRegistration(location.href).then(
        mine => !mine ? 'none' : !mine.installing && mine.active?.state === 'activated' ? 'active'
          : 'coming', () => 'none') ?? 'none'
      """
    let start = ContinuousClock.now
    while !Task.isCancelled {
      guard let raw = try? await standIn.value(of: question) else { return }
      var reader = JSONReader(raw.bytes)
      let state = try? reader.readString()
      let age = ContinuousClock.now - start
      switch state {
      case "none" where age < Self.patience && heard.complaints.isEmpty: break
      case "coming" where age < Self.installing: break
      default: return
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Fetched by the browser itself, past the worker and the cache, as it does for an update.
  func script(_ url: String, _ standIn: StandInPage) async -> OriginFacts.Script? {
    let load = Network.LoadNetworkResource(
      url: url,
      options: Network.LoadNetworkResourceOptions(disableCache: true, includeCredentials: true),
      frameId: standIn.frame)
    guard let found = try? await connection.call(load, session: standIn.session).resource else {
      return nil
    }
    if let status = found.httpStatusCode {
      return .answered(status: Int(status), type: found.headers.flatMap(Self.contentType))
    }
    return found.success ? nil : .failed(found.netErrorName ?? "no answer")
  }

  private static func contentType(_ headers: RawJSON) -> String? {
    guard let object = try? JSONObject(parsing: headers),
      let name = object.keys.first(where: { $0.lowercased() == "content-type" }),
      let raw = object[name]
    else { return nil }
    var reader = JSONReader(raw.bytes)
    return try? reader.readString()
  }

  // MARK: Handlers

  func handlers(
    of worker: OriginFacts.Worker, _ standIn: StandInPage
  ) async -> OriginFacts.Handlers {
    let runs = { @Sendable (heard: OriginHearing) in heard.target(ofScript: worker.scriptURL) != nil
    }
    if !runs(heard) {
      guard options.wakesWorker, worker.activeState != nil else { return .unknown(.asleep) }
      _ = try? await connection.call(
        ServiceWorker.StartWorker(scopeURL: worker.scope), session: standIn.session)
      _ = await wait(within: Self.starting, until: runs)
    }
    guard let target = heard.target(ofScript: worker.scriptURL),
      let listened = try? await listeners(in: target)
    else { return .unknown(.wouldNotStart(heard.startError(ofScript: worker.scriptURL))) }
    return .known(listened)
  }

  /// A worker has no DOMDebugger; the console's own function is there all the same. Being attached
  /// keeps a worker alive, so that is ended at once.
  private func listeners(in target: Target.TargetID) async throws -> Set<String> {
    let session = try await connection.call(
      Target.AttachToTarget(targetId: target, flatten: true)
    ).sessionId
    let raw = try? await connection.value(
      of: "Object.keys(getEventListeners(self))", in: session, within: .seconds(5))
    _ = try? await connection.call(Target.DetachFromTarget(sessionId: session))
    var reader = JSONReader(raw?.bytes ?? [])
    var names: Set<String> = []
    try reader.enterArray()
    while try reader.nextElement() { names.insert(try reader.readString()) }
    return names
  }

  // MARK: Recording

  /// Each observer hears first how the service stands; the log that comes after it is not waited
  /// for.
  func recording(_ session: SessionID) async -> [Service: OriginFacts.Recording] {
    for service in Service.allCases {
      connection.post(
        BackgroundService.StartObserving(
          service: BackgroundService.ServiceName(rawValue: service.rawValue)),
        session: session, ticket: UInt64(service.code))
    }
    _ = await wait(within: .seconds(5)) { $0.recording.count == Service.allCases.count }
    return heard.recording.mapValues { OriginFacts.Recording(isOn: $0) }
  }
}
