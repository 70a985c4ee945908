import CDP
import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

@testable import offstage

extension BrowserTests {
  /// A saved report, opened as a file in a real Chromium.
  @Suite struct ReportTests {
    @Test(.timeLimit(.minutes(2)))
    func `a report is opened from its file, without a network and without a complaint`()
      async throws
    {
      try await Bench.with { bench in
        try await bench.fillPages()
        try await bench.withReport { page in
          try await page.wait("document.querySelector('off-nav .connection.saved')")
          try await page.wait("document.querySelectorAll('off-table .rows .event').length > 20")
          let head = try await page.answer(to: "document.querySelector('report-head').innerText")
          #expect(head.contains("A saved report of 2"))
          #expect(head.contains("“work (redacted)”"))
          #expect(head.contains("Redacted:"))
          // What a file can't do is not there.
          let gone = try await page.answer(
            to:
              "String(document.querySelectorAll('off-record, off-save, .choices + button').length)")
          #expect(gone == "0")
          // What it can: a pane, a filter, an event with what its worker did, the Timeline, back.
          // There is no browser that could be driven.
          try await page.run(
            "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'd', bubbles: true}))")
          #expect(
            try await page.answer(to: "location.hash + document.querySelector('off-drive')")
              == "null")
          try await page.run(
            "document.querySelector('off-nav a[data-service=pushMessaging]').click()")
          try await page.wait("document.title === 'Push Messaging · Offstage'")
          try await page.run("location.hash = '#q=outcome%3Afailed'")
          try await page.wait("document.querySelectorAll('off-table .rows .event').length === 5")
          try await page.run("document.querySelector('.rows .event').click()")
          try await page.wait("document.querySelector('off-details h2')")
          try await page.run("document.querySelector('off-nav a[data-view=timeline]').click()")
          try await page.wait("document.querySelector('off-timeline canvas')")
          try await page.run("history.back()")
          try await page.wait("document.querySelectorAll('off-table .rows .event').length === 5")
          // An operation with what was found, by its link and by its address.
          try await page.run("document.querySelector('off-nav a[data-view=operations]').click()")
          try await page.wait(
            "document.querySelectorAll('off-operations .rows [data-operation]').length > 2")
          try await page.wait("document.querySelector('off-nav .trouble').innerText.includes('⚠')")
          try await page.run(
            "location.hash = '#view=operations&filter=service%3Async+tag%3Aoutbox'")
          let row = OperationsBench.row("outbox")
          try await page.wait(row)
          try await page.run("\(row).click()")
          try await page.wait("document.querySelector('off-operation .ladder .step a.inside')")
          #expect(try await page.answer(to: "location.hash").contains("operation="))
          let asked = try await page.answer(
            to: "String(performance.getEntriesByType('resource').length)")
          #expect(asked == "0")
          #expect(page.complaints() == [])
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `hostile text in a report is what was recorded, and nothing else`() async throws {
      let texts =
        LoggedEvent.hostileTexts.map(\.text) + [
          "</script><script>document.title='taken'</script>", "<!--", "<!-- <script>", "]]>",
          "<img src=x onerror=document.title='taken'>", "\u{2028}\u{2029}", "\\u003c", "&lt;&amp;",
        ]
      try await Bench.with { bench in
        try await bench.write(
          texts.enumerated().map { number, text in
            .sample(
              at: ManualClock.start + .seconds(Int64(number)), instance: text,
              ["Payload": text, text: text])
          })
        try await bench.withReport("--no-redact") { page in
          try await page.wait("document.querySelectorAll('off-table .rows .event').length > 10")
          try await page.run("document.querySelector('.rows .event').click()")
          try await page.wait("document.querySelector('off-details h2')")
          #expect(try await page.run("document.title").contains("All events"))
          let head = try await page.answer(to: "document.querySelector('report-head').innerText")
          #expect(head.contains("Not redacted"))
          #expect(page.complaints() == [])
        }
        try await expectSame(bench, ["/events?limit=1000&order=asc"])
      }
    }

    /// What the pages may ask; a report has to answer as the server does.
    private static let questions = [
      "/events?limit=1000&order=asc", "/events?limit=7", "/events?limit=1000&service=pushMessaging",
      "/events?limit=1000&outcome=failed", "/events?limit=1000&text=HELLO&text=push",
      "/events?limit=1000&instance=outbox&order=asc",
      "/events?limit=1000&origin=https://app.example",
      "/events?limit=1000&source=work",
      "/events?limit=20&sort=event&order=asc", "/events?limit=20&sort=outcome&order=desc&offset=5",
      "/events?limit=9&sort=instance", "/events?limit=9&sort=service&order=asc",
      "/events?limit=1000&since=FROM&until=TO", "/events/3", "/events/3/worker",
      "/events/60/worker",
      "/events/pieces?size=20", "/events/pieces?size=20&order=asc&service=sync",
      "/histogram", "/histogram?width=3000d", "/histogram?width=2s&service=push",
      "/histogram?since=FROM&until=TO&width=500ms", "/histogram?text=nothing-like-it", "/gaps",
      "/instances?since=FROM&until=TO&limit=1000", "/instances?since=FROM&until=TO&outcome=failed",
      "/instances?since=FROM&until=TO&service=backgroundSync&limit=2",
      "/instances?since=FROM&until=TO&text=hello",
      "/instances?since=FROM&until=TO&filter=status:failed",
      "/events?limit=1000&filter=status:failed", "/events?limit=1000&filter=is:open",
      "/events?limit=1000&filter=(outcome:failed or hello) -service:push",
      "/events?limit=1000&filter=capture:replay or tag:outbox&order=asc",
      "/operations?limit=1000", "/operations?limit=3&order=asc", "/operations?limit=2",
      "/operations?limit=1000&state=failed,retrying",
      "/operations?limit=1000&filter=status:failed service:sync",
      "/operations?limit=1000&filter=is:open", "/operations?limit=1000&filter=outcome:ok hello",
      "/operations?limit=1000&filter=not event:\"Registered sync\"&order=asc",
      "/operations?limit=1000&since=FROM&until=TO",
      "/operations/1", "/findings/operations?id=1,2,3,4,5,6,7,8,9,10,11,12,9999",
      "/findings/count?limit=1000", "/findings/count?limit=2",
      "/findings/count?limit=1000&filter=service:push",
    ]

    @Test(.timeLimit(.minutes(2)))
    func `a report answers as the server does`() async throws {
      try await Bench.with { bench in
        try await bench.fillPages()
        let stories = try await bench.withStore { store in
          try await store.operations(OperationQuery(limit: 1000)).operations.map(\.id)
        }
        #expect(stories.count > 10)
        try await expectSame(bench, Self.questions + stories.map { "/operations/\($0)" })
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a report takes the events that a filter takes`() async throws {
      try await Bench.with { bench in
        var scene = FilterScene(seed: 7)
        try await bench.write((0..<200).map { _ in scene.event() })
        let filters = (0..<400).map { _ in scene.filter() }
        let file = bench.folder + "/asked.html"
        let wanted = try await bench.withStore { store in
          try await bench.saveReport(of: store, to: file)
          let sources = try await store.sources()
          let events = try await store.events(EventQuery(order: .ascending, limit: 1000)).events
          let context = FilterContext(
            now: ManualClock.start + .seconds(600), sources: sources)
          return filters.map { filter -> String in
            guard let selection = try? filter.selection(context) else { return "mistaken" }
            return events.indices.filter { selection.takes(events[$0]) }
              .map { "\($0 + 1)" }.joined(separator: " ")
          }
        }
        try await bench.withBrowser { browser, _ in
          try await Client.with(port: browser.port) { client in
            let page = try await UIPage(client, "file://" + file)
            try await page.wait("globalThis.ask")
            for (filter, expected) in zip(filters, wanted) {
              let question =
                "'/events?limit=1000&order=asc&filter=' + encodeURIComponent("
                + "\(filter.description.quoted))"
              let taken = try await page.answer(
                to: "ask(\(question)).then(({ events }) => events.map(({ id }) => id).join(' '), "
                  + "() => 'mistaken')")
              #expect(taken == expected, "\(filter)")
            }
          }
        }
      }
    }

    func expectSame(_ bench: Bench, _ questions: [String]) async throws {
      let file = bench.folder + "/asked.html"
      let span = try await bench.withStore { store in
        try await bench.saveReport(of: store, to: file)
        let events = try await store.events(EventQuery(order: .ascending, limit: 1000)).events
        return events.map(\.logged.timestamp.iso8601)
      }
      let (from, to) = (span[span.count / 3], span[span.count / 2])
      let program = try bench.start("serve", "--ui-port", "0")
      try await program.says("UI: http")
      try await bench.withBrowser { browser, _ in
        try await Client.with(port: browser.port) { client in
          let page = try await UIPage(client, "file://" + file)
          try await page.wait("globalThis.ask")
          for question in questions {
            let path = question.replacing("FROM", with: from).replacing("TO", with: to)
              .replacing(" ", with: "%20").replacing("\"", with: "%22")
            let expected = try await bench.ask("/api/v1" + path, of: program)
            let text = try await page.answer(to: "ask('\(path)').then(JSON.stringify)")
            let given = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let difference =
              path.hasPrefix("/events/pieces")
              ? difference(events(inPieces: given), events(inPieces: expected), at: path)
              : difference(given, expected, at: path)
            #expect(difference == nil, "\(difference ?? "")")
          }
        }
      }
      try await program.interrupt()
    }

    /// How many events all pieces have. The server cuts them where minutes begin, a report does not.
    private func events(inPieces answer: Any) -> Any {
      let pieces = (answer as? [String: Any])?["pieces"] as? [[String: Any]]
      return pieces?.compactMap { $0["events"] as? Int }.reduce(0, +) ?? answer
    }

    /// Where an answer is another one than the server's, which may have more members. Cursors are
    /// opaque.
    private func difference(_ given: Any, _ expected: Any, at path: String) -> String? {
      switch (given, expected) {
      case (let given as [String: Any], let expected as [String: Any]):
        for (key, value) in given {
          guard let other = expected[key] else { return "\(path).\(key) is not the server's" }
          if ["next", "cursor"].contains(key), !(value is NSNull), !(other is NSNull) { continue }
          if let found = difference(value, other, at: "\(path).\(key)") { return found }
        }
        return nil
      case (let given as [Any], let expected as [Any]):
        guard given.count == expected.count else {
          return "\(path) has \(given.count) elements, not \(expected.count)"
        }
        for (index, pair) in zip(given, expected).enumerated() {
          if let found = difference(pair.0, pair.1, at: "\(path)[\(index)]") { return found }
        }
        return nil
      default:
        let isEqual = (given as? NSObject)?.isEqual(expected) ?? false
        return isEqual ? nil : "\(path) is \(given), not \(expected)"
      }
    }
  }
}

extension Bench {
  /// A report that can be asked as the pages ask it.
  fileprivate func saveReport(of store: SQLiteEventStore, to file: String) async throws {
    var html: [UInt8] = []
    var files = EmbeddedFiles.base64.compactMapValues { Data(base64Encoded: $0) }
    let code = "import { ask } from \"../report/api.js\";\nglobalThis.ask = ask;\n"
    files["test/ask.js"] = Data(code.utf8)
    let page = try ReportPage(files: files, version: "1", entry: "test/ask.js")
    try await Export(.html, of: EventSelection())
      .run(store: store, page: page, at: ManualClock.start + .seconds(600)) { html += $0 }
    try Data(html).write(to: URL(fileURLWithPath: file))
  }

  func fillPages() async throws {
    try await withStore { store in
      let source = try await store.openSource(.test("work"), at: ManualClock.start).source
      _ = try await store.write(
        [SourceWrites(source: source.id, writes: PagesScene.writes)],
        receivedUntil: SystemClock().now())
    }
  }

  /// What is stored as a report, opened in a browser.
  func withReport(
    _ options: String..., body: (UIPage) async throws -> Void
  ) async throws {
    let file = folder + "/report.html"
    let saved = try await run(["export", "-o", file] + options)
    #expect(saved.status == .exited(0), "\(saved.errors)")
    try await withBrowser { browser, _ in
      try await Client.with(port: browser.port) { client in
        try await body(try await UIPage(client, "file://" + file))
      }
    }
  }
}
