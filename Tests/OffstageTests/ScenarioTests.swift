import CDP
import Foundation
import OffstageScenario
import OffstageTesting
import Testing

extension BrowserTests {
  /// `offstage test` as a person or a CI server runs it.
  @Suite struct ScenarioTests {
    private static let limit = Duration.seconds(90)

    @Test(.timeLimit(.minutes(3)))
    func `a scenario that holds ends with 0, and leaves nothing`() async throws {
      try await Bench.with { bench in
        let file = try bench.scenario(
          Bench.registering + """

              - expect: event:"Sync completed" tag:outbox outcome:ok
              - restart-browser
              - expect-operation: { filter: tag:outbox, state: succeeded }
              - open: /
              - evaluate: { script: (await navigator.serviceWorker.getRegistrations()).length, is: 1 }
              - kill-browser
              - expect: event:"Sync completed"
              - restart-browser
            """)
        let temporary = bench.folder + "/tmp"
        try FileManager.default.createDirectory(
          atPath: temporary, withIntermediateDirectories: true)
        let answer = try await bench.start(["test", file], ["TMPDIR": temporary])
          .answer(within: Self.limit)
        let left = try FileManager.default.contentsOfDirectory(atPath: temporary)
        #expect(left == [])
        #expect(answer.status == .exited(0), "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("✓ it is so"))
        #expect(answer.output.contains("1 passed"))
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what fails is told with its place, its events, and a recording that can be imported`()
      async throws
    {
      try await Bench.with { bench in
        let file = try bench.scenario(
          Bench.registering
            + "\n  - expect: event:\"Sync completed\" tag:outbox"
            + "\n  - expect: { filter: 'event:\"Sync completed\" tag:outbax', within: 3s }")
        let out = bench.folder + "/out"
        let answer = try await bench.run(
          "test", file, "--artifacts", out, "--junit", bench.folder + "/junit.xml", "--github",
          within: Self.limit)
        #expect(answer.status == .exited(1), "\(answer.output)\(answer.errors)")
        let place = "\(file):10:5: expect: No event that takes"
        #expect(answer.output.contains(place), "\(answer.output)")
        #expect(answer.output.contains("1 event is all that but tag:outbax"))
        #expect(answer.output.contains("Sync completed  outbox"))
        #expect(answer.output.contains("operation: sync “outbox”, succeeded"))
        #expect(answer.output.contains("::error file=\(file),line=10,col=5"))
        let junit = try String(contentsOfFile: bench.folder + "/junit.xml", encoding: .utf8)
        #expect(junit.contains(#"failures="1""#))
        let picture = FileManager.default.contents(atPath: out + "/scenario/page.png") ?? Data()
        #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let imported = try await bench.run("import", out + "/scenario/recording.jsonl")
        #expect(imported.status == .exited(0))
        #expect(try await bench.events().map(\.name).contains("Sync completed"))
        let report = try String(contentsOfFile: out + "/scenario/report.html", encoding: .utf8)
        #expect(report.hasPrefix("<!doctype html>") && report.contains("Sync completed"))
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `with --redact the files of what fails tell nothing secret`() async throws {
      try await Bench.with { bench in
        let file = try bench.scenario(
          Bench.registering + "\n  - push: for the eyes of one"
            + "\n  - expect: { filter: tag:nothing, within: 1s }")
        let out = bench.folder + "/out"
        let answer = try await bench.run(
          "test", file, "--artifacts", out, "--redact", within: Self.limit)
        #expect(answer.status == .exited(1), "\(answer.output)\(answer.errors)")
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: out + "/scenario").sorted()
            == ["recording.jsonl", "report.html"])
        for name in ["recording.jsonl", "report.html"] {
          let text = try String(contentsOfFile: out + "/scenario/" + name, encoding: .utf8)
          #expect(text.contains("Push event dispatched") && !text.contains("for the eyes of one"))
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a page that never loads and a script that never ends fail within their time`()
      async throws
    {
      try await Bench.with { bench in
        for (step, text) in [
          ("open: { url: /slow, within: 1s }", "did not load within 1.0 s"),
          ("open: { url: 'http://localhost:1/', within: 5s }", "could not be opened"),
          ("evaluate: { script: 'new Promise(() => {})', within: 1s }", "did not come to its end"),
          ("evaluate: { script: \"throw new Error('no')\" }", "The script threw Error: no"),
          ("click: { selector: '#no', within: 1s }", "There was no “#no” to click"),
          ("wait: { for: document.title === 'x', within: 1s }", "did not come true within 1.0 s"),
          ("page: { url: /x, within: 1s }", "No page http://localhost"),
          ("offline", "worker"), ("push: hello", "worker"),
        ] {
          let file = try bench.scenario("  - open: /\n  - \(step)")
          let answer = try await bench.run("test", file, within: Self.limit)
          #expect(answer.status == .exited(1), "\(answer.output)\(answer.errors)")
          #expect(answer.output.contains("\(file):5:5"), "\(answer.output)")
          #expect(answer.output.contains(text), "\(answer.output)")
        }
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a click is the mouse's, on an element that is seen`() async throws {
      try await Bench.with { bench in
        let page = """
          <!doctype html><meta charset=utf-8><title>Clicks</title>
          <div style="height: 3000px"></div>
          <button id=far>Far</button><x-shadow></x-shadow>
          <div id=roof style="position: relative; width: 9em">
            <button id=under style="width: 9em">Under</button>
            <p class="veil dark" style="position: absolute; inset: 0; margin: 0"></p>
          </div>
          <button id=hidden hidden>Hidden</button><button id=off disabled>Off</button>
          <script>
          window.told = [];
          document.addEventListener('click', event => told.push([event.composedPath()[0].id,
            event.isTrusted, navigator.userActivation.isActive, event.detail].join(' ')));
          const root = document.querySelector('x-shadow').attachShadow({ mode: 'open' });
          root.innerHTML = '<button id=inner>Inner</button>';
          </script>
          """
        let cases = [
          (
            "'#under', within: 3s", "could not be clicked within 3.0 s: p.veil.dark lies over it at"
          ),
          ("'#hidden', within: 3s", "“#hidden” could not be clicked within 3.0 s: it is hidden."),
          ("'#off', within: 3s", "“#off” could not be clicked within 3.0 s: it is disabled."),
          ("'##', within: 9s", "“##” can't be looked for: SyntaxError"),
        ]
        let opened = """
            - open: /clicks.html
            - click: '#far'
            - click: x-shadow
            - evaluate: { script: told.join(), is: 'far true true 1,inner true true 1' }
            # Behind another page it would be told of the mouse only seconds later.
            - open: /
            - page: /clicks.html
            - click: { selector: '#far', within: 2s }
          """
        let held = try bench.scenario(opened)
        try page.write(
          toFile: bench.folder + "/site/clicks.html", atomically: true, encoding: .utf8)
        let answer = try await bench.run("test", held, within: Self.limit)
        #expect(answer.status == .exited(0), "\(answer.output)\(answer.errors)")
        for (number, (click, text)) in cases.enumerated() {
          let file = try bench.scenario(
            "  - open: /clicks.html\n  - click: { selector: \(click) }", named: "no\(number)")
          let answer = try await bench.run("test", file, within: Self.limit)
          #expect(answer.status == .exited(1), "\(answer.output)\(answer.errors)")
          #expect(answer.output.contains("\(file):5:5: click: "), "\(answer.output)")
          #expect(answer.output.contains(text), "\(answer.output)")
        }
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a browser that dies in the middle is no verdict: 3`() async throws {
      try await Bench.with { bench in
        let file = try bench.scenario(
          Bench.registering + "\n  - expect: { filter: tag:never, within: 100s }")
        let program = try bench.start("test", file, "--verbose")
        try await program.says("\(file):9:5: expect")
        let browsers = RunningBrowsers.pids(under: bench.folder)
        #expect(!browsers.isEmpty)
        for pid in browsers { kill(pid, SIGKILL) }
        let answer = try await program.answer(within: Self.limit)
        #expect(answer.status == .exited(3), "\(answer.output)")
        #expect(answer.output.contains("\(file):9:5: expect: The browser"), "\(answer.output)")
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a scenario whose time is over while its browser starts again leaves none`() async throws {
      try await Bench.with { bench in
        let file = try bench.scenario("  - restart-browser", head: "timeout: 1ms\n")
        let answer = try await bench.run("test", file, within: Self.limit)
        #expect(answer.status == .exited(1), "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("The scenario's time of 1 ms is over."), "\(answer.output)")
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `Ctrl-C ends scenarios that run, and those that wait do not begin`() async throws {
      try await Bench.with { bench in
        let files = try ["a", "b", "c"].map {
          try bench.scenario(
            "  - expect: { filter: tag:never, within: 100s }", site: Self.served, named: $0)
        }
        let program = try bench.start(["test", "--verbose", "--jobs", "2"] + files)
        try await program.says("a.yaml:4:5: expect")
        try await program.says("b.yaml:4:5: expect")
        program.signal(SIGINT)
        let answer = try await program.answer(within: Self.limit)
        #expect(answer.status == .exited(1), "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("3 stopped"), "\(answer.output)")
        #expect(!answer.errors.contains("c.yaml:4:5"))
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a kill of Offstage takes browser and site with it, and the next run sweeps`()
      async throws
    {
      try await Bench.with { bench in
        let file = try bench.scenario(
          "  - expect: { filter: tag:never, within: 100s }", site: Self.served)
        let program = try bench.start("test", file, "--verbose")
        try await program.says("scenario.yaml:4:5: expect")
        try await program.killNow()
        try await eventually("the end of what it started") {
          bench.left == bench.ephemeralFolders
        }
        #expect(bench.ephemeralFolders.count == 1)
        let next = try bench.scenario("  - wait: 1ms", site: Self.served)
        #expect(try await bench.run("test", next, within: Self.limit).status == .exited(0))
        #expect(await bench.leftovers() == [])
      }
    }

    private static let served =
      "{ command: cd site && exec python3 -m http.server --bind 127.0.0.1 $PORT, "
      + "url: 'http://127.0.0.1:${port}/' }"

    @Test(.timeLimit(.minutes(3)))
    func `a site that is not there, or goes, is no verdict: 3, with what it said last`()
      async throws
    {
      try await Bench.with { bench in
        let closed = try await RawTCP.closedPort()
        let taken = try await LoopbackSite.with(Sites.pages) { site in
          let file = try bench.scenario(
            "  - wait: 1ms", site: "{ command: sleep 1000, url: '\(site.origin)' }")
          return try await bench.run("test", file, within: Self.limit)
        }
        #expect(taken.output.contains("answers at http"), "\(taken.output)")
        #expect(taken.status == .exited(3))
        for (site, text) in [
          ("http://127.0.0.1:\(closed)", "Nothing answers at http://127.0.0.1:\(closed)"),
          (
            "{ command: echo no such thing; exit 7, url: 'http://127.0.0.1:${port}' }",
            "no such thing"
          ),
          (
            "{ command: sleep 1000 & sleep 1000, url: 'http://127.0.0.1:${port}', within: 1s }",
            "did not answer at http://127.0.0.1"
          ),
          (
            "{ command: 'trap \"\" TERM; sleep 1000; sleep 1000', url: 'http://127.0.0.1:${port}', "
              + "within: 1s }", "did not answer at http://127.0.0.1"
          ),
        ] {
          let file = try bench.scenario("  - wait: 1ms", site: site)
          let answer = try await bench.run("test", file, within: Self.limit)
          #expect(answer.status == .exited(3), "\(answer.output)\(answer.errors)")
          #expect(answer.output.contains(text), "\(answer.output)")
          #expect(answer.output.contains("\(file):2:7"), "\(answer.output)")
          #expect(await bench.leftovers() == [], "\(site)")
        }
        let dying = try bench.scenario(
          "  - expect: { filter: tag:never, within: 100s }",
          site: "{ command: 'cd site && timeout 4 python3 -m http.server --bind 127.0.0.1 $PORT', "
            + "url: 'http://127.0.0.1:${port}/' }")
        let answer = try await bench.run("test", dying, within: Self.limit)
        #expect(answer.status == .exited(3), "\(answer.output)")
        #expect(answer.output.contains("The site's command ended with"), "\(answer.output)")
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what fails is tried again if that is asked for, and is flaky then`() async throws {
      try await Bench.with { bench in
        let mark = bench.folder + "/tried"
        let site =
          "{ command: 'cd site; [ -e \(mark) ] && echo now > now; touch \(mark); "
          + "exec python3 -m http.server --bind 127.0.0.1 $PORT', url: 'http://127.0.0.1:${port}' }"
        let file = try bench.scenario(
          "  - open: /\n  - evaluate: { script: (await fetch('/now')).ok, is: true }", site: site)
        let answer = try await bench.run(
          "test", file, "--retries", "2", "--json", within: Self.limit)
        #expect(answer.status == .exited(0), "\(answer.output)\(answer.errors)")
        let json = try #require(
          try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
        #expect((json["counts"] as? [String: Int])?["flaky"] == 1)
        let first = (json["scenarios"] as? [[String: Any]])?.first
        #expect((first?["attempts"] as? [Any])?.count == 2)
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a page that is answered by an error fails its step, unless that is expected`()
      async throws
    {
      try await Bench.with { bench in
        let expected = try bench.scenario(
          "  - open: { url: /nowhere, status: 404 }\n  - open: /")
        let right = try await bench.run("test", expected, within: Self.limit)
        #expect(right.status == .exited(0), "\(right.output)\(right.errors)")
        for (step, words) in [
          ("open: /nowhere", "/nowhere answered 404.\n"),
          ("open: { url: /, status: 404 }", "/ answered 200, not 404."),
        ] {
          let answer = try await bench.run(
            "test", bench.scenario("  - \(step)"), within: Self.limit)
          #expect(answer.status == .exited(1), "\(answer.output)")
          #expect(answer.output.contains(words), "\(answer.output)")
        }
      }
    }

    // MARK: Without a browser

    @Test(.timeLimit(.minutes(3)))
    func `a mistake in a file ends with 2 and its place, before anything runs`() async throws {
      try await Bench.with { bench in
        let file = try bench.scenario("  - offlin\n  - expect: servic:push")
        let answer = try await bench.run("test", file)
        expectMistake(answer, 2)
        #expect(answer.errors.contains("\(file):4:5: There is no step “offlin” here."))
        #expect(answer.errors.contains("Did you mean offline?"))
        #expect(answer.errors.contains("\(file):5:13: There is no term “servic:”."))
        let noted = try await bench.run("test", file, "--github")
        #expect(noted.output.contains("::error file=\(file),line=4,col=5"))
        let absent = try bench.scenario(
          "  - push: { text: a, real: { vapid-key: keys/none.pem } }", site: "{ folder: nowhere }")
        let unplayed = try await bench.run("test", absent)
        expectMistake(unplayed, 2)
        let folder = URL(fileURLWithPath: absent).deletingLastPathComponent().path
        #expect(unplayed.errors.contains("\(absent):2:17: There is no folder \(folder)/nowhere."))
        #expect(
          unplayed.errors.contains("\(absent):4:41: There is no file \(folder)/keys/none.pem"),
          "\(unplayed.errors)")
        for arguments in [["test"], ["test", "/nowhere.yaml"], ["test", absent, "--jobs", "0"]] {
          #expect(try await bench.run(arguments).status == .exited(2))
        }
        let missing = try await bench.run(
          "test", bench.scenario("  - offline"), "--browser", "/nowhere")
        #expect(missing.status == .exited(3), "\(missing.errors)")
      }
    }

    @Test func `permissions have the names that open --grant takes`() throws {
      for name in PermissionName.all.map(\.rawValue) {
        let text = "name: a\nsite: http://a\npermissions: { \(name): granted }\nsteps: [offline]"
        _ = try ScenarioReader(file: "a.yaml").read(text).get()
      }
    }
  }
}
