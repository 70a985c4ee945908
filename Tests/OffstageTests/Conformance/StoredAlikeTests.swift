import OffstageTesting
import Testing

extension BrowserTests {
  /// The fake browser must not teach what its author believes: what Offstage stores of it is what
  /// it stores of a real one.
  @Suite struct StoredAlikeTests {
    @Test(.timeLimit(.minutes(2)))
    func `one story on a Chromium and on the fake browser leaves the same events and gaps`()
      async throws
    {
      try await LoopbackSite.with(Sites.pages) { site in
        let real = try await Bench.with { bench in
          try await Chromium.with("\(bench.folder)/browser") { browser in
            try await Story.play(on: ChromiumStage(browser: browser), in: bench, site: site)
          }
        }
        let fake = try await Bench.with { bench in
          try await FakeStage.with("\(bench.folder)/browser") { stage in
            try await Story.play(on: stage, in: bench, site: site)
          }
        }
        #expect(real.events.count == 19)
        #expect(fake.events == real.events)
        #expect(!real.gaps.isEmpty)
        #expect(fake.gaps == real.gaps)
      }
    }
  }
}
