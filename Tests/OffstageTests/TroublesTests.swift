import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

extension BrowserTests {
  /// Findings as badges on rows and in the sidebar, in a real Chromium.
  @Suite struct TroublesTests {
    /// Those of the last day are counted.
    private static let now = SystemClock().now()
    private static let badges = "off-operations .rows .badge"

    private static func push(_ number: Int, _ status: String) -> [LoggedEvent] {
      let time = now - .minutes(Int64(number))
      return LoggedEvent.push(at: time, message: "0:\(number)%a", status: status)
        + LoggedEvent.notification(at: time + Interval(micros: 5000), tag: "note-\(number)")
    }

    @Test(.timeLimit(.minutes(2)))
    func `rows and the sidebar tell of what went wrong, also as it happens`() async throws {
      let stories =
        Self.push(1, "waitUntil Rejected") + Self.push(2, "Success")
      try await OperationsBench.with(stories) { operations in
        let page = operations.page
        try await page.wait("document.querySelectorAll('\(Self.badges)').length === 1")
        #expect(try await operations.texts(Self.badges) == "⚠ 1")
        #expect(
          try await page.text("document.querySelector('\(Self.badges)').title")
            .contains("was rejected"))
        #expect(try await operations.texts("off-nav .trouble") == "⚠ 1")
        // In the list of events the ones that show it.
        try await page.run("location.assign('/?utc=')")
        let rows = "off-list .rows .row:has(.badge)"
        try await page.wait("document.querySelectorAll('\(rows)').length === 1")
        #expect(try await operations.texts("\(rows) .instance") == "0:1%a")
        // Its details say what the mark is about.
        try await page.run("document.querySelector('\(rows)').click()")
        let finding = "off-details .finding"
        try await page.wait("document.querySelector('\(finding)')")
        #expect(try await operations.texts(finding).contains("was rejected"))
        try await page.run(
          "document.querySelector('off-list .row:not(:has(.badge))[data-id]').click()")
        try await page.wait("!document.querySelector('\(finding)')")
        try await operations.bench.write(Self.push(0, "waitUntil Rejected"))
        try await page.wait("document.querySelectorAll('\(rows)').length === 2")
        try await page.wait("document.querySelector('off-nav .trouble').innerText === '⚠ 2'")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what went wrong beside all operations is listed above them, as text`() async throws {
      try await OperationsBench.with(Self.push(1, "Success")) { operations in
        let page = operations.page
        let list = "off-operations .elsewhere"
        try await page.wait("document.querySelector('\(list)').hidden")
        let refusal = PushMessage.Refusal(
          code: "ttl-missing", detail: "There is no <img src=x onerror=alert(1)> TTL header.")
        try await operations.bench.withStore { store in
          try await store.record([
            .subscription(.sample()),
            .message(.sample("p-1", at: Self.now, refused: refusal, status: 400)),
            .message(.sample("p-2", at: Self.now, end: .replaced)),
          ])
        }
        try await page.wait("!document.querySelector('\(list)').hidden")
        #expect(try await operations.texts("\(list) summary").contains("⚠ 1 finding beside"))
        try await page.run("document.querySelector('\(list) summary').click()")
        let told = try await operations.texts("\(list) article")
        #expect(told.contains("refused with 400: There is no <img src=x onerror=alert(1)> TTL"))
        #expect(told.contains("https://app.example push p-1 reference"))
        // What the list is narrowed to they are too.
        try await operations.open("&filter=service%3Async")
        try await page.wait(
          "performance.getEntriesByType('resource').some(({ name }) => "
            + "name.includes('/findings/elsewhere') && name.includes('sync'))")
        #expect(try await page.text("String(document.querySelector('\(list)').hidden)") == "true")
        try await operations.open("&filter=origin%3Ahttps%3A%2F%2Fapp.example+since%3A1h")
        try await page.wait("!document.querySelector('\(list)').hidden")
        #expect(
          try await operations.texts("\(list) summary") == "⚠ 1 finding beside the operations")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what explains an operation afterwards takes its badge away`() async throws {
      // A push that showed nothing, until its notification comes.
      let push = LoggedEvent.push(at: Self.now - .minutes(9), message: "0:9%a")
      try await OperationsBench.with(push) { operations in
        let page = operations.page
        try await page.wait("document.querySelectorAll('\(Self.badges)').length === 1")
        try await operations.bench.write(
          LoggedEvent.notification(
            at: Self.now - .minutes(9) + Interval(micros: 5000), tag: "note"))
        try await page.wait("document.querySelectorAll('\(Self.badges)').length === 0")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `only what is on the screen is asked for, and more than is looked at is said so`()
      async throws
    {
      let stories = (0..<250).flatMap { Self.push($0, "waitUntil Rejected") }
      try await OperationsBench.with(stories) { operations in
        let page = operations.page
        try await page.wait("document.querySelectorAll('\(Self.badges)').length > 10")
        try await page.wait("document.querySelector('off-nav .trouble').innerText === '⚠ 100+'")
        let asked = try await page.text(
          """
          performance.getEntriesByType('resource').map(({ name }) => name)
            .filter(name => name.includes('/findings/operations'))
            .map(name => name.split(',').length).join()
          """)
        #expect(asked.split(separator: ",").allSatisfy { Int($0) ?? 1000 < 100 }, "\(asked)")
        try await page.run("document.querySelector('off-operations .scroller').scrollTop = 4800")
        try await page.wait("\(OperationsBench.row("0:110%a"))?.querySelector('.badge')")
      }
    }
  }
}
