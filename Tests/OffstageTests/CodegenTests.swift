import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// From a record to a test.
  @Suite struct CodegenTests {
    private static let pages = [
      "/": LoopbackSite.Page(
        "text/html",
        """
        <!doctype html><meta charset=utf-8><title>Site</title>
        <script>navigator.serviceWorker.register('/sw.js')</script>
        """),
      "/sw.js": LoopbackSite.Page(
        "text/javascript",
        """
        self.addEventListener('push', event => event.waitUntil(
          registration.showNotification(event.data.text(), { tag: 'news' })));
        self.addEventListener('notificationclick', event => event.notification.close());
        """),
    ]

    @Test(.timeLimit(.minutes(3)))
    func `what is written of a push and the click on what it showed holds`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Self.pages) { site in
          let program = try bench.start(
            "open", "--ephemeral", "--headless", "--grant", "notifications", site.origin + "/",
            "--ui-port", "0")
          try await program.says("Recording “ephemeral”")
          try await eventually("a worker that runs") {
            try await bench.run("trigger", "worker", "start", "--wait", "1s").status == .exited(0)
          }
          let push = try await bench.trigger("push", "--text", "Rain: much of it")
          let operation = try #require(push.operations.first)
          #expect(try await bench.run("trigger", "notification", "click").status == .exited(0))
          try await program.interrupt()

          let file = bench.folder + "/again.yaml"
          let written = try await bench.run("codegen", "\(operation)", "-o", file)
          #expect(written.status == .exited(0), "\(written.errors)")
          let refused = try await bench.run("codegen", "\(operation)", "-o", file)
          #expect(refused.status == .exited(2) && refused.errors.contains("--force"))
          let text = try String(contentsOfFile: file, encoding: .utf8)
          #expect(text.contains("- push: 'Rain: much of it'"), "\(text)")
          #expect(text.contains("do: click"), "\(text)")
          let played = try await bench.run("test", file, within: .seconds(90))
          #expect(played.status == .exited(0), "\(played.output)\(played.errors)\(text)")
          #expect(try await bench.run("codegen", "4711").status == .exited(2))
        }
      }
    }
  }

  /// Only root can make a network for a browser; CI is.
  @Suite(.enabled(if: NetworkNamespace.isPossible(environment: Machine.environment)))
  struct RealOfflineTests {
    @Test(.timeLimit(.minutes(3)))
    func `a sync is held while the network is really down, and sent when it is back`() async throws
    {
      try await Bench.with { bench in
        let file = try bench.scenario(
          """
            - open: /
            - evaluate: |
                await navigator.serviceWorker.register('/sw.js');
                await navigator.serviceWorker.ready;
            - offline
            - wait: { for: '!navigator.onLine', within: 10s }
            - evaluate: await (await navigator.serviceWorker.ready).sync.register('outbox')
            - expect: event:"Registered sync" tag:outbox
            - expect-none: { filter: 'event:"Dispatched sync event"', for: 2s }
            - evaluate: { script: "await fetch('/').then(() => 'sent', () => 'lost')", is: lost }
            - online
            - expect: event:"Sync completed" tag:outbox outcome:ok
          """)
        let answer = try await bench.run("test", file, "--real-offline", within: .seconds(120))
        #expect(answer.status == .exited(0), "\(answer.output)\(answer.errors)")
        let before = try Self.links()
        let offline = try bench.scenario(
          "  - open: /\n  - offline\n  - evaluate: fetch('/').catch(() => {}) && 1", named: "down")
        let down = try await bench.run("test", offline, "--real-offline", within: .seconds(60))
        #expect(down.status == .exited(0), "\(down.output)\(down.errors)")
        #expect(try Self.links().subtracting(before) == [])
        let elsewhere = try bench.scenario("  - open: /", site: "http://localhost:1/")
        let broken = try await bench.run("test", elsewhere, "--real-offline", within: .seconds(60))
        #expect(broken.status == .exited(3), "\(broken.output)\(broken.errors)")
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a site that a command serves is reached by its own name, until the plug is pulled`()
      async throws
    {
      try await Bench.with { bench in
        let file = try bench.scenario(
          """
          \(Bench.registering)
            - expect: event:"Sync completed" tag:outbox outcome:ok
            - evaluate: { script: "location.origin === '${site}' && isSecureContext", is: true }
            - offline
            - evaluate: { script: "await fetch('/').then(() => 'sent', () => 'lost')", is: lost }
            - evaluate: await (await navigator.serviceWorker.ready).sync.register('later')
            - expect-none: { filter: 'event:"Dispatched sync event" tag:later', for: 2s }
            - online
            - expect: event:"Sync completed" tag:later outcome:ok
            - evaluate: { script: "(await fetch('/')).status", is: 200 }
          """,
          site: "{ command: cd site && exec python3 -m http.server --bind 127.0.0.1 $PORT, "
            + "url: 'http://localhost:${port}/' }")
        let answer = try await bench.run("test", file, "--real-offline", within: .seconds(120))
        #expect(answer.status == .exited(0), "\(answer.output)\(answer.errors)")
        #expect(await bench.leftovers() == [])
      }
    }

    /// Of browsers' networks, but for those that tests beside this one make themselves.
    private static func links() throws -> Set<String> {
      let own = NetworkNamespace.links(of: getpid())
      return Set(
        try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")
          .filter { $0.hasPrefix("ofs") && !$0.hasPrefix(own) })
    }
  }
}
