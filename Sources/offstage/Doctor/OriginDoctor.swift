import CDP
import Foundation
import OffstageCapture
import OffstageCore
import OffstageInspect
import OffstageServer
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
  let question: OriginQuestion
  let browser: String?
  let isOffTheRecord: Bool
  /// Tells when pending syncs fire, where there is one.
  let inspector: any ProfileInspector = DiskInspector(clock: SystemClock())

  private static let grace = Duration.seconds(5)
  private static let usual = "default"

  init(common: CommonOptions, question: OriginQuestion, browser: String?, isOffTheRecord: Bool) {
    self.common = common
    self.question = question
    self.browser = browser
    self.isOffTheRecord = isOffTheRecord
  }

  func report(_ place: Place) async throws -> OriginReport {
    switch place {
    case .fresh:
      return try await lookInFresh()
    case .running(let target):
      return try await look(at: try await target.find())
    case .profile(let name):
      let folder = "\(common.folder.profilesPath)/\(name ?? Self.usual)"
      if FileManager.default.fileExists(atPath: folder) {
        return try await look(inProfile: name ?? Self.usual, folder)
      }
      guard let name else {
        common.terminal.say("Nothing was opened yet: looking in a fresh profile.")
        return try await lookInFresh()
      }
      throw UsageError(
        "There is no profile “\(name)”.",
        hint: "`offstage open URL --profile \(name)` makes it; --ephemeral looks in a fresh one.")
    }
  }

  private func report(_ facts: OriginFacts, _ profile: String?) -> OriginReport {
    OriginReport(facts, profile: profile, asked: question.services)
  }

  // MARK: A browser of its own

  private func lookInFresh() async throws -> OriginReport {
    try common.folder.create()
    let temporary = try EphemeralProfile(parent: common.folder.ephemeralPath)
    let folder = temporary.userDataDir
    let outcome = await result { try await launch(folder) }
    try temporary.remove()
    // Nobody records there.
    var facts = try outcome.get()
    facts.recording = [:]
    return report(facts, nil)
  }

  private func look(inProfile name: String, _ folder: String) async throws -> OriginReport {
    let place = ProfilePlace.place(userDataDir: folder)
    guard let holder = ProfileLock.holder(userDataDir: folder) else {
      var facts = try await launch(folder)
      try await addRecord(to: &facts, place)
      return report(facts, name)
    }
    common.terminal.say("The profile “\(name)” is open: looking there, without opening the page.")
    if let endpoint = try? await Endpoint.discover(userDataDir: folder) {
      return try await look(at: endpoint)
    }
    if let report = try await askRecorder(of: place) { return report }
    var error = holder.inUse
    error.hint =
      "It can't be asked: close that browser. A fresh profile can be looked at meanwhile: "
      + "--ephemeral."
    throw error
  }

  /// A browser that a recorder holds is reached through the recorder.
  private func askRecorder(of place: SourcePlace?) async throws -> OriginReport? {
    guard let store = try common.storeIfThere() else { return nil }
    let source = try await store.sources().first { $0.place == place }
    try await store.close()
    guard let source, let pid = SourceLocks(folder: common.folder).holder(of: source.id),
      let running = RunningFile.all(in: common.folder).first(where: { $0.pid == pid })
    else { return nil }
    var question = question
    question.source = source.id
    return try await running.report(on: question)
  }

  private func launch(_ folder: String) async throws -> OriginFacts {
    let executable = try BrowserFinder(environment: common.environment).find(browser)
    let flags = BrowserFlags(userDataDir: folder, isHeadless: true)
    if flags.disablesSandbox {
      common.terminal.detail("Running as root, so the browser runs without its sandbox.")
    }
    common.terminal.progress("opening \(question.url) …")
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

  private func look(at endpoint: Endpoint) async throws -> OriginReport {
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
    return report(facts, name)
  }

  private func look(
    on connection: Connection, isOurs: Bool
  ) async throws -> (facts: OriginFacts, place: SourcePlace?) {
    let look = OriginLook(
      connection: connection,
      options: OriginLook.Options(
        url: question.url, origin: question.origin, isOurs: isOurs,
        wakesWorker: isOurs || question.wakesWorker,
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
    facts.addPendingSyncs(from: inspector, of: place)
    guard let store = try common.storeIfThere() else { return nil }
    let source = try await store.sources().first { $0.place == place }
    if let source { try await facts.addRecorded(in: store, of: source) }
    try await store.close()
    return source?.name
  }
}
