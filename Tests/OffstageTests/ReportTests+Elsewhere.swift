import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// What a report tells of pushes that never came to be operations.
extension BrowserTests.ReportTests {
  private static let secret = "BPdv0fTheKeyThatIsNotTheOne"

  @Test(.timeLimit(.minutes(2)), arguments: ["--redact", "--no-redact"])
  func `a push that was refused is told of in a report, also where it is redacted`(
    _ option: String
  ) async throws {
    try await Bench.with { bench in
      try await bench.fillPages()
      try await bench.refusePushes(saying: Self.secret)
      try await bench.withReport(option) { page in
        let link = "document.querySelector('report-head a.inside')"
        try await page.wait(link)
        let said = try await page.answer(to: "\(link).innerText")
        #expect(said.contains("findings beside the operations"))
        try await page.run("\(link).click()")
        let list = "document.querySelector('off-operations .elsewhere')"
        try await page.wait("\(list)?.hidden === false")
        #expect(try await page.answer(to: "\(list).firstChild.innerText") == said)
        try await page.run("\(list).firstChild.click()")
        let told = try await page.answer(to: "\(list).innerText")
        #expect(told.contains("refused"))
        #expect(told.contains("403"))
        let isRedacted = option == "--redact"
        #expect(told.contains("signed with another key") == isRedacted, "\(told)")
        #expect(told.contains(Self.secret) == !isRedacted, "\(told)")
        let html = try await page.answer(to: "document.documentElement.outerHTML")
        #expect(html.contains(Self.secret) == !isRedacted)
        // A filter holds for them too.
        try await page.run("location.hash = '#view=operations&filter=service%3Async'")
        try await page.wait("\(list).hidden")
        #expect(page.complaints() == [])
      }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a report selects what is beside the operations as the server does`() async throws {
    try await Bench.with { bench in
      try await bench.fillPages()
      try await bench.refusePushes(saying: Self.secret)
      let all = "/findings/elsewhere?limit=1000"
      try await expectSame(
        bench,
        [all, "/findings/elsewhere?limit=1"]
          + [
            "service:push", "service:sync", "origin:https://app.example", "source:work",
            "tag:p-1", "outcome:failed", "hello", "status:failed", "service:push or service:sync",
            "-service:push", "origin:app.example",
          ].map { "\(all)&filter=\($0)" }
          + ["\(all)&since=FROM", "\(all)&until=TO", "\(all)&since=FROM&until=TO"])
    }
  }
}

extension Bench {
  /// Two posts that were refused, one of them for the browser of the source.
  fileprivate func refusePushes(saying words: String) async throws {
    try await withStore { store in
      let start = ManualClock.start
      let source = try await store.openSource(.test("work"), at: start).source.id
      let device = PushSubscription.sample().device
      let refusals = ["vapid-key-of-another", "sub-malformed"].map {
        PushMessage.Refusal(code: $0, detail: "It is not \(words).", hint: "Not \(words).")
      }
      try await store.record([
        .device(PushDevice(id: device, securityToken: 2, created: start)),
        .subscription(.sample()),
        .message(.sample("p-1", at: start, refused: refusals[0], status: 403)),
        .message(
          .sample("p-2", to: "none", at: start + .minutes(1), refused: refusals[1], status: 403)),
      ])
      try await store.noteBrowser(ofSubscription: "t", is: source)
    }
  }
}
