import Foundation
import JSON
import Synchronization
import Testing

@testable import CDP

/// What a real browser makes of a profile that was prepared.
@Suite(.serialized, .tags(.browser), .timeLimit(.minutes(3))) struct BrowserProfileTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private var profile: String { folder.path + "/profile" }

  private static func page() async throws -> TestServer {
    var behaviour = TestServer.Behaviour()
    behaviour.answer = { _ in .init(status: 200, body: "<!doctype html><title>x</title>") }
    return try await TestServer.start(behaviour)
  }

  /// What `navigator.permissions.query` says of each name on a page.
  private func states(
    of names: [PermissionName], at url: String, _ connection: Connection
  ) async throws -> [String: String] {
    let target = try await connection.call(Target.CreateTarget(url: url)).targetId
    let session = try await connection.call(Target.AttachToTarget(targetId: target, flatten: true))
      .sessionId
    let list = names.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
    let script = """
      new Promise(done => {
        const ask = async () => {
          const states = {};
          for (const name of [\(list)]) {
            const more = name == 'push' ? {userVisibleOnly: true} : {};
            try { states[name] = (await navigator.permissions.query({name, ...more})).state; }
            catch (error) { states[name] = String(error); }
          }
          done(JSON.stringify(states));
        };
        const look = () => location.href == 'about:blank' || document.readyState != 'complete'
          ? setTimeout(look, 20) : ask();
        look();
      })
      """
    // The page may still be on its way: then the script goes with the empty document.
    for _ in 0..<20 {
      let evaluate = Runtime.Evaluate(
        expression: script, returnByValue: true, awaitPromise: true)
      guard
        let reply = try? await connection.call(evaluate, session: session, timeout: .seconds(5)),
        let value = reply.result.value
      else { continue }
      var outer = JSONReader(value.bytes)
      var inner = JSONReader(try outer.readString())
      var states: [String: String] = [:]
      try inner.readObject { key, reader throws(JSONError) in
        states[key.string] = try reader.readString()
      }
      return states
    }
    return [:]
  }

  /// Makes the browser say of each service whether it is recorded.
  private func observeAll(_ connection: Connection) async throws {
    let target = try await connection.call(
      Target.CreateTarget(url: "about:blank", background: true, hidden: true))
    let session = try await connection.call(
      Target.AttachToTarget(targetId: target.targetId, flatten: true))
    for service in BackgroundService.ServiceName.recorded {
      _ = try await connection.call(
        BackgroundService.StartObserving(service: service), session: session.sessionId)
    }
  }

  @Test func `seeded leases and permissions hold, in a new profile and in one that was used`()
    async throws
  {
    let server = try await Self.page()
    let url = "http://localhost:\(server.port)/"
    let names = PermissionName.all.filter { !$0.needsProtocol }
    for round in ["new", "used"] {
      if round == "used" {
        try FileManager.default.removeItem(atPath: profile)
        try await BrowserBench.withBrowser(profile) { connection, _ in
          _ = try await states(of: [.notifications], at: url, connection)
        }
      }
      var seed = ProfileSeed()
      let until = Int64(Date().timeIntervalSince1970) * 1_000_000 + 259_200_000_000
      for service in BackgroundService.ServiceName.recorded {
        seed.leases[service] = .until(unixMicros: until)
      }
      seed.leases[.paymentHandler] = .off
      seed.permissions = names
      seed.origins = [url]
      try seed.apply(userDataDir: profile, nowMicros: until)
      let before = try ProfileReader(userDataDir: profile).leases()

      let flags = RecordingFlags()
      let browser = try await BrowserBench.launch(profile)
      let connection = Connection(transport: browser.transport, logger: BrowserBench.logger)
      let found = try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = await failureCode { try await connection.run { flags.note($0) } } }
        try await observeAll(connection)
        let found = try await states(of: names, at: url, connection)
        _ = try await connection.call(Browser.Close())
        await connection.close()
        return found
      }
      await browser.end(grace: .seconds(10))
      #expect(browser.exitStatus == .exited(0))

      #expect(found.count == names.count && found.values.allSatisfy { $0 == "granted" }, "\(found)")
      #expect(flags.all.count == 6, "\(round)")
      for (service, isRecording) in flags.all {
        #expect(isRecording == (service != .paymentHandler), "\(round): \(service.rawValue)")
      }
      #expect(try ProfileReader(userDataDir: profile).leases() == before)
    }
    await server.stop()
  }

  @Test func `periodic sync is granted by the protocol, and nothing else is denied by it`()
    async throws
  {
    let server = try await Self.page()
    let url = "http://localhost:\(server.port)/"
    let names = [PermissionName.periodicBackgroundSync, .notifications]
    let (before, after) = try await BrowserBench.withBrowser(profile) { connection, _ in
      let before = try await states(of: names, at: url, connection)
      _ = try await connection.call(
        Browser.SetPermission(
          permission: Browser.PermissionDescriptor(name: "periodic-background-sync"),
          setting: .granted))
      return (before, try await states(of: names, at: url, connection))
    }
    #expect(before == ["periodic-background-sync": "denied", "notifications": "prompt"])
    #expect(after == ["periodic-background-sync": "granted", "notifications": "prompt"])
    await server.stop()
  }

  @Test func `a browser without an owner is killed by its guard even if it hangs`() async throws {
    do {
      let browser = try await BrowserProcess.launch(
        BrowserLaunch(
          executable: try BrowserBench.executable(),
          flags: BrowserFlags(userDataDir: profile, isHeadless: true), guardPatienceSeconds: 600))
      let connection = Connection(transport: browser.transport, logger: BrowserBench.logger)
      try await BrowserBench.withConnection(connection) {
        _ = try await connection.call(Browser.GetVersion())
        browser.process.signalGroup(SIGSTOP)
        browser.hasPatience(seconds: 1)
      }
      // Let go without a word, as the system does with what a killed process had open.
    }
    #expect(try await BrowserBench.waitForNoProcess(of: profile, timeout: .seconds(10)) != nil)
  }

  @Test func `an ephemeral profile goes with its browser`() async throws {
    let ephemeral = try EphemeralProfile(parent: folder.path)
    let path = ephemeral.userDataDir
    try await BrowserBench.withBrowser(path) { connection, _ in
      _ = try await connection.call(Browser.GetVersion())
      // Its lock is not inherited, and its folder is not swept under it.
      #expect(EphemeralProfile.sweep(parent: folder.path) == [])
    }
    try ephemeral.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `what a killed browser leaves of an ephemeral profile is swept`() async throws {
    let path: String
    let socket: String
    do {
      let ephemeral = try EphemeralProfile(parent: folder.path)
      path = ephemeral.userDataDir
      let browser = try await BrowserBench.launch(path)
      let connection = Connection(transport: browser.transport, logger: BrowserBench.logger)
      socket = try await BrowserBench.withConnection(connection) {
        _ = try await connection.call(Browser.GetVersion())
        let files = FileManager.default
        let socket = try files.destinationOfSymbolicLink(atPath: path + "/SingletonSocket")
        browser.process.signalGroup(SIGKILL)
        return socket
      }
      await browser.end(grace: .seconds(5))
    }
    #expect(FileManager.default.fileExists(atPath: socket))
    #expect(try await EphemeralProfile.swept(in: folder.path) == [path])
    #expect(!FileManager.default.fileExists(atPath: path))
    let place = (socket as NSString).deletingLastPathComponent
    #expect(!FileManager.default.fileExists(atPath: place))
  }
}

private final class RecordingFlags: Sendable {
  private let flags = Mutex<[BackgroundService.ServiceName: Bool]>([:])
  var all: [BackgroundService.ServiceName: Bool] { flags.withLock { $0 } }

  func note(_ messages: [InboundMessage]) {
    for message in messages {
      if case .event(.backgroundServiceRecordingStateChanged(let change)) = message.content {
        flags.withLock { $0[change.service] = change.isRecording }
      }
    }
  }
}
