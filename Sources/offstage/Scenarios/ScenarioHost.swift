import CDP
import Foundation
import OffstageCore
import OffstagePush
import OffstageScenario
import OffstageStore

/// Plays a scenario once: a folder, a store, a site and a browser of its own, all gone afterwards.
struct ScenarioHost: Sendable {
  let scenario: Scenario
  let executable: BrowserExecutable
  let isHeadless: Bool
  let folder: DataFolder
  let home: String
  let environment: [String: String]
  let isVerbose: Bool
  /// The browser has a network of its own, which goes down when the scenario says offline.
  let isReallyOffline: Bool
  /// The push service's, for all scenarios.
  let pushSecrets: SharedPushSecrets
  /// Nil keeps nothing.
  let artifacts: ScenarioArtifacts?
  let stop: StopSignal
  let notify: @Sendable (ScenarioStep) -> Void

  func play() async -> ScenarioReport.Attempt {
    let began = ContinuousClock.now
    var attempt: ScenarioReport.Attempt
    switch await playInFolder() {
    case .success(let played): attempt = played
    case .failure(let error):
      attempt = ScenarioReport.Attempt(
        outcome: stop.isStopped ? .stopped : .broken, lasted: Interval(micros: 0),
        failure: .init(
          place: scenario.site.place, step: nil, message: error.message, hint: error.hint))
    }
    attempt.lasted = Interval(micros: (ContinuousClock.now - began).micros)
    return attempt
  }

  private func playInFolder() async -> Result<ScenarioReport.Attempt, StageError> {
    do throws(CDPError) {
      let temporary = try EphemeralProfile(parent: folder.ephemeralPath)
      let outcome = await play(in: temporary.userDataDir)
      // What went wrong in it says more than what was left of it.
      if case .failure = outcome {
        try? temporary.remove()
      } else {
        try temporary.remove()
      }
      return outcome
    } catch {
      return .failure(StageError(endOf: error))
    }
  }

  private func play(in temporary: String) async -> Result<ScenarioReport.Attempt, StageError> {
    let data = DataFolder(path: temporary + "/offstage")
    do {
      try data.create()
      let secrets = try await pushSecrets.get()
      let userDataDir = try userDataDir(temporary)
      let store = try SQLiteEventStore.open(at: data.storePath, durability: .none)
      let outcome = await playWithPush(data, userDataDir, store, secrets)
      try await store.close()
      return outcome
    } catch {
      return .failure(StageError(endOf: error))
    }
  }

  private func userDataDir(_ temporary: String) throws -> String {
    guard let profile = scenario.profile else { return temporary }
    let path = "\(folder.profilesPath)/\(profile)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return path
  }

  // MARK: Push

  /// The push service is there whether somebody subscribes or not: a port that listens.
  private func playWithPush(
    _ data: DataFolder, _ userDataDir: String, _ store: SQLiteEventStore,
    _ secrets: PushSecrets
  ) async -> Result<ScenarioReport.Attempt, StageError> {
    let trouble = Watched<StageError?>(nil)
    let outcome = Watched<Result<ScenarioReport.Attempt, StageError>?>(nil)
    // A profile may have subscribed before.
    let gate = SubscriptionGate(scenario.profile != nil || scenario.sendsPushes ? .open : .closed)
    var host = PushHost(
      folder: data, store: store, clock: SystemClock(), logger: Logs.make(verbose: isVerbose))
    host.secrets = secrets
    host.isAlone = true
    host.beforeSubscribing = { await gate.pass() }
    host.onFailure = {
      trouble.update { $0 = $0 ?? StageError(.broken, "The push service has ended.") }
    }
    do {
      try await host.run { place in
        let push = ScenarioPush(place: place, gate: gate, warmsUp: scenario.sendsPushes)
        let played = await playOnSite(data, userDataDir, store, push, trouble)
        outcome.update { $0 = played }
      }
    } catch {
      return outcome.value ?? .failure(StageError(endOf: error))
    }
    return outcome.value ?? .failure(StageError(.broken, "The push service did not run."))
  }

  // MARK: Site

  private func playOnSite(
    _ data: DataFolder, _ userDataDir: String, _ store: SQLiteEventStore, _ push: ScenarioPush,
    _ trouble: Watched<StageError?>
  ) async -> Result<ScenarioReport.Attempt, StageError> {
    guard isReallyOffline else {
      return await playOnSite(data, userDataDir, store, push, trouble, nil)
    }
    do throws(CDPError) {
      let network = try await NetworkNamespace(environment: environment)
      let outcome: Result<ScenarioReport.Attempt, StageError>
      do throws(StageError) {
        outcome = try await SiteNetwork.handing(on: push.place, into: network) { relay in
          await playOnSite(
            data, userDataDir, store, push, trouble, SiteNetwork.Base(network, push: relay))
        }
      } catch {
        outcome = .failure(error)
      }
      await network.end()
      return outcome
    } catch {
      return .failure(StageError(endOf: error))
    }
  }

