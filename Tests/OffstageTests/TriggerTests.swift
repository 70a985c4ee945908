import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// A recorder's browser driven from other processes.
  @Suite struct TriggerTests {
    @Test(.timeLimit(.minutes(3)))
    func `pushes and syncs are done, and their events are theirs`() async throws {
      try await withDriven(DriveSites.whole) { bench, _ in
        let push = try await bench.trigger("push", "--text", "hello")
        #expect(push.verdict == "done" && push.reason == nil)
        #expect(
          try await bench.names(of: push) == ["Push event dispatched", "Push event completed"])
        #expect(push.operations.count == 1)
        let empty = try await bench.trigger("push", "--empty")
        #expect(empty.verdict == "done" && empty.events != push.events)
        let rejected = try await bench.trigger("push", "--text", "reject")
        #expect(rejected.verdict == "done")
        #expect(rejected.reason == "The handler's promise was rejected.")
        let endless = try await bench.trigger("push", "--text", "forever", "--wait", "2s")
        #expect(endless.reason == "The handler has not finished so far.")
        let sync = try await bench.trigger("sync", "mine", "--last-chance")
        #expect(try await bench.names(of: sync) == ["Dispatched sync event"])
        let periodic = try await bench.trigger("periodic-sync", "news")
        #expect(try await bench.names(of: periodic) == ["Dispatched periodicsync event"])
        let all = try await bench.events("is:trigger")
        #expect(all.count == 9)
        #expect(
          try await bench.run("operations", "--state", "simulated", "--json").output
            .contains("simulated"))
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a worker that listens to nothing gets nothing done`() async throws {
      try await withDriven(DriveSites.withoutHandlers) { bench, _ in
        for arguments in [["push", "--text", "x"], ["sync", "a"], ["periodic-sync", "a"]] {
          let answer = try await bench.trigger(arguments)
          #expect(answer.status == .exited(1))
          #expect(answer.verdict == "nothing")
          #expect(answer.reason?.contains("does not handle") == true)
          #expect(!answer.events.isEmpty)
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a worker that does not start is why a push does not reach it`() async throws {
      try await withDriven(DriveSites.throwing) { bench, _ in
        #expect(try await bench.trigger("worker", "stop").verdict == "done")
        let push = try await bench.trigger("push", "--empty", "--wait", "1m")
        #expect(push.status == .exited(3))
        #expect(push.reason?.contains("bad morning") == true, "\(push)")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what the browser does not record can't be seen, which is said`() async throws {
      try await withDriven(DriveSites.whole) { bench, _ in
        _ = try await bench.json("record", "off", "--service", "push", "--json")
        let push = try await bench.trigger("push", "--empty", "--wait", "300ms")
        #expect(push.verdict == "nothing")
        #expect(push.reason?.contains("does not record Push Messaging") == true)
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a sync is held while its worker is offline, and released by online`() async throws {
      try await withDriven(DriveSites.whole) { bench, browser in
        #expect(try await bench.trigger("offline").verdict == "done")
        #expect(try await bench.trigger("sync", "a").status == .exited(3))
        try await browser.visit("/outbox")
        try await eventually("the sync") {
          try await bench.events("event:\"Registered sync\"").count == 1
        }
        // Its worker is offline also after it was stopped and has started again.
        #expect(try await bench.trigger("worker", "stop").verdict == "done")
        #expect(try await bench.trigger("push", "--text", "wake").verdict == "done")
        #expect(try await bench.events("event:\"Dispatched sync event\"").isEmpty)
        let online = try await bench.trigger("online")
        #expect(online.verdict == "done")
        #expect(try await bench.names(of: online) == ["Dispatched sync event"])
        try await eventually("the end of the sync") {
          try await bench.events("event:\"Sync completed\" succeeded").count == 1
        }
        let again = try await bench.trigger("online")
        #expect(again.reason == "It was not offline.")
        let id = try #require(online.events.first)
        let shown = try await bench.run("show", "\(id)").output
        #expect(shown.contains("network: worker offline"))
        #expect(shown.contains("network: worker online"))
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a recorder that leaves gives the network back`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(DriveSites.whole) { site in
          try await Chromium.with("\(bench.folder)/browser") { browser in
            let recorder = try await bench.attach(browser)
            try await Client.with(port: browser.port) { client in
              let worker = try await client.openWorker(site)
              #expect(try await bench.trigger("offline").verdict == "done")
              #expect(try await bench.trigger("worker", "stop").verdict == "done")
              try await recorder.interrupt()
              let next = try await bench.attach(browser)
              try await worker.sync("after")
              try await eventually("the sync") {
                try await bench.events("event:\"Dispatched sync event\" tag:after").count == 1
              }
              try await next.interrupt()
            }
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a worker is stopped, started, updated in vain and unregistered`() async throws {
      try await withDriven(DriveSites.whole) { bench, _ in
        #expect(try await bench.trigger("worker", "stop").verdict == "done")
        #expect(try await bench.trigger("worker", "stop").reason == "It does not run.")
        #expect(try await bench.trigger("worker", "start").verdict == "done")
        #expect(try await bench.trigger("worker", "start").reason == "It runs already.")
        let update = try await bench.trigger("worker", "update", "--wait", "300ms")
        #expect(update.status == .exited(1))
        #expect(try await bench.trigger("worker", "unregister").verdict == "done")
        let late = try await bench.trigger("push", "--empty")
        #expect(late.status == .exited(3))
        #expect(late.reason == "This browser has no service worker.")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a background fetch is aborted`() async throws {
      try await withDriven(DriveSites.whole) { bench, browser in
        #expect(try await bench.trigger("fetch-abort", "movie").status == .exited(1))
        try await browser.visit("/download")
        try await eventually("the fetch") {
          try await bench.events("event:\"Background Fetch started\"").count == 1
        }
        let abort = try await bench.trigger("fetch-abort", "movie")
        #expect(abort.verdict == "done")
        #expect(try await bench.names(of: abort) == ["Background Fetch completed"])
        #expect(try await bench.events("BackgroundFetchAbortEvent").count == 1)
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a permission is changed, and a site's data goes`() async throws {
      try await withDriven(DriveSites.whole) { bench, browser in
        let site = browser.site.origin
        let page = try await browser.attach("/")
        let state =
          "navigator.permissions.query({ name: 'geolocation' }).then(found => found.state)"
        for setting in ["granted", "denied"] {
          let changed = try await bench.trigger(
            "permission", "geolocation", setting, "--origin", site)
          #expect(changed.verdict == "done")
          #expect(try await browser.client.evaluate(state, in: page).contains(setting))
        }
        #expect(try await bench.trigger("clear-site-data", site).verdict == "done")
        let push = try await bench.trigger("push", "--empty")
        #expect(push.reason == "This browser has no service worker.")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `of two workers one has to be meant`() async throws {
      try await withDriven(DriveSites.whole) { bench, browser in
        try await browser.visit("/other")
        let scope = browser.site.origin + "/other"
        try await eventually("the second worker") {
          try await bench.trigger("worker", "start", "--scope", scope).verdict == "done"
        }
        let both = try await bench.trigger("push", "--empty")
        #expect(both.status == .exited(3))
        #expect(both.reason?.contains("2 service workers could be meant") == true)
        #expect(try await bench.trigger("push", "--empty", "--scope", scope).verdict == "done")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a recorder that is killed leaves no wish that hangs`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(DriveSites.whole) { site in
          let recorder = try await bench.drive(site)
          let asked = try bench.start(
            "trigger", "push", "--text", "forever", "--wait", "10m", "--json")
          try await eventually("the push") {
            try await bench.events("Payload:forever").count == 1
          }
          try await recorder.killNow()
          let answer = try await asked.answer()
          #expect(answer.status == .exited(3))
          #expect(answer.output.contains("The recorder ended before it had answered."))
          #expect(try await bench.run("trigger", "push", "--empty").status == .exited(3))
        }
      }
    }

    private func withDriven(
      _ pages: [String: LoopbackSite.Page],
      _ body: (Bench, DrivenBrowser) async throws -> Void
    ) async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(pages) { site in
          let recorder = try await bench.drive(site)
          let port = try #require(recorder.debuggingPort(in: bench))
          try await Client.with(port: port) { client in
            try await body(bench, DrivenBrowser(client: client, site: site))
          }
          try await recorder.interrupt()
        }
      }
    }
  }
}

/// A recorded browser, and a client that opens pages in it.
struct DrivenBrowser: Sendable {
  let client: Client
  let site: LoopbackSite

  func visit(_ path: String) async throws {
    _ = try await client.connection.call(Target.CreateTarget(url: site.origin + path))
  }

  /// A page of its own, to ask it something.
  func attach(_ path: String) async throws -> SessionID {
    let target = try await client.connection.call(Target.CreateTarget(url: site.origin + path))
    let page = try await client.attach(target.targetId)
    try await client.evaluate(
      "if (location.href === 'about:blank') throw new Error('not there yet')", in: page)
    return page
  }
}

/// What a trigger was answered, as `--json` prints it.
struct Triggered {
  var status: CDP.ExitStatus
  var verdict: String?
  var reason: String?
  var events: [Int]
  var operations: [Int]
}

extension Bench {
  /// A recorder whose browser has the site open, and its worker running.
  func drive(_ site: LoopbackSite, _ options: [String] = []) async throws -> RunningProgram {
    let recorder = try await open(
      ["--ephemeral", "--headless", "--remote-debugging-port", "0", site.origin + "/"] + options)
    try await eventually("the site's worker") {
      try await trigger("worker", "start").verdict == "done"
    }
    return recorder
  }

  func trigger(_ arguments: String...) async throws -> Triggered { try await trigger(arguments) }

  func trigger(_ arguments: [String]) async throws -> Triggered {
    let answer = try await run(["trigger"] + arguments + ["--json"])
    let read = try? JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    let object = read as? [String: Any] ?? [:]
    return Triggered(
      status: answer.status, verdict: object["verdict"] as? String,
      reason: object["reason"] as? String, events: object["events"] as? [Int] ?? [],
      operations: object["operations"] as? [Int] ?? [])
  }

  func names(of trigger: Triggered) async throws -> [String] {
    var names: [String] = []
    for id in trigger.events {
      let event = try await json("show", "\(id)", "--json")["event"] as? [String: Any]
      names.append(event?["eventName"] as? String ?? "")
    }
    return names
  }
}

extension RunningProgram {
  /// Of the browser that an ephemeral `open` has started.
  func debuggingPort(in bench: Bench) -> Int? {
    let folder = "\(bench.data)/ephemeral"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names {
      guard
        let text = try? String(
          contentsOfFile: "\(folder)/\(name)/DevToolsActivePort", encoding: .utf8)
      else { continue }
      return text.split(separator: "\n").first.flatMap { Int($0) }
    }
    return nil
  }
}
