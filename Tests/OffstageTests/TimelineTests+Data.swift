import OffstageCore
import OffstageTesting
import Testing

/// What the Timeline asks for, when, and which stretch of time it shows of it.
extension BrowserTests.TimelineTests {
  @Test(.timeLimit(.minutes(2)))
  func `an event shows up in the Timeline as the browser logs it`() async throws {
    try await UIBench.with { ui in
      try await ui.wait("document.querySelector('off-nav .connection.live')")
      try await ui.run("document.querySelector('off-nav a[data-view=timeline]').click()")
      try await ui.wait("document.querySelector('off-timeline .empty:not([hidden])')")
      try await ui.worker.push(1)
      try await ui.wait(
        "document.querySelector('.lane.pushMessaging')?.ariaLabel.includes('2 events')")
      try await ui.worker.push(1, from: 1)
      try await ui.wait(
        "document.querySelector('.lane.pushMessaging')?.ariaLabel.includes('4 events')")
      #expect(ui.complaints() == [])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `what comes while a list is shown is in the Timeline afterwards`() async throws {
    try await UIBench.with { ui in
      try await ui.wait("document.querySelector('off-nav .connection.live')")
      // A window that does not go with the time.
      try await ui.run(
        """
        { const at = (hours) => new Date(Date.now() + hours * 36e5).toISOString();
          location.assign(`/?view=timeline&from=${at(-1)}&to=${at(1)}`) }
        """)
      try await ui.wait("document.querySelector('off-timeline .empty:not([hidden])')")
      try await ui.worker.push(1)
      let lane = "document.querySelector('.lane.pushMessaging')"
      try await ui.wait("\(lane)?.ariaLabel.includes('2 events')")
      try await ui.wait(
        "document.querySelector('off-timeline .words').innerText.endsWith('events')")
      try await ui.run("document.querySelector('off-nav a[data-service=pushMessaging]').click()")
      try await ui.wait("document.querySelectorAll('off-table .rows .event').length === 2")
      try await ui.worker.push(1, from: 1)
      try await ui.wait("document.querySelectorAll('off-table .rows .event').length === 4")
      try await ui.run("history.back()")
      try await ui.wait("\(lane)?.ariaLabel.includes('4 events')")
      #expect(ui.complaints() == [])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `the Timeline is there although the page changes all the time`() async throws {
    try await TimelineBench.with(TimelineBench.story) { page in
      try await page.wait("document.querySelector('off-table .rows .event')")
      // Before each answer the page is rendered a few times, as when events come.
      try await page.run(
        """
        window.fetch = (fetch => async (path, options) => {
          for (let frame = 0; frame < 10 && String(path).includes('histogram'); frame++) {
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'm', bubbles: true }));
            await new Promise(requestAnimationFrame);
          }
          return fetch(path, options);
        })(window.fetch)
        """)
      for key in ["g", "t"] { try await page.press(key) }
      try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
      #expect(page.complaints() == [])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `all time holds also an event that a wrong clock has put into 1970`() async throws {
    let events = [
      LoggedEvent.sample("Push event dispatched", at: Timestamp(micros: 0), instance: "old"),
      .sample("Push event dispatched", at: TimelineBench.start, instance: "new"),
    ]
    try await TimelineBench.with(events) { page in
      try await page.open("")
      try await page.wait("document.querySelector('.lane')?.ariaLabel.includes('2 events')")
      #expect(try await page.seen().contains("1968"))
      for _ in 0..<12 { try await page.wheel(over: "canvas.tracks", by: 2000) }
      try await page.wait("document.querySelector('.seen').innerText.endsWith(' 730485 d')")
      try await page.wait("document.querySelector('.lane').ariaLabel.includes('2 events')")
      #expect(
        try await page.ticks("1000-06-01T00:00:00Z", "2900-01-01T00:00:00Z")
          == "1200 1400 1600 1800 2000 2200 2400 2600 2800")
      #expect(page.complaints() == [])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a moment is read to the microsecond, and a while of several units`() async throws {
    try await TimelineBench.with([]) { page in
      let read = { (text: String) in
        try await page.text(
          "import('/ui/matching.js').then(({ moment }) => String(moment(\(text), null)))")
      }
      #expect(try await read("'2026-11-22T14:00:00.123456Z'") == "1795356000123456")
      #expect(try await read("'2026-11-22T15:00:00.5+01:00'") == "1795356000500000")
      #expect(try await read("'1969-12-31T23:59:59.999999Z'") == "-1")
      #expect(try await read("'soon'") == "null")
      try await page.open("&from=1h30m&to=30m")
      try await page.wait("document.querySelector('.seen').innerText.endsWith('· 1 h')")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `all there is ends where the events end, and Now follows the present`() async throws {
    try await UIBench.with { ui in
      try await ui.wait("document.querySelector('off-nav .connection.live')")
      try await ui.worker.push(1)
      try await ui.wait("document.querySelectorAll('off-table .rows .event').length === 2")
      try await ui.run("document.querySelector('off-nav a[data-view=timeline]').click()")
      try await ui.wait(
        "document.querySelector('.lane.pushMessaging')?.ariaLabel.includes('2 events')")
      let button = "document.querySelector('off-timeline button[title^=Follow]')"
      let seen = "document.querySelector('.seen').innerText"
      // Both lie within a moment; ten seconds is the least that is shown.
      try await ui.wait("\(seen).endsWith('· 10 s') && \(button).ariaPressed === 'false'")
      try await ui.run("\(button).click()")
      try await ui.wait("location.search.includes('from=') && \(button).ariaPressed === 'true'")
      try await ui.run("window.before = \(seen)")
      try await ui.wait("\(seen) !== window.before")
      #expect(ui.complaints() == [])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `two keys are two steps before the page is rendered, and before anything is answered`()
    async throws
  {
    try await TimelineBench.with(TimelineBench.story) { page in
      let lane = "document.querySelector('.lane.backgroundSync')"
      let title = "document.querySelector('off-details h2')?.innerText"
      func press(_ key: String, times: Int, after first: String) async throws {
        try await page.run(
          """
          \(first);
          for (let time = 0; time < \(times); time++) {
            document.body.dispatchEvent(
              new KeyboardEvent('keydown', { key: '\(key)', bubbles: true }));
          }
          """)
      }
      try await page.open("&\(TimelineBench.window)")
      try await page.wait("\(lane)?.ariaLabel.includes('3 events')")
      try await page.click(x: page.x(0.25), y: page.middle(of: lane))
      try await page.wait("\(title) === 'Registered sync'")
      try await press("j", times: 2, after: "")
      try await page.wait("\(title) === 'Sync completed'")
      // None of the lane's events is read where none is in view.
      try await page.open("&from=2026-11-22T14:20:00Z&to=2026-11-22T14:25:00Z")
      try await page.wait("\(lane)?.ariaLabel.includes('0 events')")
      try await press("k", times: 2, after: "\(lane).click()")
      try await page.wait("\(title) === 'Registered sync'")
      #expect(page.complaints() == [])
    }
  }
}
