import CDP
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// The filter of `events` and `export`.
@Suite(.timeLimit(.minutes(2))) struct FilterVerbTests {
  private func with(_ body: (Bench) async throws -> Void) async throws {
    try await Bench.with { bench in
      try await bench.withStore { store in
        let source = try await store.openSource(.test("default"), at: ManualClock.start).source.id
        let events =
          LoggedEvent.push(at: ManualClock.start, message: "m1", status: "waitUntil Rejected")
          + LoggedEvent.sync(at: ManualClock.start + .seconds(9), tag: "outbox")
        _ = try await store.write(
          [SourceWrites(source: source, writes: events.map { .event($0) })],
          receivedUntil: ManualClock.start)
      }
      try await body(bench)
    }
  }

  @Test func `events are those that the filter takes, however its words are given`() async throws {
    try await with { bench in
      for (arguments, count) in [
        (["service:push"], 3), (["service:push or tag:outbox"], 6),
        (["service:push", "or", "tag:outbox"], 6), (["not service:push"], 3),
        (["Status:waituntil rejected"], 0), (["Status:\"waituntil rejected\""], 1),
        (["origin:app.example", "--service", "sync"], 3),
        (["service:push", "--service", "sync"], 0),
        (["--", "-tag:outbox"], 3), (["-tag:outbox"], 3), (["-service:push", "-n", "0"], 3),
        (["--limit", "2", "-(service:push or tag:x)"], 2), (["-\"Last Chance\":No"], 5),
        (["-Status:x", "-service:push"], 3), (["--", "-service:push", "-tag:outbox"], 0),
        ([""], 6), (["source:default", "registered"], 1),
      ] as [([String], Int)] {
        let answer = try await bench.run(["events", "--jsonl"] + arguments)
        #expect(answer.status == .exited(0), "\(answer.errors)")
        #expect(answer.output.split(separator: "\n").count == count, "\(arguments)")
      }
    }
  }

  @Test func `a word with a minus that is no term with a key is not taken for options`()
    async throws
  {
    try await with { bench in
      for word in ["-help", "-timeout", "-news"] {
        let answer = try await bench.run("events", word)
        expectMistake(answer, 2)
        #expect(answer.errors.contains("'not \(word.dropFirst())'"), "\(answer.errors)")
      }
      let help = try await bench.run("events", "-h")
      #expect(help.status == .exited(0))
      let few = try await bench.run("events", "-n", "2", "--jsonl")
      #expect(few.output.split(separator: "\n").count == 2)
    }
  }

  @Test func `who asked for no origin is told nothing of origins`() async throws {
    try await with { bench in
      #expect(try await bench.run("events", "tag:nothingsuch").errors == "No events match.")
      let answer = try await bench.run("events", "--origin", "app.example")
      #expect(answer.errors.contains("--origin has a scheme"))
    }
  }

  @Test func `what is exported is what the filter takes`() async throws {
    try await with { bench in
      let answer = try await bench.run(
        "export", "outcome:failed or \"last chance\"", "--format", "csv")
      let rows = answer.output.split(separator: "\r\n")
      #expect(rows.count == 3)
      #expect(rows.contains { $0.contains("waitUntil Rejected") })
    }
  }

  @Test func `a mistake is pointed at`() async throws {
    try await with { bench in
      let answer = try await bench.run("events", "service:push", "é outcome:fail\u{1B} x")
      expectMistake(answer, 2)
      #expect(
        answer.errors == """
          offstage: There is no outcome “fail\\u{1b}”.
            service:push é outcome:fail\\u{1b} x
                                   ^^^^^^^^^^
          Did you mean outcome:failed? Outcomes are ok, failed, pending.
          """)
      let source = try await bench.run("export", "x source:nobody", "--format", "csv")
      expectMistake(source, 2)
      #expect(source.errors.contains("\n           ^^^^^^\nKnown sources are default."))
      let end = try await bench.run("events", "--follow", "until:1h")
      expectMistake(end, 2)
    }
  }

  @Test func `a place deep in a long filter is still seen`() async throws {
    try await with { bench in
      let long = String(repeating: "word ", count: 100)
      let answer = try await bench.run("events", long + "is:x " + long)
      expectMistake(answer, 2)
      let lines = answer.errors.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count < 100 })
      let place = try #require(lines[2].split(separator: "^").first).count
      #expect(lines[1].dropFirst(place).hasPrefix("x word"))
    }
  }
}
