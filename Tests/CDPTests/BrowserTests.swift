import Foundation
import JSON
import Testing

@testable import CDP

/// What holds with a real browser. One after another: each takes a core.
@Suite(.serialized, .tags(.browser), .timeLimit(.minutes(3))) struct BrowserTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private var profile: String { folder.path + "/profile" }

  @Test func `a browser starts, answers over the pipe and leaves nothing behind`() async throws {
    let product = try await BrowserBench.withBrowser(profile) { connection, browser in
      #expect(!(try BrowserBench.processes(of: profile)).isEmpty)
      #expect(browser.exitStatus == nil)
      return try await connection.call(Browser.GetVersion()).product
    }
    #expect(product.contains("Chrome/"))
    #expect(try await BrowserBench.waitForNoProcess(of: profile, timeout: .seconds(30)) != nil)
    #expect(ProfileLock.holder(userDataDir: profile) == nil)
  }

  @Test func `its real command line holds what it was given`() async throws {
    let line = try await BrowserBench.withBrowser(profile) { connection, _ in
      try await connection.call(SystemInfo.GetInfo()).commandLine
    }
    #expect(line.contains("--user-data-dir=\(profile)"))
  }

  @Test func `a browser whose pipe ends goes by itself, and soon`() async throws {
    let browser = try await BrowserBench.launch(profile)
    let connection = Connection(transport: browser.transport, logger: BrowserBench.logger)
    try await BrowserBench.withConnection(connection) {
      _ = try await connection.call(Browser.GetVersion())
    }
    let start = ContinuousClock.now
    #expect(await browser.process.waitForExit(timeout: .seconds(10)) == .exited(0))
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(try await BrowserBench.waitForNoProcess(of: profile, timeout: .seconds(10)) != nil)
    await browser.end(grace: .seconds(1))
  }

  @Test func `a browser that hangs is killed with all that it started`() async throws {
    let browser = try await BrowserBench.launch(profile)
    let connection = Connection(transport: browser.transport, logger: BrowserBench.logger)
    try await BrowserBench.withConnection(connection) {
      _ = try await connection.call(Browser.GetVersion())
      browser.process.signalGroup(SIGSTOP)
    }
    await browser.end(grace: .milliseconds(300))
    #expect(browser.exitStatus == .signalled(SIGKILL))
    #expect(try await BrowserBench.waitForNoProcess(of: profile, timeout: .seconds(10)) != nil)
  }

  @Test func `a profile that is open is said to be, with the process`() async throws {
    try await BrowserBench.withBrowser(profile) { connection, browser in
      _ = try await connection.call(Browser.GetVersion())
      let error = await failureText { _ = try await BrowserBench.launch(profile) }
      #expect(error.contains("process \(browser.pid)"))
    }
  }

  @Test func `a browser that hands its page over is recognised`() async throws {
    try await BrowserBench.withBrowser(profile) { connection, browser in
      _ = try await connection.call(Browser.GetVersion())
      // As if the other browser had been started between our look and our launch.
      let link = "\(profile)/SingletonLock"
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
      try FileManager.default.removeItem(atPath: link)
      let second = try await BrowserBench.launch(profile)
      try FileManager.default.removeItem(atPath: link, orNothing: true)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      let other = Connection(transport: second.transport, logger: BrowserBench.logger)
      let error = await failureValue {
        try await BrowserBench.withConnection(other) {
          _ = try await other.call(Browser.GetVersion(), timeout: .seconds(20))
        }
      }
      if let error {
        let explained = await second.explain(error)
        #expect(explained.code == .profileInUse)
        #expect(explained.context.contains("\(browser.pid)"))
      }
      await second.end(grace: .seconds(2))
    }
  }

  @Test func `a browser that can't start says why`() async throws {
    let script = try folder.write(
      "bad-browser", "#!/bin/sh\necho 'cannot open the moon' >&2\nexit 3\n", mode: 0o755)
    let browser = try await BrowserProcess.launch(
      BrowserLaunch(
        executable: BrowserExecutable(name: "bad", path: script),
        flags: BrowserFlags(userDataDir: profile, isHeadless: true)))
    let connection = Connection(transport: browser.transport, logger: BrowserBench.logger)
    let error = try #require(
      await failureValue {
        try await BrowserBench.withConnection(connection) {
          _ = try await connection.call(Browser.GetVersion())
        }
      })
    let explained = await browser.explain(error)
    #expect(explained.code == .browserDied)
    #expect(explained.context.contains("exit status 3"))
    #expect(explained.hint?.contains("cannot open the moon") == true)
    await browser.end(grace: .seconds(1))
  }

  @Test func `a running browser is found by its folder and by its port`() async throws {
    try await BrowserBench.withBrowser(profile, port: 0) { _, _ in
      // The file is written a little after the pipe answers.
      var found: Endpoint?
      for _ in 0..<100 where found == nil {
        found = try? await Endpoint.discover(userDataDir: profile)
        if found == nil { try await Task.sleep(for: .milliseconds(50)) }
      }
      let endpoint = try #require(found)
      #expect(endpoint.browser?.contains("Chrome/") == true && !endpoint.needsApproval)
      #expect(try await Endpoint.discover(port: endpoint.port) == endpoint)
      let transport = try await WebSocketTransport.connect(to: endpoint)
      let connection = Connection(transport: transport, logger: BrowserBench.logger)
      try await BrowserBench.withConnection(connection) {
        let product = try await connection.call(Browser.GetVersion()).product
        #expect(product == endpoint.browser)
      }
      var stale = endpoint
      stale.path = "/devtools/browser/00000000-0000-0000-0000-000000000000"
      let code = await failureCode { _ = try await WebSocketTransport.connect(to: stale) }
      #expect(code == .unreachable)
    }
  }

  @Test func `a long reply comes whole over both transports`() async throws {
    let evaluate = Runtime.Evaluate(expression: "'x'.repeat(20_000_000)", returnByValue: true)
    try await BrowserBench.withBrowser(profile, port: 0) { connection, _ in
      for over in ["pipe", "websocket"] {
        var own = connection
        if over == "websocket" {
          let endpoint = try await Endpoint.discover(userDataDir: profile)
          let transport = try await WebSocketTransport.connect(to: endpoint)
          own = Connection(transport: transport, logger: BrowserBench.logger)
        }
        let ask = { @Sendable (connection: Connection) async throws -> Int in
          let target = try await connection.call(Target.CreateTarget(url: "about:blank"))
          let session = try await connection.call(
            Target.AttachToTarget(targetId: target.targetId, flatten: true))
          let reply = try await connection.call(evaluate, session: session.sessionId)
          return reply.result.value?.bytes.count ?? 0
        }
        let asked = own
        let count =
          over == "pipe"
          ? try await ask(connection)
          : try await BrowserBench.withConnection(asked) { try await ask(asked) }
        #expect(count == 20_000_002, "\(over)")
      }
    }
  }
}

func failureText(_ body: () async throws -> Void) async -> String {
  do {
    try await body()
    return "no failure"
  } catch {
    return "\(error)"
  }
}

func failureValue(_ body: () async throws -> Void) async -> CDPError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? CDPError
  }
}

extension FileManager {
  func removeItem(atPath path: String, orNothing: Bool) throws {
    do {
      try removeItem(atPath: path)
    } catch {
      if !orNothing { throw error }
    }
  }
}