  private func playOnSite(
    _ data: DataFolder, _ userDataDir: String, _ store: SQLiteEventStore, _ push: ScenarioPush,
    _ trouble: Watched<StageError?>, _ network: SiteNetwork.Base?
  ) async -> Result<ScenarioReport.Attempt, StageError> {
    let playIn:
      @Sendable (String, SiteNetwork?) async throws(StageError) -> ScenarioReport.Attempt = {
        url, network async throws(StageError) in
        let stage = ScenarioStage(
          ScenarioStage.Setting(
            scenario: scenario, executable: executable, isHeadless: isHeadless,
            userDataDir: userDataDir, folder: data, store: store,
            origin: SiteAddress(url).origin, push: push, network: network, home: home,
            environment: environment, isVerbose: isVerbose))
        return try await self.play(on: stage, store, siteTrouble: trouble)
      }
    let play: @Sendable (String) async throws(StageError) -> ScenarioReport.Attempt = {
      url async throws(StageError) in
      guard let network else { return try await playIn(url, nil) }
      return try await SiteNetwork.relaying(url, on: network) {
        network async throws(StageError) in try await playIn(url, network)
      }
    }
    do throws(StageError) {
      switch scenario.site.kind {
      case .url(let url):
        guard await SiteAddress(url).answers() else {
          throw StageError(
            .broken, "Nothing answers at \(url).",
            hint: "Is the site running? folder: and command: start one.")
        }
        return .success(try await play(url))
      case .folder(let path, let answers):
        return .success(
          try await serve(beside(path), answers, network?.namespace) {
            url async throws(StageError) in
            try await playIn(
              url, network.map { SiteNetwork($0, way: .hostAddress(origin: url)) })
          })
      case .command(let command, let url, let limit):
        return .success(
          try await CommandSite(
            command: command, url: url, limit: limit, folder: beside("."),
            environment: environment
          ).run(onEnd: { error in trouble.update { $0 = error } }, play))
      }
    } catch {
      return .failure(error)
    }
  }

  /// A path of the file is meant from where the file lies.
  private func beside(_ path: String) -> String {
    let folder = URL(fileURLWithPath: scenario.place.file).deletingLastPathComponent()
    return URL(fileURLWithPath: path, relativeTo: folder).standardizedFileURL.path
  }

  private func serve(
    _ folder: String, _ answers: [String: SiteAnswer], _ network: NetworkNamespace?,
    _ play: @escaping @Sendable (String) async throws(StageError) -> ScenarioReport.Attempt
  ) async throws(StageError) -> ScenarioReport.Attempt {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
      isFolder.boolValue
    else { throw StageError(.broken, "There is no folder \(folder) to serve.") }
    let origin = Watched<String?>(nil)
    let outcome = await withTaskGroup(of: Result<ScenarioReport.Attempt, StageError>?.self) {
      group in
      group.addTask {
        do {
          var site = FolderSite(folder: folder, answers: answers)
          if let network { site.address = network.hostAddress }
          try await site.run { found in
            origin.update { $0 = found }
          }
          return nil
        } catch {
          return .failure(StageError(.broken, "The folder can't be served: \(error)."))
        }
      }
      group.addTask {
        await origin.wait { $0 != nil }
        guard let origin = origin.value else { return nil }
        do throws(StageError) {
          return .success(try await play(origin))
        } catch {
          return .failure(error)
        }
      }
      defer { group.cancelAll() }
      for await outcome in group { if let outcome { return outcome } }
      return .failure(StageError(.broken, "The folder was not served."))
    }
    return try outcome.get()
  }

  // MARK: Stage

  private func play(
    on stage: ScenarioStage, _ store: SQLiteEventStore, siteTrouble: Watched<StageError?>
  ) async throws(StageError) -> ScenarioReport.Attempt {
    if stop.isStopped { throw StageError(.broken, "Stopped.") }
    let evidence = ScenarioEvidence(store: store, artifacts: artifacts, scenario: scenario)
    var attempt = try await stage.run {
      let run = Watched<ScenarioRun?>(nil)
      try? await stop.race {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            await siteTrouble.wait { $0 != nil }
            if let error = siteTrouble.value { stage.report(error) }
            await Watched(false).wait { $0 }
          }
          group.addTask {
            let played = try await ScenarioPlayer(
              scenario, on: stage,
              keepPictures: { evidence.keep($1, named: $0) }, notify: notify
            ).play()
            run.update { $0 = played }
          }
          try await group.next()
          group.cancelAll()
        }
      }
      guard let run = run.value else {
        return ScenarioReport.Attempt(outcome: .stopped, lasted: Interval(micros: 0))
      }
      return await evidence.attempt(run, on: stage)
    }
    if attempt.failure != nil {
      attempt.failure?.artifacts += await evidence.recordings()
    }
    return attempt
  }
}

extension Duration {
  var micros: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
