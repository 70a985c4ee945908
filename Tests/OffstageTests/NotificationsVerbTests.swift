import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// Notifications of a browser that `open` has launched.
  @Suite struct NotificationsVerbTests {
    private static let pages: [String: LoopbackSite.Page] = [
      "/": LoopbackSite.Page(
        "text/html",
        """
        <!doctype html><meta charset=utf-8><title>Site</title><script>
        navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)
          .then(async worker => {
            await worker.showNotification('Ada writes', {
              body: 'Lunch?', tag: 'chat', actions: [{action: 'yes', title: 'Yes'}]});
            await worker.showNotification('Backup done', {requireInteraction: true});
          });
        </script>
        """),
      "/sw.js": LoopbackSite.Page(
        "text/javascript", "self.addEventListener('install', () => self.skipWaiting());"),
    ]

    private func withOpened(
      _ more: String..., body: (Bench, RunningProgram, LoopbackSite) async throws -> Void
    ) async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Self.pages) { site in
          let program = try bench.start(
            ["open", "--grant", "notifications", site.origin + "/", "--jsonl", "--ui-port", "0"]
              + more)
          try await program.line("Backup done")
          try await body(bench, program, site)
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what is shown is told with the event that was logged of it`() async throws {
      try await withOpened("--ephemeral") { bench, program, site in
        var cards: [[String: Any]] = []
        try await eventually("both notifications, with their events") {
          let answer = try await bench.json("notifications", "--json")
          cards = answer["notifications"] as? [[String: Any]] ?? []
          return cards.count == 2 && cards.allSatisfy { $0["eventId"] is Int }
        }
        let card = try #require(cards.first)
        #expect(card["title"] as? String == "Ada writes")
        #expect(card["body"] as? String == "Lunch?")
        #expect(card["tag"] as? String == "chat")
        #expect(card["origin"] as? String == site.origin)
        #expect(card["isSure"] as? Bool == true)
        #expect((card["actions"] as? [[String: Any]])?.first?["title"] as? String == "Yes")
        #expect(cards.map { $0["requireInteraction"] as? Bool } == [false, true])
        let event = try #require(card["eventId"] as? Int)
        let operation = try #require(card["operationId"] as? Int)
        let shown = try await bench.json("show", "\(event)", "--json")["event"] as? [String: Any]
        #expect(shown?["eventName"] as? String == "Notification displayed")
        #expect(shown?["operationId"] as? Int == operation)
        // It is kept with its operation.
        let scene = try await bench.json("show", "\(event)", "--json")["operation"]
        let kept = (scene as? [String: Any])?["shown"] as? [[String: Any]]
        #expect(kept?.map { $0["title"] as? String } == ["Ada writes"])
        #expect(kept?.first?["iconHash"] is NSNull)
        let text = try await bench.run("show", "\(event)")
        #expect(text.output.contains("on the screen: “Ada writes”, buttons: Yes"), "\(text.output)")

        let table = try await bench.run("notifications", "--source", "ephemeral")
        #expect(table.output.contains("Ada writes") && table.output.contains("Yes"))
        #expect(try await bench.run("notifications", "--source", "nobody").status == .exited(2))
        try await program.interrupt()
        #expect(try await bench.run("notifications").output == "")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a trigger clicks as a person does, and is answered with what was logged of it`()
      async throws
    {
      try await withOpened("--ephemeral") { bench, program, _ in
        let clicked = try await bench.json("trigger", "notification", "click", "--json")
        #expect(clicked["verdict"] as? String == "done", "\(clicked)")
        #expect((clicked["events"] as? [Int])?.count == 1)
        #expect((clicked["operations"] as? [Int])?.count == 1)
        let yes = try await bench.run(
          "trigger", "notification", "action", "0", "--tag", "chat")
        #expect(yes.status == .exited(0), "\(yes.errors)")
        #expect(yes.output.contains("Notification clicked") && yes.output.contains("Action Index"))
        let none = try await bench.run("trigger", "notification", "action", "7", "--tag", "chat")
        #expect(none.status == .exited(3))
        #expect(none.errors.contains("fewer buttons"), "\(none.errors)")
        let dismissed = try await bench.run(
          "trigger", "notification", "dismiss", "--title", "Backup done")
        #expect(dismissed.status == .exited(0), "\(dismissed.errors)")
        #expect(dismissed.output.contains("Notification closed"))
        let gone = try await bench.run(
          "trigger", "notification", "click", "--title", "Backup done", "--wait", "500ms")
        #expect(gone.status == .exited(3))
        #expect(gone.errors.contains("no such notification"), "\(gone.errors)")
        #expect(try await bench.events("is:trigger").count == 3)
        try await program.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the browser ends well before its bus does`() async throws {
      try await withOpened("--profile", "work") { bench, program, _ in
        try await program.interrupt()
        let path = bench.path(ofProfile: "work") + "/Default/Preferences"
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let preferences = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let profile = preferences?["profile"] as? [String: Any]
        #expect(profile?["exit_type"] as? String == "Normal")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a person may have the desktop's own notifications`() async throws {
      try await withOpened("--ephemeral", "--notifications", "desktop") { bench, program, _ in
        let answer = try await bench.json("notifications", "--json")
        #expect((answer["notifications"] as? [Any])?.isEmpty == true)
        let click = try await bench.run("trigger", "notification", "click")
        #expect(click.status == .exited(3))
        #expect(click.errors.contains("not shown by Offstage"), "\(click.errors)")
        try await program.interrupt()
      }
    }
  }
}
