import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// The pages, in a real Chromium, over a real recorder of the same Chromium.
  @Suite struct UITests {
    @Test(.timeLimit(.minutes(2)))
    func `an event shows up live, its details when it is selected, and again after a reload`()
      async throws
    {
      try await UIBench.with { ui in
        try await ui.wait("document.querySelector('off-nav .connection.live')")
        try await ui.worker.push(1)
        try await ui.wait("document.querySelectorAll('off-table .rows .row').length >= 2")
        try await ui.run("document.querySelector('off-nav a[data-service=pushMessaging]').click()")
        try await ui.wait("location.search === '?filter=service%3Apush'")
        try await ui.wait("[...document.querySelectorAll('.rows .event')].length === 2")
        try await ui.run(
          "[...document.querySelectorAll('.row')].find(r => r.innerText.includes('dispatched')).click()"
        )
        try await ui.wait("document.querySelector('off-details').innerText.includes('push 0')")
        try await ui.run("location.reload()")
        try await ui.wait("document.querySelector('off-details')?.innerText.includes('push 0')")
        try await ui.wait("document.querySelector('off-table .row.selected')")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the record button turns the browser's recording off, and shows what others turn on`()
      async throws
    {
      try await UIBench.with { ui in
        let session = try await ui.client.observe()
        try await ui.run("document.querySelector('off-nav a[data-service=pushMessaging]').click()")
        try await ui.wait(
          "document.querySelector('.record').innerText.includes('Recording')")
        ui.client.forget()
        try await ui.run("document.querySelector('.record').click()")
        try await ui.client.recordingState(of: .pushMessaging, becomes: false, in: session)
        try await ui.wait(
          "document.querySelector('.record').getAttribute('aria-pressed') === 'false'")
        #expect(
          try await ui.text("document.querySelector('.record').title").hasSuffix(
            ": recording is off"))
        #expect(
          try await ui.bench.run("record", "on", "--service", "push").status == .exited(0))
        try await ui.wait(
          "document.querySelector('.record').innerText.includes('Recording')")
        // Another client's wish is shown too, with the gap that it makes.
        try await ui.client.recordingState(of: .pushMessaging, becomes: true, in: session)
        try await ui.client.setRecording(.pushMessaging, false, in: session)
        try await ui.wait("document.querySelector('.record').innerText.trim() === 'Record'")
        try await ui.wait("document.querySelector('off-table .row.gap')")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the filter narrows, its address can be shared, and clear asks and empties`()
      async throws
    {
      try await UIBench.with { ui in
        try await ui.worker.push(12)
        try await ui.wait("document.querySelector('.total').innerText === '24 events'")
        try await ui.run(
          """
          (() => { const filter = document.querySelector('.filter');
            filter.value = 'PUSH "push 11"'; filter.dispatchEvent(new Event('change')); })()
          """)
        try await ui.wait("document.querySelectorAll('off-table .rows .event').length === 1")
        let address = try await ui.run("location.search")
        #expect(address.contains("filter=PUSH+%22push+11%22"), "\(address)")
        try await ui.run("location.assign('/' + location.search)")
        try await ui.wait("document.querySelectorAll('off-table .rows .event').length === 1")
        try await ui.run(
          "[...document.querySelectorAll('button')].find(b => b.innerText === 'Clear…').click()")
        try await ui.wait("document.querySelector('dialog[open]')")
        try await ui.run("document.querySelector('dialog button[value=no]').click()")
        #expect(try await ui.bench.events().count >= 24)
        try await ui.run(
          "[...document.querySelectorAll('button')].find(b => b.innerText === 'Clear…').click()")
        try await ui.run("document.querySelector('dialog button[value=yes]').click()")
        try await eventually("an empty store") { try await ui.bench.events().isEmpty }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what comes while a list is asked for is not missed`() async throws {
      try await UIBench.with { ui in
        try await ui.wait("document.querySelector('off-nav .connection.live')")
        // The answer is held back until the stream has brought an event that is not in it.
        try await ui.run(
          """
          (() => { const ask = fetch; window.fetch = async (url, options) => {
            const answer = await ask(url, options);
            if (String(url).includes('/events?')) {
              window.isHeld = true;
              await new Promise(done => window.release = done);
            }
            return answer; } })()
          """)
        try await ui.run("document.querySelector('off-nav a[data-service=pushMessaging]').click()")
        try await ui.wait("window.isHeld")
        try await ui.worker.push(1)
        try await ui.wait(
          "document.querySelector('a[data-service=pushMessaging] .count').innerText === '2'")
        try await ui.run("window.release()")
        try await ui.wait("document.querySelectorAll('.rows .event').length === 2")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `an open page survives a restart of the recorder`() async throws {
      try await UIBench.with { ui in
        try await ui.wait("document.querySelector('off-nav .connection.live')")
        try await ui.program.killNow()
        try await ui.wait("document.querySelector('off-nav .connection.lost')")
        let again = try ui.bench.start(
          "attach", "--port", "\(ui.browser.port)", "--ui-port", "\(ui.port)")
        try await again.says("Recording “")
        try await ui.wait("document.querySelector('off-nav .connection.live')")
        try await ui.worker.push(1)
        try await ui.wait("document.querySelectorAll('off-table .rows .event').length >= 2")
        try await again.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `pages that were left keep no connection`() async throws {
      try await UIBench.with { ui in
        try await ui.worker.push(1)
        // A browser has six connections to a host.
        for number in 1...9 {
          try await ui.run("location.assign('/?q=push&utc&n=\(number)')")
          try await ui.wait("location.search.endsWith('n=\(number)')")
          try await ui.wait("document.querySelector('off-nav .connection.live')")
          try await ui.wait("document.querySelectorAll('.rows .event').length === 2")
        }
        try await ui.run("history.back()")
        try await ui.wait("location.search.endsWith('n=8')")
        try await ui.worker.push(1)
        try await ui.wait("document.querySelectorAll('.rows .event').length === 4")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a page of another process shows that the recorder was killed`() async throws {
      try await UIBench.with { ui in
        let server = try ui.bench.start("serve", "--ui-port", "0")
        try await server.says("UI: http")
        let said = server.errors.value.lines.first { $0.hasPrefix("UI: ") } ?? ""
        let page = try await UIPage(ui.client, String(said.dropFirst(4)))
        try await page.wait("document.querySelector('.record').innerText.includes('Recording')")
        try await ui.program.killNow()
        try await page.wait("document.querySelector('.record').innerText.includes('Set to record')")
        try await server.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what a page recorded is shown as text`() async throws {
      try await UIBench.with { ui in
        let texts = [
          "<img src=x onerror=document.title=1>", "\u{202E}gnp.exe\u{2066}", "a\u{0}b\u{1B}[2J",
          #"{"html":"<script>document.title=1</script>","n":1.0,"big":12345678901234567890}"#,
          "\u{2028}\nid: 7\u{2029}data: {}",
          String(repeating: "[", count: 9000)
            + String(repeating: "]", count: 9000), String(repeating: "x", count: 1 << 20),
        ]
        for text in texts { try await ui.worker.deliver(text) }
        try await ui.wait("document.querySelectorAll('off-table .rows .event').length >= 14")
        for index in 0..<14 {
          try await ui.run("document.querySelectorAll('.rows .row')[\(index)].click()")
          try await ui.wait("document.querySelector('.rows .row.selected')?.id === 'row-\(index)'")
        }
        #expect(try await ui.run("document.title").contains("All events"))
        let foreign = try await ui.run(
          "document.querySelectorAll('off-app img, off-app script, off-app iframe').length")
        #expect(foreign.contains("0"))
        #expect(ui.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what the page's policy forbids would be seen`() async throws {
      try await UIBench.with { ui in
        #expect(ui.complaints() == [])
        try await ui.run("document.body.setAttribute('style', 'color: red')")
        try await eventually("a complaint") { ui.complaints().count == 1 }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a link is good once, and a page without one says what to do`() async throws {
      try await Bench.with { bench in
        let program = try bench.start("serve", "--ui-port", "0")
        try await program.says("UI: http")
        let link = try await bench.run("ui")
        #expect(link.status == .exited(0))
        #expect(link.output.contains("/#code="))
        let second = try await bench.run("ui").output
        #expect(link.output != second)
        try await bench.withBrowser { browser, _ in
          try await Client.with(port: browser.port) { client in
            let url = link.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let first = try await UIPage(client, url)
            try await first.wait("document.querySelector('off-nav .connection.live')")
            #expect(try await first.run("location.hash").contains("code") == false)
            // Elsewhere the same link opens nothing.
            let context = try await client.connection.call(Target.CreateBrowserContext())
              .browserContextId
            let other = try await UIPage(client, url, context: context)
            try await other.wait(
              "document.querySelector('.notice')?.innerText.includes('offstage ui')")
          }
        }
        try await program.interrupt()
        let nothing = try await bench.run("ui")
        #expect(nothing.errors.contains("offstage serve"), "\(nothing.errors)")
      }
    }
  }
}

/// A page in a browser that a test drives.
struct UIPage: Sendable {
  let client: Client
  let session: SessionID

  init(_ client: Client, _ url: String, context: Browser.BrowserContextID? = nil) async throws {
    self.client = client
    let target = try await client.connection.call(
      Target.CreateTarget(url: "about:blank", browserContextId: context)
    ).targetId
    session = try await client.attach(target)
    _ = try await client.connection.call(Runtime.Enable(), session: session)
    _ = try await client.connection.call(Page.Enable(), session: session)
    let report =
      "addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))"
    _ = try await client.connection.call(
      Page.AddScriptToEvaluateOnNewDocument(source: report), session: session)
    // A page behind another one is not painted.
    _ = try await client.connection.call(Page.BringToFront(), session: session)
    _ = try await client.connection.call(Page.Navigate(url: url), session: session)
  }

  @discardableResult
  func run(_ expression: String) async throws -> String {
    try await client.evaluate(expression, in: session)
  }

  /// Waits until an expression is true; an element counts as true.
  func wait(_ expression: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    var last = ""
    do {
      try await eventually("“\(expression)” in \(sourceLocation)", within: .seconds(60)) {
        // A page that is being loaded has no such element yet.
        do {
          last = try await run("Boolean(\(expression))")
        } catch {
          last = "\(error)"
        }
        return last.contains("true")
      }
    } catch {
      let seen =
        "`${location} ${document.readyState} ${document.visibilityState}: ${document.body?.innerText.slice(0, 300)}`"
      let page = (try? await run(seen)) ?? "no page"
      throw Unexpected("\(error); last: \(last); the page: \(page); \(complaints())")
    }
  }

  /// Errors on the console, exceptions, and what the page's policy has forbidden.
  func complaints() -> [String] {
    client.messages { message -> String? in
      guard message.session == session, case .event(let event) = message.content else { return nil }
      switch event {
      case .runtimeExceptionThrown(let thrown): return thrown.exceptionDetails.text
      case .runtimeConsoleAPICalled(let call) where call.type == .error: return "\(call.args)"
      default: return nil
      }
    }
  }
}

/// A recorder of a browser, and its UI in that same browser.
struct UIBench: Sendable {
  let bench: Bench
  let browser: Chromium
  let client: Client
  let worker: Worker
  let program: RunningProgram
  let port: Int
  private let page: UIPage

  static func with(_ body: @Sendable (UIBench) async throws -> Void) async throws {
    try await Bench.with { bench in
      try await bench.withBrowser { browser, site in
        try await Client.with(port: browser.port) { client in
          let worker = try await client.openWorker(site)
          let program = try await bench.attach(browser)
          let link = try await bench.run("ui").output
            .trimmingCharacters(in: .whitespacesAndNewlines)
          let page = try await UIPage(client, link)
          let port = try #require(URL(string: link)?.port)
          let ui = UIBench(
            bench: bench, browser: browser, client: client, worker: worker, program: program,
            port: port, page: page)
          try await ui.wait("document.querySelector('off-nav a')")
          try await body(ui)
          if program.status == nil { try await program.interrupt() }
        }
      }
    }
  }

  @discardableResult
  func run(_ expression: String) async throws -> String { try await page.run(expression) }

  func wait(_ expression: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await page.wait(expression, sourceLocation: sourceLocation)
  }

  func text(_ expression: String) async throws -> String { try await page.answer(to: expression) }

  func complaints() -> [String] { page.complaints() }
}
