import OffstageCore
import OffstageTesting
import Testing

extension BrowserTests {
  /// The list of operations and their details, in a real Chromium.
  @Suite struct OperationsPaneTests {
    private static let start = OperationsBench.start

    /// Of each kind one; two failed.
    private static let stories =
      LoggedEvent.sync(at: start, tag: "outbox", failures: 2)
      + LoggedEvent.sync(at: start + .minutes(1), tag: "gone", failures: 1, isGivenUp: true)
      + LoggedEvent.backgroundFetch(
        at: start + .minutes(2), id: "film", statuses: [200, 404, 200], failure: "BAD_STATUS")
      + LoggedEvent.notification(at: start + .minutes(3), tag: "note", ["clicked", "closed"])
      + LoggedEvent.payment(at: start + .minutes(4), id: "order-7")
      + LoggedEvent.periodicSync(at: start + .minutes(5), tag: "news")

    @Test(.timeLimit(.minutes(2)))
    func `keys alone lead to the operations and through them, and each has an address`()
      async throws
    {
      try await OperationsBench.with(Self.stories) { operations in
        let page = operations.page
        try await page.run("location.assign('/?utc=')")
        try await page.wait("document.querySelector('off-table .rows .event')")
        for key in ["g", "o"] { try await page.press(key) }
        try await page.wait("location.search.includes('view=operations')")
        try await page.wait("document.querySelectorAll('off-operations .rows .row').length === 6")
        #expect(
          try await operations.texts("off-operations .rows .instance")
            == "news|order-7|note|film|gone|outbox")
        #expect(
          try await operations.texts("off-operations .rows .state")
            == "⊖ unregistered|✓ succeeded|– closed|✕ failed|✕ failed|✓ succeeded")
        try await page.press("Enter", text: "\r")
        try await page.wait("\(operations.details)?.innerText === 'Periodic Sync · news'")
        for _ in 0..<3 { try await page.press("j") }
        try await page.wait("\(operations.details)?.innerText === 'Background Fetch · film'")
        try await page.wait(
          "document.querySelector('off-operations .row.selected .instance').innerText === 'film'")
        let address = try await page.text("location.search")
        #expect(address.contains("operation="), "\(address)")
        try await page.run("location.reload()")
        try await page.wait("\(operations.details)?.innerText === 'Background Fetch · film'")
        try await page.wait(
          "document.querySelector('off-operations .row.selected .instance')?.innerText === 'film'")
        #expect(try await page.text("location.search") == address)
        try await page.press("Escape")
        try await page.wait("document.querySelector('off-details').hidden")
        try await page.wait("!location.search.includes('operation=')")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `states and services narrow the list, and stand in the address`() async throws {
      try await OperationsBench.with(Self.stories) { operations in
        let page = operations.page
        let instances = "off-operations .rows .instance"
        try await page.wait("document.querySelectorAll('\(instances)').length === 6")
        try await page.run("document.querySelector('.chip[data-state=failed]').click()")
        try await page.wait("location.search.includes('state=failed')")
        try await page.wait("document.querySelectorAll('\(instances)').length === 2")
        #expect(try await operations.texts(instances) == "film|gone")
        try await page.run(
          """
          (() => { const choice = document.querySelector('off-operations [aria-label=Service]');
            choice.value = 'sync'; choice.dispatchEvent(new Event('change')); })()
          """)
        try await page.wait("document.querySelectorAll('\(instances)').length === 1")
        let address = try await page.text("location.search")
        #expect(address.contains("filter=service%3Async"), "\(address)")
        // Another address, as somebody would send it.
        try await operations.open("&state=open")
        try await page.wait(
          "document.querySelector('off-operations .empty:not([hidden])')?.innerText.includes('No operation')"
        )
        try await operations.open("&state=failed,closed")
        try await page.wait("document.querySelectorAll('\(instances)').length === 3")
        #expect(
          try await operations.texts(".chip[aria-pressed=true]") == "✕ failed|– closed")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what changes does so in its place, and what is new moves nothing that is read`()
      async throws
    {
      let sync = LoggedEvent.sync(at: Self.start + .hours(1), tag: "slow", failures: 1)
      let more = (0..<80).flatMap { number in
        LoggedEvent.notification(at: Self.start + .seconds(Int64(number)), tag: "note-\(number)")
      }
      try await OperationsBench.with(more + sync.prefix(1)) { operations in
        let page = operations.page
        try await page.wait("document.querySelectorAll('off-operations .rows .row').length > 20")
        try await operations.click("slow")
        try await page.wait(
          "document.querySelector('off-operation .state').innerText === '○ waiting'")
        try await operations.bench.write(Array(sync[1...2]))
        try await page.wait("\(OperationsBench.row("slow")).innerText.includes('retrying')")
        try await page.wait("document.querySelectorAll('off-operation .step').length === 3")
        try await operations.bench.write(Array(sync[3...]))
        try await page.wait("\(OperationsBench.row("slow")).innerText.includes('succeeded')")
        // Somebody reads further down while others begin.
        try await page.run("document.querySelector('off-operations .scroller').scrollTop = 480")
        try await page.wait("\(OperationsBench.row("note-50"))")
        let top = "String(\(OperationsBench.row("note-50")).getBoundingClientRect().top)"
        let before = try await page.text(top)
        try await operations.bench.write(
          LoggedEvent.notification(at: Self.start + .hours(2), tag: "newest"))
        try await page.wait(
          "document.querySelector('off-operations .news:not([hidden])')?.innerText === '↑ 1 new'")
        #expect(try await page.text(top) == before)
        try await page.run("document.querySelector('off-operations .news').click()")
        try await page.wait("\(OperationsBench.row("newest"))")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `an operation that history joins to another is shown instead, and the address mended`()
      async throws
    {
      let sync = LoggedEvent.sync(at: Self.start, tag: "outbox", failures: 1)
      // Two dispatches that could have come over CDP, until their beginning shows otherwise.
      try await OperationsBench.with([sync[1], sync[3]]) { operations in
        let page = operations.page
        try await page.wait("document.querySelectorAll('off-operations .rows .row').length === 2")
        try await operations.click("outbox")
        try await page.wait(
          "document.querySelector('off-operation .state')?.innerText === '◌ simulated'")
        let old = try await page.text("new URLSearchParams(location.search).get('operation')")
        try await operations.bench.write([sync[0]], .replay)
        try await page.wait(
          "document.querySelector('off-operation .state')?.innerText === '▶ running'")
        try await page.wait("document.querySelectorAll('off-operations .rows .row').length === 1")
        let new = try await page.text("new URLSearchParams(location.search).get('operation')")
        #expect(new != old)
        try await operations.open("&operation=\(old)")
        try await page.wait("location.search.includes('operation=\(new)')")
        try await page.wait("\(operations.details)?.innerText.includes('outbox')")
        try await page.wait("document.querySelector('off-operations .row.selected')")
      }
    }
  }
}
