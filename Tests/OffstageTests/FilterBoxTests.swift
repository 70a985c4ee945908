import CDP
import Foundation
import JSON
import OffstageCore
import OffstageTesting
import Testing

extension BrowserTests {
  /// The filter of the pages: written with keys alone, in a real browser.
  @Suite struct FilterBoxTests {
    private static let events: [LoggedEvent] =
      LoggedEvent.push(at: TimelineBench.start, message: "m1", status: "waitUntil Rejected")
      + LoggedEvent.sync(at: TimelineBench.start + .seconds(9), tag: "outbox")
      + LoggedEvent.sync(at: TimelineBench.start + .seconds(19), tag: "out of paper")

    private func with(_ body: @escaping @Sendable (TimelineBench) async throws -> Void) async throws
    {
      try await TimelineBench.with(Self.events) { page in
        try await page.wait("document.querySelectorAll('.rows .event').length === 9")
        try await body(page)
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what is written is completed by keys, and narrows the list`() async throws {
      try await with { page in
        try await page.press("/", text: nil)
        try await page.wait("document.activeElement.matches('.filter')")
        try await page.type("ser")
        try await page.wait("\(option(0)) === 'service:'")
        #expect(try await page.text(Self.expanded) == "true")
        // The first is taken with Tab, and its values come by themselves.
        try await page.press("Tab")
        try await page.wait("\(option(0)) === 'service:fetch'")
        try await page.press("ArrowDown")
        try await page.press("ArrowDown")
        try await page.wait(
          "document.querySelector('#' + document.querySelector('.filter')"
            + ".getAttribute('aria-activedescendant'))?.innerText === 'service:sync'")
        try await page.press("Enter")
        try await page.type("(tag:out")
        try await page.wait("\(option(0)) === 'tag:\"out of paper\"'")
        try await page.press("ArrowUp")
        try await page.press("Enter")
        try await page.type("or completed)")
        try await page.press("Escape")
        #expect(try await page.text(Self.expanded) == "false")
        try await page.press("Enter")
        try await page.wait("document.querySelectorAll('.rows .event').length === 4")
        try await page.wait(
          "new URLSearchParams(location.search).get('filter')"
            + " === 'service:sync (tag:outbox or completed)'")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a mistake is shown where it is, and can be mended at once`() async throws {
      try await with { page in
        try await page.press("/")
        try await page.type("completed outcome:fail x")
        try await page.press("Escape")
        try await page.press("Enter")
        try await page.wait("document.querySelector('.mistake mark')?.innerText === 'fail'")
        #expect(
          try await page.text("document.querySelector('.mistake').innerText")
            .contains("Did you mean outcome:failed?"))
        #expect(
          try await page.text("document.querySelector('.filter').ariaInvalid ?? ''") == "true")
        #expect(try await page.text("getSelection().toString()") == "fail")
        // What is selected is written over; the list is as it was all the while.
        try await page.wait("document.querySelectorAll('.rows .event').length === 9")
        try await page.type("failed")
        try await page.wait("document.querySelector('.mistake').hidden")
        try await page.press("Escape")
        try await page.wait("document.querySelectorAll('.rows .event').length === 0")
        try await page.wait("location.search.includes('outcome%3Afailed')")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a filter of any form stands in the address, and old ones keep their meaning`()
      async throws
    {
      try await with { page in
        let filter = "-service:push (tag:outbox or event:\"Sync completed\") \"last chance\""
        let query = "'/?filter=' + encodeURIComponent(\(filter.quoted))"
        try await page.run("location.assign(\(query))")
        try await page.wait("document.querySelectorAll('.rows .event').length === 1")
        try await page.wait(
          "document.querySelector('.filter').value"
            + " === '\"last chance\" not service:push (tag:outbox or event:\"Sync completed\")'")
        // A choice beside it leaves the rest as it is; the way back leads to what was.
        try await page.run(
          """
          (() => { const select = document.querySelector('select[aria-label="Outcome"]');
            select.value = 'ok'; select.dispatchEvent(new Event('change')); })()
          """)
        try await page.wait("document.querySelectorAll('.rows .event').length === 0")
        try await page.run("history.back()")
        try await page.wait("document.querySelectorAll('.rows .event').length === 1")
        // In what was saved before, these were words.
        try await page.run("location.assign('/?q=tag:outbox+or')")
        try await page.wait("document.querySelector('.filter').value === 'tag:outbox \"or\"'")
        try await page.wait("document.querySelector('.empty:not([hidden])')")
        try await page.run("location.assign('/?q=tag:outbox+outcome:ok')")
        try await page.wait("document.querySelectorAll('.rows .event').length === 1")
        // One that can't be taken is told of.
        try await page.run("location.assign('/?filter=outcome:fail')")
        try await page.wait("document.querySelector('.notice').innerText.includes('“fail”')")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the page takes the events that the server takes`() async throws {
      try await with { page in
        let source = SourceName(id: SourceID(), name: "default")
        for seed in 1...8 as ClosedRange<UInt64> {
          var scene = FilterScene(seed: seed)
          let events = (1...60 as ClosedRange<Int64>).map { number in
            let logged = scene.event()
            return StoredEvent(
              id: number, identity: EventIdentity(of: logged), logged: logged,
              received: logged.timestamp, capture: number.isMultiple(of: 3) ? .replay : .live,
              source: source, scope: scene.scope(), triggerId: number.isMultiple(of: 4) ? 1 : nil,
              operationId: number.isMultiple(of: 5) ? nil : number,
              operationState: number.isMultiple(of: 5)
                ? nil : OperationState.allCases[Int(number) % OperationState.allCases.count])
          }
          let context = FilterContext(
            now: ManualClock.start + .seconds(300),
            sources: ["default", "old"].map { name in
              Source(
                id: name == "default" ? source.id : SourceID(), kind: .profile, name: name,
                place: .unknown, browser: nil, keep: nil, created: ManualClock.start)
            })
          let filters = (0..<100).map { _ in scene.filter() }
          let wanted = try filters.map { filter in
            let selection = try filter.selection(context)
            return events.filter { selection.takes($0) }.map { "\($0.id)" }.joined(separator: " ")
          }
          let taken = try await page.taken(of: events, by: filters, context)
          for (index, filter) in filters.enumerated() {
            #expect(taken[index] == wanted[index], "seed \(seed): \(filter)")
          }
        }
      }
    }

    private static let expanded = "document.querySelector('.filter').getAttribute('aria-expanded')"

    private func option(_ index: Int) -> String {
      "document.querySelectorAll('#filter-completions:not([hidden]) li')[\(index)]"
        + "?.querySelector('code').innerText"
    }
  }
}

extension TimelineBench {
  fileprivate func type(_ text: String) async throws {
    for character in text { try await press(String(character), text: String(character)) }
  }

  /// For each filter the ids of the events that the page takes for its own.
  fileprivate func taken(
    of events: [StoredEvent], by filters: [EventFilter], _ context: FilterContext
  ) async throws -> [String] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.memberArray("events") { writer in
        for event in events { event.write(to: &writer) }
      }
      writer.memberArray("readings") { writer in
        for filter in filters {
          FilterReading(of: filter.description, context).write(to: &writer)
        }
      }
    }
    let answer = try await text(
      """
      import('/ui/selection.js').then(({ takes }) => {
        const { events, readings } = JSON.parse(\(writer.string.quoted));
        return readings.map(({ selection }) =>
          events.filter((event) => takes(selection, event)).map(({ id }) => id).join(' '))
          .join('|');
      })
      """)
    return answer.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
  }
}
