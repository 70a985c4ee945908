import CDP
import Foundation
import OffstageCapture
import OffstageCore
import OffstageStore

/// Looks at a page's origin, in a browser of its own or in one that runs, and at what the profile and
/// the store say of it.
struct OriginDoctor: Sendable {
  enum Place: Sendable {
    /// Nil: the one that `open` uses.
    case profile(String?)
    case fresh
    case running(AttachTarget)
  }

  let common: CommonOptions
  let url: String
  let origin: String
  let browser: String?
  let wakesWorker: Bool
  let isOffTheRecord: Bool
  /// Tells when pending syncs fire, where there is one.
  var pendingSyncs: (any PendingSyncReading)?

  private static let grace = Duration.seconds(5)
  private static let usual = "default"

  init(
    common: CommonOptions, url: (url: String, origin: String), browser: String?, wakesWorker: Bool,
    isOffTheRecord: Bool
  ) {
    self.common = common
    self.url = url.url
    self.origin = url.origin
    self.browser = browser
    self.wakesWorker = wakesWorker
    self.isOffTheRecord = isOffTheRecord
  }

  /// What was seen, and the profile's name.
  func look(_ place: Place) async throws -> (OriginFacts, profile: String?) {
    switch place {
    case .fresh:
      return (try await lookInFresh(), nil)
    case .running(let target):
      return try await look(in: target)
    case .profile(let name):
      let folder = "\(common.folder.profilesPath)/\(name ?? Self.usual)"
      if FileManager.default.fileExists(atPath: folder) {
        return try await look(inProfile: name ?? Self.usual, folder)
      }
      guard let name else {
        common.terminal.say("Nothing was opened yet: looking in a fresh profile.")
        return (try await lookInFresh(), nil)
      }
      throw UsageError(
        "There is no profile “\(name)”.",
        hint: "`offstage open URL --profile \(name)` makes it; --ephemeral looks in a fresh one.")
    }
  }

  // MARK: A browser of its own

  private func lookInFresh() async throws -> OriginFacts {
    try common.folder.create()
    let temporary = try EphemeralProfile(parent: common.folder.ephemeralPath)
    let folder = temporary.userDataDir
    let outcome = await result { try await launch(folder) }
    try temporary.remove()
    // Nobody records there.
    var facts = try outcome.get()
    facts.recording = [:]
    return facts
  }

  private func look(
    inProfile name: String, _ folder: String
  ) async throws -> (OriginFacts, profile: String?) {
    if let holder = ProfileLock.holder(userDataDir: folder) {
      guard let endpoint = try? await Endpoint.discover(userDataDir: folder) else {
        var error = holder.inUse
        error.hint =
          "Close it, or start it so that it can be asked: offstage open --remote-debugging-port 0. "
          + "A fresh profile can be looked at meanwhile: --ephemeral."
        throw error
      }
      common.terminal.say("The profile “\(name)” is open: looking there, without opening the page.")
      return try await look(at: endpoint)
    }
    var facts = try await launch(folder)
    try await addRecord(to: &facts, ProfilePlace.place(userDataDir: folder))
    return (facts, name)
  }

  private func launch(_ folder: String) async throws -> OriginFacts {
    let executable = try BrowserFinder(environment: common.environment).find(browser)
    let flags = BrowserFlags(userDataDir: folder, isHeadless: true)
    if flags.disablesSandbox {
      common.terminal.detail("Running as root, so the browser runs without its sandbox.")
    }
    common.terminal.progress("opening \(url) …")
    let process = try await BrowserProcess.launch(
      BrowserLaunch(executable: executable, flags: flags))
    let connection = Connection(
      transport: process.transport, logger: Logs.make(verbose: common.verbose))
    let outcome = await result { try await look(on: connection, isOurs: true).facts }
    await process.end(grace: Self.grace)
    do {
      return try outcome.get()
    } catch let error as CDPError where error.code == .closed {
      throw await process.explain(error)
    }
  }

  // MARK: A browser that runs

  private func look(in target: AttachTarget) async throws -> (OriginFacts, profile: String?) {
    try await look(at: try await target.find())
  }

  private func look(at endpoint: Endpoint) async throws -> (OriginFacts, profile: String?) {
    let transport = try await WebSocketTransport.connect(to: endpoint) { progress in
      switch progress {
      case .waitingForApproval:
        common.terminal.say(
          "The browser asks whether to allow remote debugging: click Allow in its window.")
      }
    }
    let connection = Connection(transport: transport, logger: Logs.make(verbose: common.verbose))
    var (facts, place) = try await look(on: connection, isOurs: false)
    let name = try await addRecord(to: &facts, isOffTheRecord ? nil : place)
    return (facts, name)
  }

  private func look(
    on connection: Connection, isOurs: Bool
  ) async throws -> (facts: OriginFacts, place: SourcePlace?) {
    let look = OriginLook(
      connection: connection,
      options: OriginLook.Options(
        url: url, origin: origin, isOurs: isOurs, wakesWorker: isOurs || wakesWorker,
        isOffTheRecord: isOffTheRecord, now: SystemClock().now()))
    return try await withThrowingTaskGroup(of: (OriginFacts, SourcePlace?)?.self) { group in
      group.addTask {
        try await connection.run { await look.receive($0) }
        return nil
      }
      group.addTask {
        let outcome = await result { (try await look.facts(), await look.place(home: common.home)) }
        // In good order: the browser saves what it means to keep.
        if isOurs { _ = try? await connection.call(Browser.Close(), timeout: Self.grace) }
        await connection.close()
        return try outcome.get()
      }
      var seen: (OriginFacts, SourcePlace?)?
      while let found = try await group.next() { seen = found ?? seen }
      guard let seen else { throw CancellationError() }
      return seen
    }
  }

  // MARK: Profile and store

  /// Adds what the profile's folder and the store say, and gives the name that the store has for it.
  @discardableResult
  private func addRecord(
    to facts: inout OriginFacts, _ place: SourcePlace?
  ) async throws -> String? {
    guard case .profile(let userDataDir, let profileDir) = place else { return nil }
    let leases = try? ProfileReader(
      userDataDir: userDataDir, profileDirectory: profileDir
    ).leases()
    for service in facts.recording.keys {
      guard case .until(let end)? = leases?[.init(rawValue: service.rawValue)] else { continue }
      facts.recording[service]?.ends = Timestamp(micros: end)
    }
    facts.pendingSyncs = try? await pendingSyncs?.pendingSyncs(
      userDataDir: userDataDir, profileDir: profileDir, origin: origin)
    guard let store = try common.openExistingStore() else { return nil }
    let source = try await store.sources().first { $0.place == place }
    if let source {
      let selection = EventSelection(origins: [origin], sources: [source.id])
      facts.recorded = Dictionary(uniqueKeysWithValues: Service.allCases.map { ($0, 0) })
      for bucket in try await store.histogram(selection, width: .days(365)) {
        facts.recorded[bucket.service, default: 0] += bucket.events
      }
    }
    try await store.close()
    return source?.name
  }
}
