#if os(Linux)
  import Foundation
  import JSON
  import Testing

  @testable import CDP

  /// Only root can make one; CI is.
  @Suite(.enabled(if: NetworkNamespace.isPossible(environment: Machine.environment)))
  struct NetworkNamespaceTests {
    private let folder: ScratchFolder

    init() throws {
      folder = try ScratchFolder()
    }

    @Test(.timeLimit(.minutes(3)))
    func `a browser in a network of its own sees it go down and come back`() async throws {
      let network = try await NetworkNamespace()
      var launch = BrowserLaunch(
        executable: try BrowserBench.executable(),
        flags: BrowserFlags(userDataDir: folder.path, isHeadless: true))
      launch.network = network
      let browser = try await BrowserProcess.launch(launch)
      let connection = Connection(transport: browser.transport, logger: BrowserBench.logger)
      try await BrowserBench.withConnection(connection) {
        let target = try await connection.call(Target.CreateTarget(url: "about:blank")).targetId
        let session = try await connection.call(
          Target.AttachToTarget(targetId: target, flatten: true)
        ).sessionId
        func isOnline() async throws -> Bool {
          let answer = try await connection.call(
            Runtime.Evaluate(expression: "navigator.onLine", returnByValue: true), session: session)
          return answer.result.value?.description == "true"
        }
        for isUp in [true, false, true] {
          try await network.set(isUp: isUp)
          let deadline = ContinuousClock.now + .seconds(30)
          while try await isOnline() != isUp, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
          }
          #expect(try await isOnline() == isUp)
        }
        _ = try await connection.call(Browser.Close())
      }
      await browser.end(grace: .seconds(5))
    }

    @Test func `its link goes with it`() async throws {
      var path = ""
      do {
        let network = try await NetworkNamespace()
        path = "/sys/class/net/\(network.link)"
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(network.hostAddress.hasPrefix("10.77."))
      }
      // The kernel takes it down when nothing holds it any more.
      let deadline = ContinuousClock.now + .seconds(10)
      while FileManager.default.fileExists(atPath: path), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }
#endif
