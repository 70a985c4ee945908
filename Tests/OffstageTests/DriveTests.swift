import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// The drawer, in one browser, drives another that is recorded.
  @Suite struct DriveTests {
    @Test(.timeLimit(.minutes(3)))
    func `a push is written, sent and linked, and can be taken up again`() async throws {
      try await DriveBench.with { drive in
        try await drive.press("d")
        try await drive.page.wait("location.search === '?drive=push'")
        try await drive.page.wait("document.activeElement?.matches('off-drive textarea')")
        #expect(
          try await drive.page.answer(to: "document.querySelector('off-drive .said').innerText")
            == "Empty: the event's data is null.")
        try await drive.type("hello from the drawer")
        try await drive.press("Enter", in: "off-drive textarea", more: ", ctrlKey: true")
        try await drive.says("✓ done: push “hello from the drawer”.")
        let pushes = try await drive.bench.events("Payload:\"hello from the drawer\"")
        #expect(pushes.count == 1)
        #expect(try await drive.bench.events("is:trigger").count == 2)
        try await drive.page.wait(
          "document.querySelector('off-drive .triggers li')?.innerText.includes('✓ done')")
        // What it holds is offered, here and after a reload.
        try await drive.page.wait("document.querySelector('off-drive .takes button')")
        try await drive.type("")
        try await drive.page.run("document.querySelector('off-drive .takes button').click()")
        #expect(try await drive.text == "hello from the drawer")
        try await drive.page.run(
          "document.querySelector('off-drive .outcome a[href*=operation]').click()")
        try await drive.page.wait("document.querySelector('off-operation h2')")
        #expect(try await drive.page.answer(to: "location.search").contains("drive=push"))
        try await drive.page.run("location.reload()")
        try await drive.page.wait(
          "document.querySelector('off-drive textarea')?.value === 'hello from the drawer'")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a real push needs a subscription, and the drawer says so before and after`() async throws
    {
      try await DriveBench.with { drive in
        try await drive.press("d")
        try await drive.page.wait(
          "document.querySelector('#drive-way')?.innerText.startsWith('As DevTools does it')")
        try await drive.page.run("document.querySelectorAll('off-drive [type=radio]')[1].click()")
        try await drive.page.wait(
          "document.querySelector('#drive-way')?.innerText.includes('no subscription')")
        try await drive.type("hello")
        try await drive.press("Enter", in: "off-drive textarea", more: ", ctrlKey: true")
        try await drive.says(
          "✕ failed: real push “hello”. The worker has no push subscription.")
        try await drive.page.run("location.reload()")
        try await drive.page.wait("document.querySelectorAll('off-drive [type=radio]')[1]?.checked")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a mistake in JSON is told with its place, and sent as it is`() async throws {
      try await DriveBench.with(DriveSites.whole, "?drive=push") { drive in
        let written = "{\"a\": 1,\n  \"b\" 2}"
        try await drive.type(written)
        #expect(
          try await drive.page.answer(to: "document.querySelector('off-drive .said').innerText")
            .hasPrefix("✕ No JSON, at 2:7 there should be “:”. It is sent as it is: 17 bytes."))
        try await drive.click("Go there", in: "off-drive .said")
        #expect(
          try await drive.page.answer(
            to: "String(document.querySelector('off-drive textarea').selectionStart)") == "15")
        try await drive.click("Send")
        try await drive.says("✓ done")
        let events = try await drive.bench.run(
          "events", "--json", "event:\"Push event dispatched\"")
        #expect(events.output.contains(#"{\"a\": 1,\n  \"b\" 2}"#), "\(events.output)")
        try await drive.type(#"{"a": [1, 2.5e3, null]}"#)
        #expect(
          try await drive.page.answer(to: "document.querySelector('off-drive .said').innerText")
            == "JSON, 23 bytes.")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what is JSON is what the browser takes for it`() async throws {
      try await DriveBench.with(DriveSites.whole, "?drive=push") { drive in
        let wrong = try await drive.page.answer(
          to:
            """
            (async () => {
              const { jsonMistake } = await import('/ui/drive-json.js');
              const parts = ['{', '}', '[', ']', ',', ':', '"a"', '"', '\\\\', '1', '-', '0', '.5',
                'e3', 'true', 'nul', ' ', '\\n', '"\\\\u00e', '"\\\\n"', '\\u0007'];
              let seed = 7;
              const next = (limit) => (seed = seed * 48271 % 2147483647) % limit;
              const texts = ['', '"' + 'x'.repeat(1 << 20) + '"', '['.repeat(1e5) + ']'.repeat(1e5)];
              for (let index = 0; index < 200000; index++) {
                texts.push(Array.from({ length: next(7) }, () => parts[next(parts.length)]).join(''));
              }
              const isJSON = (text) => { try { JSON.parse(text); return true; } catch (error) {
                return !(error instanceof SyntaxError); } };
              return texts.filter(text => isJSON(text) !== (jsonMistake(text) === null))
                .slice(0, 5).map(text => text.slice(0, 60)).join(' | ');
            })()
            """)
        #expect(wrong == "")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a sync is held offline, offered as waiting, and released online`() async throws {
      try await DriveBench.with(DriveSites.whole, "?drive=network") { drive in
        let pressed = "document.querySelector('off-drive [aria-pressed=true]')?.innerText"
        try await drive.page.wait("\(pressed) === 'Online'")
        try await drive.click("Offline")
        try await drive.says("✓ done: offline.")
        try await drive.page.wait("\(pressed) === 'Offline'")
        try await drive.driven.visit("/outbox")
        try await drive.click("Sync")
        try await drive.page.wait("location.search === '?drive=sync'")
        try await drive.page.wait(
          "document.querySelector('off-drive .takes li')?.innerText.includes('outbox')")
        #expect(try await drive.bench.events("event:\"Dispatched sync event\"").isEmpty)
        try await drive.click("Network")
        try await drive.click("Online")
        try await drive.says("✓ done: online.")
        try await eventually("the end of the sync") {
          try await drive.bench.events("event:\"Sync completed\" succeeded").count == 1
        }
        try await drive.page.wait("\(pressed) === 'Online'")
        try await drive.click("Sync")
        try await drive.page.wait(
          "document.querySelector('off-drive .takes li')?.innerText.startsWith('None')")
        // Any other tag.
        try await drive.type("mine", in: "off-drive input[type=text]")
        try await drive.page.run("document.querySelector('off-drive input[type=checkbox]').click()")
        try await drive.click("Sync", in: "off-drive form")
        try await drive.says("✓ done: sync mine, last chance.")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a fetch is aborted, a worker stopped, and unregistered once somebody is sure`()
      async throws
    {
      try await DriveBench.with(DriveSites.whole, "?drive=fetches") { drive in
        try await drive.driven.visit("/download")
        try await drive.page.wait(
          "document.querySelector('off-drive .takes li')?.innerText.includes('movie')")
        try await drive.click("Abort")
        try await drive.says("✓ done: fetch-abort movie.")
        try await drive.page.wait(
          "document.querySelector('off-drive .takes li')?.innerText.startsWith('None')")
        try await drive.click("Worker")
        try await drive.page.wait(
          "document.querySelector('off-drive dd')?.innerText === \((drive.driven.site.origin + "/").javaScript)"
        )
        try await drive.click("Stop")
        try await drive.says("✓ done: worker stop.")
        try await drive.click("Unregister…")
        try await drive.page.wait("document.querySelector('dialog[open]')")
        try await drive.page.run("document.querySelector('dialog button[value=no]').click()")
        try await drive.page.wait("!document.querySelector('dialog')")
        try await drive.says("✓ done: worker stop.")
        try await drive.click("Unregister…")
        try await drive.page.run("document.querySelector('dialog button[value=yes]').click()")
        // Its end is known, and with it nobody is left to be driven.
        try await drive.page.wait(
          "document.querySelector('off-drive .nobody:not([hidden])')?.innerText.includes('no service worker')"
        )
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what happens is said while it is under way, and what a worker was sent is text`()
      async throws
    {
      try await DriveBench.with(DriveSites.whole, "?drive=push") { drive in
        let hostile = "<img src=x onerror=document.title=1>\u{202E}\u{0}"
        try await drive.type(hostile)
        try await drive.page.run(
          """
          (() => { const ask = fetch; window.fetch = async (url, options) => {
            if (options?.method === 'POST') await new Promise(done => window.release = done);
            return ask(url, options); } })()
          """)
        try await drive.click("Send")
        try await drive.says("… under way: push “<img src=x onerror=document.title=1>")
        let isOff = try await drive.page.answer(
          to: "String(document.querySelector('off-drive .main').disabled)")
        #expect(isOff == "false")
        try await drive.page.run("window.release()")
        try await drive.says("✓ done: push “<img")
        try await drive.page.wait(
          "document.querySelector('off-drive .takes button')?.innerText.includes('<img')")
        #expect(
          try await drive.page.answer(
            to: "String(document.querySelectorAll('off-drive img').length)") == "0")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what is opened before there is a worker has the focus once there is one`()
      async throws
    {
      try await DriveBench.with { drive in
        #expect(try await drive.bench.trigger("worker", "unregister").verdict == "done")
        try await drive.press("d")
        try await drive.page.wait("document.activeElement?.matches('off-drive header button')")
        _ = try await drive.driven.client.openWorker(drive.driven.site)
        try await drive.page.wait("document.activeElement?.matches('off-drive textarea')")
        // Whoever has gone on is left where they are.
        try await drive.press("Escape", in: "off-drive textarea")
        #expect(try await drive.bench.trigger("worker", "unregister").verdict == "done")
        // The page that goes is live until it has gone.
        try await drive.page.run("globalThis.isGoing = true; location.reload()")
        try await drive.page.wait(
          "!globalThis.isGoing && document.querySelector('off-nav .connection.live')")
        try await drive.press("d")
        try await drive.page.wait("document.activeElement?.matches('off-drive header button')")
        try await drive.page.run("document.querySelector('off-filter input').focus()")
        _ = try await drive.driven.client.openWorker(drive.driven.site)
        try await drive.page.wait(DriveBench.isReady)
        let element = "document.activeElement"
        #expect(
          try await drive.page.answer(
            to: "\(element).matches('off-filter input') ? 'there' : \(element).outerHTML")
            == "there")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `keys and the address open and close it, and without a recorder it says what to do`()
      async throws
    {
      try await Bench.with { bench in
        try await bench.withPages { page, _ in
          try await page.wait("document.querySelector('off-nav .connection.live')")
          func key(_ key: String, in selector: String = "body") async throws {
            try await page.run(
              "document.querySelector('\(selector)').dispatchEvent(new KeyboardEvent('keydown', {key: '\(key)', bubbles: true, cancelable: true}))"
            )
          }
          #expect(
            try await page.answer(to: "String(document.querySelector('off-drive').hidden)")
              == "true")
          try await key("d")
          try await page.wait(
            "document.querySelector('off-drive .nobody').innerText.includes('offstage attach --port 9222')"
          )
          try await page.wait("location.search === '?drive=push'")
          try await key("Escape", in: "off-drive .nobody")
          try await page.wait(
            "document.querySelector('off-drive').hidden && location.search === ''")
          try await key("d")
          // On a page that is so small nothing else can be reached.
          try await page.wait("!document.querySelector('off-drive').hidden && innerWidth < 900")
          try await page.wait("document.querySelector('main').inert")
          try await key("Escape")
          try await page.wait(
            "document.querySelector('off-drive').hidden && !document.querySelector('main').inert")
          try await page.run(
            "[...document.querySelectorAll('off-toolbar button')].find(b => b.innerText === 'Drive').click()"
          )
          try await page.wait(
            "[...document.querySelectorAll('off-toolbar button')].find(b => b.innerText === 'Drive').getAttribute('aria-expanded') === 'true'"
          )
          // After `g` the key is the pane's.
          try await key("g")
          try await key("d")
          try await page.wait("location.search.includes('periodic')")
          try await page.wait("!document.querySelector('off-drive').hidden")
          try await page.run("location.assign('/?drive=worker')")
          try await page.wait("document.querySelector('#drive-worker[aria-selected=true]')")
          try await page.wait("document.querySelector('off-nav .connection.live')")
          try await page.run("location.assign('/?drive=nonsense')")
          try await page.wait("document.querySelector('off-drive')?.hidden")
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `an operation is shown as the scenario that makes it happen again`() async throws {
      try await DriveBench.with { drive in
        let push = try await drive.bench.trigger("push", "--text", "as a test")
        let id = try #require(push.operations.first)
        try await drive.page.run("location.assign('/?view=operations&operation=\(id)')")
        try await drive.page.wait("document.querySelector('off-operation h2')")
        try await drive.click("Test…", in: "off-operation")
        try await drive.page.wait("document.querySelector('dialog .scenario')")
        let shown = try await drive.page.answer(
          to: "document.querySelector('dialog .scenario').textContent")
        let written = try await drive.bench.run("codegen", "\(id)").output
        #expect(shown == written + "\n")
        #expect(shown.contains("as a test"))
      }
    }
  }
}

extension DriveBench {
  fileprivate var text: String {
    get async throws {
      try await page.answer(to: "document.querySelector('off-drive textarea').value")
    }
  }
}
