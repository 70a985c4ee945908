import CDP
import Foundation
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

extension BrowserTests {
  /// Long lists, in a real Chromium over a store that a test has filled.
  @Suite struct ListTests {
    @Test(.timeLimit(.minutes(2)))
    func `any part of a long list is reached by its scrollbar, and few rows are elements`()
      async throws
    {
      try await ListBench.with(events: 60_000) { page in
        try await page.wait("document.querySelector('.total').innerText === '60,000 events'")
        #expect(try await page.text("document.querySelector('.rows .time').innerText") != "")
        for (part, id) in [("0.5", 30_000), ("1", 1), ("0.25", 45_000), ("0", 60_000)] {
          try await page.run(
            """
            (() => { const s = document.querySelector('.scroller');
              s.scrollTop = (s.scrollHeight - s.clientHeight) * \(part); })()
            """)
          // Within a screen of where that part of the list is.
          try await page.wait(
            """
            [...document.querySelectorAll('.rows .row')].some(row =>
              Math.abs(row.dataset.id - \(id)) < 60) && !document.querySelector('.row.waiting')
            """)
          try await page.expectOrder()
        }
        let elements = try await page.text("document.querySelectorAll('*').length")
        #expect(Int(elements) ?? .max < 3000)
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a list that no browser could show as one element ends where it ends`() async throws {
      try await ListBench.with(events: 340_000) { page in
        try await page.wait("document.querySelector('.total').innerText === '340,000 events'")
        // Higher than the limit of some browsers, so that it is shrunk.
        try await page.wait("document.querySelector('.scroller').scrollHeight < 9000000")
        try await page.press("End")
        try await page.wait("document.querySelector('.row.selected')?.dataset.id === '1'")
        try await page.expectOrder()
        try await page.press("PageUp")
        try await page.wait("Number(document.querySelector('.row.selected')?.dataset.id) > 1")
        try await page.expectOrder()
        // A small step is a small step also here.
        try await page.run("document.querySelector('.scroller').scrollTop -= 240")
        try await page.wait(
          """
          [...document.querySelectorAll('.rows .row')].every(row => Number(row.dataset.id) < 200)
          """)
        try await page.press("Home")
        try await page.wait("document.querySelector('.row.selected')?.dataset.id === '340000'")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `rows that stay on the screen are left alone when it is scrolled`() async throws {
      try await ListBench.with(events: 1_000) { page in
        try await page.wait("document.querySelector('.total').innerText === '1,000 events'")
        try await page.run(
          """
          (() => { globalThis.came = 0;
            new MutationObserver(changes => changes.forEach(c => came += c.addedNodes.length))
              .observe(document.querySelector('.rows'), { childList: true });
            document.querySelector('.scroller').scrollTop = 20 * 24; })()
          """)
        try await page.wait("came > 0")
        let came = try await page.text("came")
        #expect(Int(came) ?? .max <= 20)
        try await page.expectOrder()
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a list that grows does not undo a step of its scrollbar`() async throws {
      try await ListBench.with(events: 10) { page in
        try await page.wait("document.querySelector('.rows .row')")
        try await page.run(
          """
          import('/ui/scroll.js').then(({ TallScroll }) => {
            const scroller = { scrollTop: 0 };
            const scroll = new TallScroll(scroller);
            scroll.resize(24000000, 700);
            scroller.scrollTop = 4000000;
            scroll.resize(24000024, 700);
            globalThis.parts = [scroller.scrollTop / 8000000, scroll.top / 24000000]
              .map((part) => part.toFixed(2)).join();
          })
          """)
        try await page.wait("globalThis.parts")
        #expect(try await page.text("parts") == "0.50,0.50")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a page whose style is lost shows no more rows than fit on a screen`() async throws {
      try await ListBench.with(events: 2_000) { page in
        try await page.wait("document.querySelector('.total').innerText === '2,000 events'")
        try await page.run("document.querySelectorAll('link').forEach(link => link.remove())")
        try await page.wait("document.querySelector('.scroller').clientHeight > 40000")
        try await page.run("document.querySelector('.rows .row').click()")
        try await page.wait("location.search.includes('id=')")
        let rows = try await page.text("document.querySelectorAll('.rows .row').length")
        #expect(Int(rows) ?? .max < 200)
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a head sorts a short list, and says why not of a long one`() async throws {
      try await ListBench.with(events: 60_000) { page in
        try await page.run("location.assign('/?sort=event')")
        try await page.wait("document.querySelector('.notice')?.innerText.includes('50000')")
        try await page.wait("document.querySelector('.total').innerText === '60,000 events'")
        #expect(try await page.text("location.search") == "")
        try await page.run("document.querySelector('.head .instance button').click()")
        try await page.wait("document.querySelector('dialog')?.innerText.includes('50,000')")
        try await page.run("document.querySelector('dialog').close()")
        try await page.filter("tag:i7")
        try await page.wait("document.querySelector('.total').innerText === '6,000 events'")
        try await page.run("document.querySelector('.head .event button').click()")
        try await page.wait("location.search.includes('sort=event')")
        let names = "[...document.querySelectorAll('.rows .event')].map(e => e.innerText)"
        try await page.wait(
          "\(names).length > 5 && \(names).every(name => name.includes('Dispatched sync'))")
        try await page.run("document.querySelector('.head .event button').click()")
        try await page.wait(
          "\(names).length > 5 && \(names).every(name => name.includes('Push message'))")
        #expect(
          try await page.text("document.querySelector('.head .event').getAttribute('aria-sort')")
            == "descending")
        // The other end of it is not loaded yet.
        try await page.press("End")
        try await page.wait(
          "document.querySelector('.row.selected')?.innerText.includes('Dispatched sync')")
        try await page.run("history.back()")
        try await page.wait("!location.search.includes('sort=-event')")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a link to an old event shows it in its place`() async throws {
      try await ListBench.with(events: 60_000) { page in
        try await page.run("location.assign('/?id=20000')")
        try await page.wait("document.querySelector('.row.selected')?.dataset.id === '20000'")
        try await page.wait("document.querySelector('off-details').innerText.includes('i9')")
        try await page.press("j")
        try await page.wait("document.querySelector('.row.selected')?.dataset.id === '19999'")
        try await page.run(
          "document.querySelector('[title*=\"oldest first\"]').click()")
        try await page.wait("location.search.includes('oldest')")
        try await page.expectOrder()
      }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [59_301, 58_801])
    func `a link to the last event of a piece shows it too`(_ id: Int) async throws {
      try await ListBench.with(events: 60_000) { page in
        try await page.run("location.assign('/?id=\(id)')")
        try await page.wait("document.querySelector('.row.selected')?.dataset.id === '\(id)'")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what others remove leaves the reader where he is`() async throws {
      try await ListBench.with(events: 60_000) { page in
        try await page.wait("document.querySelector('.total').innerText === '60,000 events'")
        try await page.run(
          "document.querySelector('.scroller').scrollTop = 0.5 * 60000 * 24; window.asked = 0")
        try await page.wait(
          "document.querySelectorAll('.rows .row')[15]?.dataset.id < 31000 && !document.querySelector('.row.waiting')"
        )
        let id = try await page.text("document.querySelectorAll('.rows .row')[15].dataset.id")
        // Removing tells every page to look again; of this service there is nothing.
        try await page.run(
          """
          (() => { const ask = fetch; window.fetch = async (url, options) => {
              const answer = await ask(url, options);
              if (String(url).includes('/events')) window.asked++;
              return answer; };
            return ask('/api/v1/events?service=payment', { method: 'DELETE',
              headers: { Authorization: `Bearer ${localStorage['offstage.token']}` } }); })()
          """)
        // For the beginning, for the pieces, and for what is read in the middle.
        try await page.wait("window.asked >= 3")
        try await page.wait(
          """
          document.querySelector('.rows [data-id="\(id)"]')
            && document.querySelector('.scroller').scrollTop > 100000
          """)
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what is looked at stays through a change of the filter that it fits`() async throws {
      try await ListBench.with(events: 1000) { page in
        try await page.filter("tag:i7")
        try await page.wait("document.querySelector('.total').innerText === '100 events'")
        try await page.run("document.querySelectorAll('.rows .row')[9].click()")
        try await page.wait("document.querySelector('off-details').innerText.includes('i7')")
        let id = try await page.text("document.querySelector('.row.selected').dataset.id")
        try await page.filter("")
        try await page.wait("document.querySelector('.total').innerText === '1,000 events'")
        try await page.wait("document.querySelector('.row.selected')?.dataset.id === '\(id)'")
        try await page.filter("tag:i6")
        try await page.wait("document.querySelector('off-details').hidden")
        try await page.filter("service:pushing")
        try await page.wait("document.querySelector('.mistake mark')?.innerText === 'pushing'")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `columns are hidden, shown and sized, and stay so`() async throws {
      try await ListBench.with(events: 100) { page in
        try await page.press("v")
        try await page.run(
          """
          [...document.querySelectorAll('.columns label')].forEach(label => {
            if (/^(Instance|Storage key)/.test(label.innerText)) label.click() })
          """)
        try await page.run(
          """
          (() => { const width = document.querySelector('[aria-label="Width of Event in pixels"]');
            width.value = 240; width.dispatchEvent(new Event('input')); })()
          """)
        let isSo = """
          !document.querySelector('.head .instance') && document.querySelector('.rows .storageKey')
            && document.querySelector('.head .event').offsetWidth === 240
          """
        try await page.wait(isSo)
        try await page.run("location.reload()")
        try await page.wait("document.querySelector('.rows .row')")
        try await page.wait(isSo)
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `whatever stands in an event is shown as text, wherever it is shown`() async throws {
      let texts =
        LoggedEvent.hostileTexts.map(\.text) + [
          "<img src=x onerror=document.title=1>", "\"><script>document.title=1</script>",
          "javascript:document.title=1", String(repeating: "<b>", count: 1 << 18),
        ]
      let events = texts.enumerated().map { number, text in
        StoreWrite.event(
          .sample(
            "Named \(text)", at: ManualClock.start + .seconds(Int64(number)), instance: text,
            origin: "https://\(text)/", storageKey: text, registration: text,
            [text: text, "Payload": "{\"key\": [\"<i>\", {}]}"]))
      }
      try await ListBench.with(events, name: texts[12]) { page in
        try await page.wait(
          "document.querySelector('.total').innerText === '\(texts.count) events'")
        for number in texts.indices {
          try await page.run("document.querySelectorAll('.rows .row')[\(number)].click()")
          try await page.wait("document.querySelector('.row.selected')?.id === 'row-\(number)'")
          try await page.wait("document.querySelector('off-details .json')")
        }
        for key in ["v", "?"] {
          try await page.press(key)
          try await page.run("document.querySelector('dialog').close()")
        }
        #expect(try await page.text("document.title").contains("All events"))
        #expect(
          try await page.text(
            "document.querySelectorAll('off-app :is(img, script, iframe, b, i)').length") == "0")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `facets, moments and microseconds stand in the address`() async throws {
      try await ListBench.with(events: 1000) { page in
        try await page.choose("Outcome", "failed")
        try await page.wait("location.search === '?filter=outcome%3Afailed'")
        try await page.wait(
          "[...document.querySelectorAll('.rows .outcome')].every(e => e.innerText === '✕ failed')")
        try await page.press("m")
        try await page.wait("location.search.includes('micros')")
        try await page.wait(
          "/^\\d\\d:\\d\\d:\\d\\d\\.\\d{6}$/.test(document.querySelector('.rows .time').innerText)")
        try await page.choose("Outcome", "")
        try await page.press("u")
        try await page.choose("Time", "custom")
        try await page.run(
          """
          (() => { const [from, to] = document.querySelectorAll('dialog input');
            from.value = '2026-11-22T14:00:10'; to.value = '2026-11-22T14:00:20';
            document.querySelector('dialog button[value=yes]').click(); })()
          """)
        try await page.wait("document.querySelector('.total').innerText === '101 events'")
        let address = try await page.text("location.search")
        #expect(address.contains("since%3A2026-11-22T14%3A00%3A10.000Z"), "\(address)")
        try await page.run("location.reload()")
        try await page.wait("document.querySelector('.total')?.innerText === '101 events'")
      }
    }
  }
}

/// The pages over so many events, a tenth of a second apart, with their ids in the order of time.
private struct ListBench {
  static func with(events: Int, _ body: (UIPage) async throws -> Void) async throws {
    try await with((0..<events).map(event), name: "long", body)
  }

  static func with(
    _ events: [StoreWrite], name: String, _ body: (UIPage) async throws -> Void
  ) async throws {
    try await Bench.with { bench in
      try await bench.withStore { store in
        let source = try await store.openSource(.test("long"), at: ManualClock.start).source.id
        try await store.rename(source, to: name)
        for start in stride(from: 0, to: events.count, by: 10_000) {
          let writes = Array(events[start..<min(start + 10_000, events.count)])
          _ = try await store.write(
            [SourceWrites(source: source, writes: writes)], receivedUntil: ManualClock.start)
        }
      }
      try await bench.withPages { page, _ in
        try await page.wait("document.querySelector('.rows .row')")
        try await body(page)
        #expect(page.complaints() == [])
      }
    }
  }

  private static func event(_ number: Int) -> StoreWrite {
    let time = ManualClock.start + Interval(micros: Int64(number) * 100_000)
    let instance = "i\(number / 2 % 10)"
    return .event(
      number.isMultiple(of: 2)
        ? .sample(at: time, instance: instance)
        : .sample("Dispatched sync event", .backgroundSync, at: time, instance: instance))
  }
}

extension UIPage {
  /// The value of an expression as text.
  func text(_ expression: String) async throws -> String {
    try await client.text(of: expression, in: session)
  }

  func press(_ key: String) async throws {
    try await run(
      "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '\(key)', bubbles: true}))")
  }

  func filter(_ text: String) async throws {
    try await run(
      """
      (() => { const filter = document.querySelector('.filter');
        filter.value = '\(text)'; filter.dispatchEvent(new Event('change')); })()
      """)
  }

  func choose(_ label: String, _ value: String) async throws {
    try await run(
      """
      (() => { const select = document.querySelector('select[aria-label="\(label)"]');
        select.value = '\(value)'; select.dispatchEvent(new Event('change')); })()
      """)
  }

  /// The rows on the screen are neighbours in the order of time.
  fileprivate func expectOrder() async throws {
    try await wait(
      """
      (() => { const ids = [...document.querySelectorAll('.rows .row')].map(r => +r.dataset.id);
        const steps = new Set(ids.slice(1).map((id, at) => id - ids[at]));
        return ids.length > 5 && steps.size === 1 && [1, -1].includes([...steps][0]); })()
      """)
  }
}
