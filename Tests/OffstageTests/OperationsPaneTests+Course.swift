import OffstageCore
import OffstageTesting
import Testing

extension BrowserTests.OperationsPaneTests {
  @Test(.timeLimit(.minutes(2)))
  func `a fetch is a waterfall of its requests, of which only some are made at once`()
    async throws
  {
    let statuses = (0..<500).map { $0 == 3 ? 404 : 200 }
    var events = LoggedEvent.backgroundFetch(
      at: OperationsBench.start, id: "film", statuses: statuses, failure: "BAD_STATUS")
    // One more was announced, and one has no end.
    events.remove(at: events.count - 2)
    try await OperationsBench.with(events) { operations in
      let page = operations.page
      try await operations.click("film")
      try await page.wait("document.querySelectorAll('off-operation .requests li').length === 200")
      let waterfall = try await operations.text(
        "document.querySelector('off-operation .requests').innerText")
      #expect(waterfall.contains("✕ 404"))
      #expect(waterfall.contains("/3"))
      #expect(
        try await operations.text("document.querySelector('off-operation .progress').innerText")
          .contains("499 of 500 requests, 1 failed"))
      // Each begins where the one before it has ended.
      let lefts = try await operations.text(
        """
        (() => { const bars = [...document.querySelectorAll('.requests .span')];
          const lefts = bars.map(bar => bar.getBoundingClientRect().left);
          return String(lefts.every((left, index) => index === 0 || left >= lefts[index - 1])
            && lefts[0] < lefts[199]); })()
        """)
      #expect(lefts == "true")
      for _ in 0..<2 {
        try await page.run("document.querySelector('off-operation .more-rows').click()")
      }
      try await page.wait("document.querySelectorAll('off-operation .requests li').length === 500")
      #expect(
        try await operations.text(
          "document.querySelector('off-operation .requests li:last-child').innerText"
        ).contains("? no end"))
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a sync is a ladder of its attempts, each with its reason and what was waited for`()
    async throws
  {
    let sync = LoggedEvent.sync(at: OperationsBench.start, tag: "outbox", failures: 2)
    // The browser waited as it said, and will try again.
    let late = [
      LoggedEvent.sample(
        "sync event failed", .backgroundSync, at: SystemClock().now(), instance: "later",
        ["Next Attempt Delay (ms)": "7200000", "Failure Reason": "timeout"])
    ]
    try await OperationsBench.with(Array(sync.dropLast(2)) + late) { operations in
      let page = operations.page
      try await operations.click("outbox")
      try await page.wait("document.querySelectorAll('off-operation .step').length === 4")
      let ladder = try await operations.text(
        "document.querySelector('off-operation .ladder').innerText")
      #expect(ladder.contains("Registered sync"))
      #expect(ladder.contains("waitUntil rejected"))
      #expect(ladder.contains("as planned"), "\(ladder)")
      #expect(ladder.contains("was due"), "\(ladder)")
      try await operations.click("later")
      try await page.wait(
        "document.querySelector('off-operation .planned')?.innerText.includes('in 2 h')")
      try await page.wait(
        "document.querySelector('off-operation').innerText.includes('not in the log')")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a push leads to the notification that it showed, and each event to its list and back`()
    async throws
  {
    let push = LoggedEvent.push(at: OperationsBench.start, message: "m-1")
    let shown = LoggedEvent.notification(
      at: push[1].timestamp + Interval(micros: 200), tag: "note")
    try await OperationsBench.with(push + shown) { operations in
      let page = operations.page
      try await operations.click("m-1")
      try await page.wait("document.querySelectorAll('off-operation .path .step').length === 4")
      let path = try await operations.text(
        "document.querySelector('off-operation .path').innerText")
      #expect(path.contains("showed"), "\(path)")
      try await page.run(
        "document.querySelector('off-operation .path .beside a').click()")
      try await page.wait("\(operations.details)?.innerText === 'Notifications · note'")
      let links = "document.querySelector('off-operation .operation-line')"
      try await page.wait("\(links)?.innerText.includes('was shown by')")
      try await page.run("document.querySelector('off-operation .instance a').click()")
      try await page.wait(
        "document.querySelector('off-details h2')?.innerText === 'Notification displayed'")
      try await page.wait("location.search.includes('service%3Anotifications')")
      try await page.wait("document.querySelector('off-table .row.selected')")
      try await page.wait(
        "document.querySelector('off-details .operation-line')?.innerText.includes('shown')")
      try await page.run("document.querySelector('off-details .operation-line a').click()")
      try await page.wait("\(operations.details)?.innerText === 'Notifications · note'")
      try await page.run("history.back()")
      try await page.wait(
        "document.querySelector('off-details h2')?.innerText === 'Notification displayed'")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `what a page has named its operations is shown as text`() async throws {
    let texts = [
      "<img src=x onerror=document.title=1>", "\u{202E}gnp.exe\u{2066}",
      String(repeating: "x", count: 100_000), "\u{2028}a\u{0}b",
    ]
    let events = texts.enumerated().flatMap { index, text in
      LoggedEvent.backgroundFetch(
        at: OperationsBench.start + .seconds(Int64(index)), id: text, statuses: [200])
        + [
          .sample(
            "Request processing started", .backgroundFetch,
            at: OperationsBench.start + .seconds(Int64(index)) + Interval(micros: 100),
            instance: text, ["URL": text, "Request Index": "7"])
        ]
    }
    try await OperationsBench.with(events) { operations in
      let page = operations.page
      try await page.wait("document.querySelectorAll('off-operations .rows .row').length >= 4")
      for index in 0..<4 {
        try await page.run(
          "document.querySelectorAll('off-operations .rows .row')[\(index)].click()")
        try await page.wait(
          "document.querySelector('off-operations .row.selected')?.id === 'operation-row-\(index)'")
        try await page.wait("document.querySelector('off-operation .requests li')")
      }
      #expect(try await page.text("document.title") == "Operations · Offstage")
      #expect(
        try await page.text("String(document.querySelectorAll('off-app img').length)") == "0")
    }
  }
}
