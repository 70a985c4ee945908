import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// `doctor URL` in real browsers.
  @Suite struct DoctorTests {
    struct Seen: Sendable {
      var status: CDP.ExitStatus
      var verdicts: [String: String] = [:]
      var messages: [String: String] = [:]
    }

    @Test(
      .timeLimit(.minutes(3)),
      arguments: [
        (DoctorSites.withoutWorker, "worker.registered", "has registered no service worker"),
        (DoctorSites.withoutScript, "worker.registered", "bad HTTP response code (404)"),
        (DoctorSites.withScriptThatIsText, "worker.registered", "unsupported MIME type"),
        (DoctorSites.withAnotherScope, "worker.registered", "/out/"),
        (DoctorSites.withoutPush, "push.handler", "does not handle push"),
      ])
    func `a site that lacks something is told what`(
      _ pages: [String: LoopbackSite.Page], _ id: String, _ words: String
    ) async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(pages) { site in
          let seen = try await bench.doctor(site.origin + "/", "--ephemeral", "--service", "push")
          #expect(seen.status == .exited(1))
          #expect(seen.verdicts[id] == "no")
          #expect(seen.messages[id]?.contains(words) == true, "\(seen.messages)")
          #expect(seen.verdicts["page.opens"] == "ok" && seen.verdicts["page.secure"] == "ok")
        }
        #expect(bench.ephemeralFolders == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a whole site has nothing wrong in a first visit, and leaves nothing`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(DoctorSites.wholeWithQuestion) { site in
          let seen = try await bench.doctor(site.origin)
          #expect(seen.status == .exited(0))
          #expect(!seen.verdicts.values.contains("no"), "\(seen.messages)")
          for id in ["worker.active", "worker.script", "push.handler", "sync.handler"] {
            #expect(seen.verdicts[id] == "ok", "\(seen.messages)")
          }
          #expect(seen.verdicts["push.permission"] == "warning")
          #expect(seen.verdicts["fetch.used"] == "note")
        }
        #expect(bench.ephemeralFolders == [])
        #expect(!FileManager.default.fileExists(atPath: bench.storePath))
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func
      `a script that is gone, a worker that throws at its second start, and what open has recorded`()
      async throws
    {
      try await Bench.with { bench in
        let port = try await LoopbackSite.with(DoctorSites.withBrokenWorker) { site in
          let open = try await bench.open(
            "--profile", "work", "--grant", "notifications", site.origin + "/")
          try await open.interrupt()
          let seen = try await bench.doctor(site.origin, "--profile", "work")
          #expect(seen.verdicts["worker.script"] == "ok")
          #expect(seen.verdicts["notifications.permission"] == "ok", "\(seen.messages)")
          #expect(seen.verdicts["recording"] == "ok", "\(seen.messages)")
          #expect(seen.messages["recording"]?.contains("2d 23h") == true, "\(seen.messages)")
          return site.port
        }
        try await LoopbackSite.with(DoctorSites.withoutScript, port: port) { site in
          let seen = try await bench.doctor(site.origin, "--profile", "work")
          #expect(seen.status == .exited(1))
          #expect(seen.messages["worker.script"]?.contains("404") == true, "\(seen.messages)")
          #expect(seen.messages["worker.starts"]?.contains("settings is not defined") == true)
        }
        let seen = try await bench.doctor("http://127.0.0.1:\(port)", "--profile", "work")
        #expect(seen.messages["page.opens"]?.contains("net::ERR_CONNECTION_REFUSED") == true)
        #expect(!seen.verdicts.keys.contains("worker.registered"))
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a browser that runs is looked at, and nothing in it changes`() async throws {
      try await Bench.with { bench in
        let folder = bench.folder + "/browser"
        try await LoopbackSite.with(DoctorSites.whole) { site in
          try await Chromium.with(folder) { browser in
            try await Client.with(port: browser.port) { client in
              let worker = try await client.openWorker(site)
              let before = try await client.targets()
              let seen = try await bench.doctor(site.origin, "--port", "\(browser.port)")
              #expect(seen.status == .exited(0))
              #expect(seen.verdicts["push.handler"] == "ok", "\(seen.messages)")
              #expect(seen.verdicts["recording"] == "warning", "\(seen.messages)")
              try await eventually("the targets of before") {
                try await client.targets() == before
              }

              // Never fetched from, or there would be an error; and no secure context.
              let plain = try await bench.doctor("plain.invalid", "--port", "\(browser.port)")
              #expect(plain.verdicts["page.secure"] == "ok")
              let bare = try await bench.doctor("http://plain.invalid", "--port", "\(browser.port)")
              #expect(bare.status == .exited(1) && bare.verdicts["page.secure"] == "no")

              _ = try await client.connection.call(
                ServiceWorker.StopAllWorkers(), session: worker.page)
              try await eventually("no worker runs") {
                try await !client.targets().contains { $0.hasPrefix("service_worker") }
              }
              let asleep = try await bench.doctor(site.origin, "--port", "\(browser.port)")
              #expect(asleep.verdicts["worker.starts"] == "unknown", "\(asleep.messages)")
              #expect(asleep.verdicts["push.handler"] == nil)
              let awake = try await bench.doctor(
                site.origin, "--port", "\(browser.port)", "--wake")
              #expect(awake.verdicts["push.handler"] == "ok", "\(awake.messages)")
            }
          }
        }
      }
    }

    @Test(
      .timeLimit(.minutes(3)), arguments: [("granted", "ok"), ("denied", "no"), ("prompt", "no")])
    func `a permission is what the browser says`(_ setting: String, _ verdict: String) async throws
    {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            _ = try await client.openWorker(site)
            for name in ["notifications", "push"] {
              _ = try await client.connection.call(
                Browser.SetPermission(
                  permission: Browser.PermissionDescriptor(name: name, userVisibleOnly: true),
                  setting: Browser.PermissionSetting(rawValue: setting), origin: site.origin))
            }
            let seen = try await bench.doctor(
              site.origin, "--port", "\(browser.port)", "--service", "notifications",
              "--service", "push")
            #expect(seen.verdicts["notifications.permission"] == verdict, "\(seen.messages)")
            #expect(seen.verdicts["push.permission"] == verdict, "\(seen.messages)")
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `an incognito window is told apart, and looked at when asked`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let arguments = [site.origin, "--port", "\(browser.port)"]
            #expect(
              try await bench.run(["doctor"] + arguments + ["--incognito"]).status == .exited(2))
            let context = try await client.connection.call(Target.CreateBrowserContext())
              .browserContextId
            _ = try await client.openWorker(site, context: context)
            let usual = try await bench.doctor(arguments)
            #expect(usual.messages["page.incognito"]?.contains("also open") == true)
            #expect(usual.verdicts["worker.registered"] == "no", "\(usual.messages)")
            let incognito = try await bench.doctor(arguments + ["--incognito"])
            #expect(incognito.messages["page.incognito"]?.contains("is incognito") == true)
            #expect(incognito.verdicts["push.handler"] == "ok", "\(incognito.messages)")
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a sync that waits for its next attempt is shown`() async throws {
      try await Bench.with { bench in
        let folder = bench.folder + "/browser"
        try await LoopbackSite.with(DoctorSites.withFailingSync) { site in
          try await Chromium.with(folder) { browser in
            try await Client.with(port: browser.port) { client in
              _ = try await client.openWorker(site)
              try await eventually("a sync that waits") {
                let seen = try await bench.doctor(site.origin, "--port", "\(browser.port)")
                return seen.messages["sync.pending"]?.contains("“outbox”") == true
              }
            }
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a profile that a recorder has open is looked at through it, and recorded on`()
      async throws
    {
      try await Bench.with { bench in
        try await LoopbackSite.with(DoctorSites.withFailingSync) { site in
          let open = try await bench.open("--profile", "work", "--jsonl", site.origin)
          try await open.line(#""eventName":"sync event failed""#)
          let seen = try await bench.doctor(site.origin, "--profile", "work", "--wake")
          #expect(seen.status == .exited(0))
          #expect(seen.verdicts["sync.handler"] == "ok", "\(seen.messages)")
          #expect(seen.messages["sync.pending"]?.contains("“outbox”") == true)
          #expect(seen.verdicts["recording"] == "ok", "\(seen.messages)")
          #expect(seen.messages["sync.recorded"]?.hasPrefix("3 of its events") == true)

          let other = try await bench.doctor(
            "https://app.example", "--profile", "work", "--service", "push")
          #expect(other.verdicts["worker.registered"] == "no")
          let again = try await bench.doctor(site.origin, "--profile", "work")
          #expect(again.verdicts["sync.handler"] == "ok", "\(again.messages)")
          try await open.interrupt()
          #expect(try await bench.events().count == 3)
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a profile that is open and can't be asked ends with 3`() async throws {
      try await Bench.with { bench in
        let profile = bench.path(ofProfile: "work")
        // With a port that was named the browser leaves no file that tells it.
        try await Chromium.with(profile, port: RawTCP.closedPort()) { _ in
          let answer = try await bench.run("doctor", "https://app.example", "--profile", "work")
          #expect(answer.status == .exited(3))
          #expect(answer.errors.contains("--ephemeral"), "\(answer.errors)")
        }
      }
    }
  }
}

extension Bench {
  fileprivate func doctor(_ arguments: String...) async throws -> BrowserTests.DoctorTests.Seen {
    try await doctor(arguments)
  }

  fileprivate func doctor(_ arguments: [String]) async throws -> BrowserTests.DoctorTests.Seen {
    let answer = try await run(["doctor", "--json"] + arguments)
    let read = try? JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    guard let checks = (read as? [String: Any])?["checks"] as? [[String: Any]] else {
      throw Unexpected("\(arguments) ended with \(answer.status): \(answer.errors)")
    }
    var seen = BrowserTests.DoctorTests.Seen(status: answer.status)
    for check in checks {
      guard let id = check["id"] as? String else { throw Unexpected(answer.output) }
      seen.verdicts[id] = check["verdict"] as? String
      seen.messages[id] = check["message"] as? String
    }
    return seen
  }
}

extension Client {
  /// Kind and address of all that is open.
  fileprivate func targets() async throws -> [String] {
    try await connection.call(Target.GetTargets(filter: [Target.FilterEntry()])).targetInfos
      .map { "\($0.type) \($0.url)" }.sorted()
  }
}
