import CDP
import Foundation
import JSON
import OffstageCore
import OffstageTesting

/// What a scenario does with its site, and waits for.
struct CorpusPlay: Sendable {
  let stage: CorpusStage
  let site: LoopbackSite
  let worker: Worker
  let began: Timestamp
  /// What was made of the network, which no event tells.
  let conditions = Awaited<[WorkerContextEntry]>([])

  var client: Client { stage.client }

  /// Those that the site has had.
  var registrations: Set<String> {
    Set(
      client.messages { message -> [String] in
        guard case .event(.serviceWorkerWorkerRegistrationUpdated(let update)) = message.content
        else { return [] }
        return update.registrations.filter { $0.scopeURL.hasPrefix(site.origin + "/") }
          .map(\.registrationId.rawValue)
      }.joined())
  }

  // MARK: Acts

  /// Of the page, with a user's gesture; gives what it came to, also if that is a mistake.
  @discardableResult
  func page(_ script: String, of other: SessionID? = nil) async throws -> String {
    let reply = try await client.connection.call(
      Runtime.Evaluate(
        expression: """
          (async () => {
            const worker = await navigator.serviceWorker.ready;
            \(script)
          })().then(value => String(value), error => String(error))
          """, returnByValue: true, userGesture: true, awaitPromise: true),
      session: other ?? worker.page, timeout: .seconds(60))
    if let exception = reply.exceptionDetails {
      throw Unexpected(exception.exception?.description ?? exception.text)
    }
    guard let value = reply.result.value else { return "" }
    var reader = JSONReader(value.bytes)
    return try reader.readString()
  }

  /// A message to the worker; a script of it that listens does something.
  func tell(_ text: String) async throws {
    try await page("worker.active.postMessage('\(text)')")
  }

  func push(_ payload: String) async throws { try await worker.deliver(payload) }

  func simulateSync(_ tag: String) async throws {
    _ = try await client.connection.call(
      ServiceWorker.DispatchSyncEvent(
        origin: worker.origin,
        registrationId: ServiceWorker.RegistrationID(rawValue: worker.registration), tag: tag,
        lastChance: false), session: worker.page)
  }

  func setPermission(_ name: String, _ setting: Browser.PermissionSetting) async throws {
    _ = try await client.connection.call(
      Browser.SetPermission(
        permission: Browser.PermissionDescriptor(name: name), setting: setting,
        origin: site.origin))
  }

  func stopWorker() async throws {
    let versions = client.messages { message -> [ServiceWorker.ServiceWorkerVersion] in
      guard case .event(.serviceWorkerWorkerVersionUpdated(let update)) = message.content
      else { return [] }
      return update.versions
    }.joined().filter { $0.registrationId.rawValue == worker.registration }
    guard let version = versions.last else { throw Unexpected("no version of the worker") }
    _ = try await client.connection.call(
      ServiceWorker.StopWorker(versionId: version.versionId), session: worker.page)
  }

  /// A session on the worker that runs.
  func workerSession() async throws -> SessionID {
    _ = try await client.connection.call(
      ServiceWorker.StartWorker(scopeURL: site.origin + "/"), session: worker.page)
    var found: Target.TargetID?
    try await eventually("the worker's target") {
      let targets = try await client.connection.call(Target.GetTargets()).targetInfos
      found =
        targets.first { $0.type == "service_worker" && $0.url.hasPrefix(site.origin + "/") }?
        .targetId
      return found != nil
    }
    guard let found else { throw Unexpected("no target of the worker") }
    return try await client.attach(found)
  }

  /// For the page or for the worker, as the session is.
  func setOnline(_ isOnline: Bool, _ who: String, in session: SessionID) async throws {
    let context = WorkerContext(
      kind: .network, registrationId: worker.registration, versionId: "", scriptURL: nil,
      text: "\(who) \(isOnline ? "online" : "offline")")
    conditions.update { $0.append(WorkerContextEntry(context: context, at: SystemClock().now())) }
    _ = try await client.connection.call(
      Network.EmulateNetworkConditions(
        offline: !isOnline, latency: 0, downloadThroughput: -1, uploadThroughput: -1),
      session: session)
  }

  func closePages() async throws {
    let targets = try await client.connection.call(Target.GetTargets()).targetInfos
    for target in targets where target.type == "page" && target.url.hasPrefix(site.origin + "/") {
      _ = try? await client.connection.call(Target.CloseTarget(targetId: target.targetId))
    }
  }

  // MARK: What came of it

  /// Returns when the browser has logged so many events of that name for the site.
  func logged(
    _ name: String, _ times: Int = 1, of instance: String? = nil,
    within limit: Duration = .seconds(60)
  ) async throws {
    let what = Awaited(0)
    do {
      try await eventually("\(times) × \(name)", within: limit) {
        let found = events.filter {
          $0.eventName == name && (instance == nil || $0.instanceId == instance)
        }.count
        what.update { $0 = found }
        return found >= times
      }
    } catch {
      throw Unexpected(
        "\(times) × \(name) did not come within \(limit); there was: "
          + events.map { "\($0.eventName) \($0.instanceId)" }.joined(separator: ", "))
    }
  }

  var events: [BackgroundService.BackgroundServiceEvent] {
    let origin = site.origin
    return client.messages { message in
      guard message.session == stage.observer,
        case .event(.backgroundServiceEventReceived(let received)) = message.content,
        received.backgroundServiceEvent.origin.hasPrefix(origin)
      else { return nil }
      return received.backgroundServiceEvent
    }
  }

  /// Returns when a worker of the site has reported a mistake.
  func reportedMistake(_ text: String) async throws {
    let registrations = registrations
    let found = {
      !client.messages { message -> Bool? in
        guard case .event(.serviceWorkerWorkerErrorReported(let report)) = message.content,
          registrations.contains(report.errorMessage.registrationId.rawValue),
          report.errorMessage.errorMessage.contains(text)
        else { return nil }
        return true
      }.isEmpty
    }
    do {
      try await eventually("the mistake “\(text)”") { found() }
    } catch {
      throw Unexpected(
        "\(error); logged was: "
          + events.map { "\($0.eventName) \($0.instanceId)" }.joined(separator: ", "))
    }
  }

  /// Time in which nothing comes is part of what is recorded.
  func pass(_ time: Duration) async throws { try await Task.sleep(for: time) }
}
