import OffstageCore
import OffstageTesting
import Testing

extension BrowserTests {
  /// The Timeline, in a real Chromium, with a real mouse and real keys.
  @Suite struct TimelineTests {
    @Test(.timeLimit(.minutes(2)))
    func `there is a lane for each service and origin, and the wheel zooms into the address`()
      async throws
    {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.open("")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        try await page.wait("document.querySelector('.lane').ariaLabel.includes('2 events')")
        let names = try await page.run(
          "[...document.querySelectorAll('.lane')].map(lane => lane.ariaLabel).join('|')")
        #expect(names.contains("Background Fetch, https://app.example: 2 events in view, 1 failed"))
        #expect(names.contains("Push Messaging, https://b.example: 3 events in view"))
        #expect(try await page.run("location.search").contains("from=") == false)
        // The two origins can be picked too.
        try await page.wait(
          "document.querySelector('off-toolbar select[aria-label=Origin]').options.length === 3")
        try await page.wheel(over: "canvas.tracks", by: -400)
        try await page.wait("location.search.includes('from=2026-')")
        // Another address has another window; the same one has the same again.
        let address = try await page.run("location.search")
        try await page.run("location.reload()")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        #expect(try await page.run("location.search") == address)
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a click on an event selects it and opens its details`() async throws {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        let lane = "document.querySelector('.lane.backgroundSync')"
        try await page.wait("\(lane).ariaLabel.includes('3 events')")
        // The sync is registered a quarter of the window after its beginning.
        try await page.mouse(.move, x: page.x(0.25), y: page.middle(of: lane))
        try await page.wait("!document.querySelector('off-timeline .card').hidden")
        try await page.wait(
          "document.querySelector('off-timeline .card').innerText.includes('Registered sync')")
        try await page.click(x: page.x(0.25), y: page.middle(of: lane))
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Registered sync'")
        try await page.wait("location.search.includes('id=')")
        try await page.run("location.reload()")
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Registered sync'")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a click where marks lie on one another opens the one that failed`() async throws {
      let at = TimelineBench.start + .minutes(30)
      let events = [-12, 0, 12].map { seconds in
        LoggedEvent.sample(
          seconds == 0 ? "Background Fetch completed" : "Background Fetch registered",
          .backgroundFetch, at: at + .seconds(seconds), instance: "film",
          seconds == 0 ? ["Failure Reason": "fetch-error"] : [:])
      }
      try await TimelineBench.with(events) { page in
        try await page.open("&\(TimelineBench.window)")
        let lane = "document.querySelector('.lane')"
        try await page.wait("\(lane)?.ariaLabel.includes('3 events in view, 1 failed')")
        // Nearer to the last one by some two pixels, and still on the cross.
        try await page.click(x: page.x(0.5 + 8.3 / 3600), y: page.middle(of: lane))
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Background Fetch completed'")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `of marks that lie on one another the one that failed is named, by what it says`()
      async throws
    {
      try await TimelineBench.with([]) { page in
        try await page.run(
          """
          import('/ui/timeline-said.js').then(({ namedBeside, said }) => {
            const item = (from, to, outcome, eventName, pairs = {}, row = 0) => ({
              from, to, row, span: { service: 'pushMessaging', outcome },
              events: [{ outcome, eventName,
                eventMetadata: Object.entries(pairs).map(([key, value]) => ({ key, value })) }],
            });
            const items = [
              item(0, 2, 'failed', 'Generic notification shown'), item(4, 6, 'ok', 'completed'),
              item(5, 6, 'ok', 'of another row', {}, 1),
              item(40, 90, 'failed', 'completed', { Status: 'waitUntil Rejected' }),
              item(92, 94, 'ok', 'beside it'), item(200, 201, 'ok', 'one'), item(202, 203, 'ok', 'two'),
            ];
            const named = namedBeside(items, { x: (at) => at });
            globalThis.names = items.map((item) => {
              const other = named.get(item);
              return other === null ? '-' : said(other ?? item);
            }).join('|');
          })
          """)
        try await page.wait("globalThis.names")
        #expect(
          try await page.text("names") == "-|Generic notification shown|of another row"
            + "|waitUntil Rejected|beside it|one|two")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a range brushed on the ruler becomes the filter of the table`() async throws {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        let ruler = "document.querySelector('off-timeline .ruler')"
        try await page.drag(
          from: (page.x(0.2), page.middle(of: ruler)), to: (page.x(0.3), page.middle(of: ruler)))
        try await page.wait(
          "location.search.includes('since') && location.search.includes('until')")
        try await page.wait("!document.querySelector('off-timeline .brush').hidden")
        try await page.run("document.querySelector('off-timeline .brush button').click()")
        try await page.wait("document.querySelectorAll('off-table .rows .event').length === 3")
        let shown = try await page.run("document.querySelector('off-table .rows').innerText")
        #expect(shown.contains("Sync completed"))
        #expect(shown.contains("Push") == false)
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `keys alone lead to an event, near it, and to its time in the table`() async throws {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.wait("document.querySelector('off-table .rows .event')")
        for key in ["g", "t"] { try await page.press(key) }
        try await page.wait("location.search.includes('view=timeline')")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        for _ in 0..<2 { try await page.press("ArrowDown") }
        try await page.wait("document.activeElement.matches('.lane.backgroundSync')")
        try await page.press("Enter", text: "\r")
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Sync completed'")
        try await page.wait(
          "document.querySelector('off-timeline [aria-live]').innerText.includes('Sync completed')")
        try await page.press("k")
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Dispatched sync event'")
        try await page.press("Escape")
        try await page.wait("document.querySelector('off-details').hidden")
        let before = try await page.seen()
        try await page.press("+", text: "+")
        try await page.wait("document.querySelector('.seen').innerText !== \(before.quoted)")
        try await page.press("ArrowRight")
        try await page.wait("location.search.includes('from=')")
        try await page.press("b")
        try await page.wait("location.search.includes('until')")
        try await page.wait("!document.querySelector('off-timeline .brush').hidden")
        try await page.press("Escape")
        try await page.wait("!location.search.includes('until')")
        try await page.press("0", text: "0")
        try await page.wait("!location.search.includes('from=')")
        try await page.wait("document.querySelector('.seen').innerText === \(before.quoted)")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `many events are bars until one is near enough to see each`() async throws {
      let many = (0..<3000).map { index in
        LoggedEvent.sample(
          "Push event dispatched",
          at: TimelineBench.start + Interval(micros: Int64(index) * 1_200_000), instance: "\(index)"
        )
      }
      try await TimelineBench.with(many) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait(
          "document.querySelector('off-timeline .words').innerText.includes('3,000 events; a bar is')"
        )
        try await page.mouse(
          .move, x: page.x(0.5), y: page.middle(of: "document.querySelector('.lane')"))
        try await page.wait(
          "/^\\d+ events/.test(document.querySelector('off-timeline .card').innerText)")
        for _ in 0..<3 { try await page.wheel(over: "canvas.tracks", by: -500) }
        try await page.wait(
          "/\\d events$/.test(document.querySelector('off-timeline .words').innerText)")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `an instance is drawn through a window that none of its events lies in`() async throws {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.open("&from=2026-11-22T14:03:00Z&to=2026-11-22T14:06:00Z")
        try await page.wait(
          "document.querySelector('off-timeline .words').innerText.includes('0 events')")
        let lane = "document.querySelector('.lane.backgroundFetch')"
        try await page.mouse(.move, x: page.x(0.5), y: page.middle(of: lane))
        try await page.wait(
          "document.querySelector('off-timeline .card').innerText.includes('2 events in 8 min, failed')"
        )
        // A click leads to an event of it.
        try await page.click(x: page.x(0.5), y: page.middle(of: lane))
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Background Fetch registered'")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a thousand origins need no more elements than those that are seen`() async throws {
      let events = (0..<1000).map { index in
        LoggedEvent.sample(
          "Push event dispatched", at: TimelineBench.start + .seconds(Int64(index)),
          origin: "https://site-\(1000 + index).example", storageKey: nil)
      }
      try await TimelineBench.with(events) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait(
          "document.querySelector('off-timeline .names li')?.ariaSetSize === '1000'")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length < 40")
        try await page.run("document.querySelector('off-timeline .scroller').scrollTop = 1e6")
        try await page.wait(
          "[...document.querySelectorAll('.lane')].at(-1).ariaLabel.includes('site-1999')")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length < 40")
        // The keys go on from the lane that has the focus, also where it was scrolled away.
        try await page.run("[...document.querySelectorAll('.lane')].at(-1).focus()")
        try await page.run("document.querySelector('off-timeline .scroller').scrollTop = 0")
        try await page.press("ArrowUp")
        try await page.wait("document.activeElement.ariaLabel.includes('site-1998')")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the ruler names round local moments, also where the clocks are changed`() async throws {
      try await TimelineBench.with([]) { page in
        try await page.setTimezone("Europe/Berlin")
        let autumn = try await page.ticks("2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z")
        #expect(
          autumn.replacing(/\ 20\d\d/, with: "") == "25 Oct 01:00 02:00 02:00 03:00 04:00 05:00")
        #expect(
          try await page.ticks("2026-03-28T22:00:00Z", "2026-03-29T08:00:00Z").contains(
            "01:00 03:00"))
        // Twelve hours are eleven or thirteen then.
        for (from, to, days) in [
          ("2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z", [25, 26, 27]),
          ("2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z", [29, 30, 31]),
        ] {
          let month = from.contains("-10-") ? "Oct" : "Mar"
          let found = try await page.ticks(from, to)
          let wanted = "12:00 " + days.map { "\($0) \(month)" }.joined(separator: " 12:00 ")
          #expect(found.replacing(/\ 20\d\d/, with: "").hasPrefix(wanted), "\(found)")
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what a page calls its origin and its instances is shown as text`() async throws {
      let texts = [
        "https://<img src=x onerror=document.title=1>.example", "https://\u{202E}gnp.exe\u{2066}",
        "https://a\u{0}b\u{1B}[2J\n|", String(repeating: "https://x", count: 1 << 14),
      ]
      let events = texts.enumerated().map { index, text in
        LoggedEvent.sample(
          at: TimelineBench.start + .seconds(Int64(index) * 1200), instance: text, origin: text,
          storageKey: nil, ["Payload": text])
      }
      try await TimelineBench.with(events) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 4")
        for index in 0..<4 {
          let lane = "document.querySelectorAll('off-timeline .lane')[\(index)]"
          try await page.run("\(lane).click()")
          try await page.wait(
            "document.querySelector('off-details dl')?.textContent.includes("
              + "\(lane).dataset.lane.slice(14, 24))")
          try await page.mouse(.move, x: page.x(0.5), y: page.middle(of: lane))
        }
        let markup = try await page.run(
          "document.querySelectorAll('off-app img, off-app script, off-app iframe').length")
        #expect(markup.contains("0"))
        #expect(try await page.run("document.title").contains("Timeline"))
        #expect(page.complaints() == [])
      }
    }
  }
}
