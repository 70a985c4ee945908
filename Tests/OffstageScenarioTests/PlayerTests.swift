import OffstageCore
import OffstageScenario
import OffstageTesting
import Testing

/// What is done, in which order, and what the judge says of what comes of it.
@Suite struct ScenarioPlayerTests {
  @Test func `steps are done in their order, with the values that were captured`() async throws {
    let played = try await PlayedScenario.play(
      """
        - open: /inbox
        - evaluate: send()
        - expect: { filter: 'event:"Sync completed"', capture: { tag: instance, how: Status } }
        - sync: { tag: 'again-${tag}', last-chance: true }
        - push: 'was ${how}'
        - push: { empty: true, scope: /shop/ }
        - periodic-sync: news
        - offline
        - online
        - evaluate: '`${tag} ${other}`'
        - close-pages
        - kill-browser
        - restart-browser
      """
    ) { log, _, what in if what == "send()" { try await log.sync("outbox") } }
    #expect(played.failure == nil, "\(String(describing: played.failure))")
    #expect(
      played.stage.done == [
        "open http://localhost:1/inbox", "send()", "sync again-outbox true",
        "push was succeeded to any", "push nothing to http://localhost:1/shop/",
        "periodic sync news", "offline", "online", "`outbox ${other}`", "close pages", "kill",
        "restart",
      ])
  }

  @Test func `what came before the scenario does not count`() async throws {
    let played = try await PlayedScenario.play(
      "  - expect: { filter: 'event:\"Sync completed\"', within: 100ms }",
      before: LoggedEvent.sync(at: SystemClock().now(), tag: "outbox"))
    #expect(played.failure?.message.hasSuffix("; nothing was logged.") ?? false)
    #expect(played.failure?.kind == .unmet)
  }

  @Test func `what came between an act and its expectation counts, however early`() async throws {
    let played = try await PlayedScenario.play(
      """
        - sync: one
        - wait: 50ms
        - expect: { filter: tag:one, count: 3, within: 1ms }
        - expect-operation: { filter: tag:one, state: succeeded, attempts: 1, within: 1ms }
      """
    ) { log, _, _ in try await log.sync("one") }
    #expect(played.failure == nil, "\(String(describing: played.failure))")
  }

  @Test func `an event that comes while it is waited for is enough`() async throws {
    let played = try await PlayedScenario.play(
      """
        - sync: one
        - expect: { filter: 'event:"Sync completed"', count: 2, within: 20s }
      """
    ) { log, _, _ in
      try await log.sync("one")
      Task {
        try await Task.sleep(for: .milliseconds(50))
        try await log.sync("two")
      }
    }
    #expect(played.failure == nil, "\(String(describing: played.failure))")
  }

  @Test func `what was nearly it is told of`() async throws {
    let played = try await PlayedScenario.play(
      """
        - sync: outbax
        - expect: { filter: 'event:"Sync completed" tag:outbox', within: 50ms }
      """
    ) { log, _, _ in try await log.sync("outbax") }
    let failure = try #require(played.failure)
    #expect(failure.message.contains("3 events were logged"))
    #expect(
      failure.hint
        == "1 event is all that but tag:outbox: the last is “Sync completed” of “outbax” with "
        + "Status: succeeded.")
    #expect(played.run.records.map(\.place.line) == [4, 5])
  }

  @Test func `a mark moves the beginning`() async throws {
    let played = try await PlayedScenario.play(
      """
        - sync: one
        - mark: later
        - expect-none: { filter: tag:one, since: later, for: 30ms }
        - expect-none: { filter: tag:one, for: 30ms }
      """
    ) { log, _, _ in try await log.sync("one") }
    #expect(played.run.records.count == 4)
    #expect(played.failure?.message.contains("“Registered sync” of “one” came") ?? false)
  }

  @Test func `an event within the quiet window fails, one after it does not`() async throws {
    let late = { (delay: Duration) in
      try await PlayedScenario.play(
        """
          - sync: one
          - expect-none: { filter: tag:two, for: 300ms }
        """
      ) { log, _, _ in
        Task {
          try await Task.sleep(for: delay)
          try? await log.sync("two")
        }
      }
    }
    #expect(try await late(.milliseconds(20)).failure != nil)
    #expect(try await late(.seconds(3)).failure == nil)
  }

  @Test func `more than the count in the quiet time after it fail`() async throws {
    let played = try await PlayedScenario.play(
      """
        - sync: one
        - expect: { filter: tag:one, count: 2, quiet: 20ms }
      """
    ) { log, _, _ in try await log.sync("one") }
    #expect(played.failure?.message == "More than 2 times came ‘tag:one’.")
  }

  @Test func `a value stays a value in a filter`() async throws {
    let tag = "a) or (outcome:ok \"x"
    let played = try await PlayedScenario.play(
      """
        - sync: one
        - expect: { filter: 'event:"Registered sync"', capture: { tag: instance } }
        - expect: { filter: 'tag:${tag} event:"Sync completed"', within: 50ms }
      """
    ) { log, _, _ in try await log.sync(tag) }
    #expect(played.failure == nil, "\(String(describing: played.failure))")
  }

  @Test func `a capture that the event has not says what it has`() async throws {
    let played = try await PlayedScenario.play(
      """
        - sync: one
        - expect: { filter: 'event:"Sync completed"', capture: { a: Statu } }
      """
    ) { log, _, _ in try await log.sync("one") }
    #expect(played.failure?.hint?.contains("origin, scope, id, Status") ?? false)
  }

  @Test func `an operation in another state is told of`() async throws {
    let played = try await PlayedScenario.play(
      """
        - sync: one
        - expect-operation: { filter: tag:one, state: failed, attempts: 3, within: 50ms }
      """
    ) { log, _, _ in try await log.sync("one") }
    let failure = try #require(played.failure)
    #expect(
      failure.message == "No operation of ‘tag:one’ was failed after 3 attempts within 50 ms; "
        + "the newest is succeeded.")
    #expect(failure.operations.count == 1)
  }

  @Test func `a finding is waited for, and others are named`() async throws {
    let steps = """
        - sync: one
        - expect-finding: { rule: RULE, within: 100ms }
      """
    let play = { (rule: String) in
      try await PlayedScenario.play(steps.replacing("RULE", with: rule)) { log, _, _ in
        let now = SystemClock().now()
        try await log.write(LoggedEvent.push(at: now, message: "1", status: "waitUntil Rejected"))
      }
    }
    #expect(try await play("push-rejected").failure == nil)
    let failure = try #require(try await play("push-timeout").failure)
    #expect(failure.hint == "Found were push-rejected.")
  }

  @Test func `what a script came to is compared as JSON`() async throws {
    let play = { (expected: String, value: String) in
      try await PlayedScenario.play(
        "  - open: /\n  - evaluate: { script: x, is: \(expected), capture: v }\n  - sync: '${v}'"
      ) { _, _, what in if what == "x" { throw PlayedScenario.Answer(text: value) } }
    }
    #expect(try await play("{ a: 1, b: [x, null] }", #"{"b":["x",null],"a":1.0}"#).failure == nil)
    #expect(try await play("hello", #""hello""#).stage.done.last == "sync hello false")
    #expect(try await play("'1'", "1").failure != nil)
  }

  // MARK: Ends

  @Test func `a trigger that the browser refuses fails its step`() async throws {
    let played = try await PlayedScenario.play("  - offline\n  - online") { _, _, _ in
      throw PlayedScenario.Answer(text: "There is no worker.")
    }
    #expect(played.failure == StepFailure("There is no worker."))
    #expect(played.stage.done == ["offline"])
  }

  @Test func `the end of a browser ends what is waited for, and is no verdict on the site`()
    async throws
  {
    let played = try await PlayedScenario.play(
      "  - sync: one\n  - expect: { filter: tag:one, within: 100s }"
    ) { _, stage, _ in stage.end(StageError(.broken, "The browser died.")) }
    #expect(played.failure == StepFailure("The browser died.", kind: .broken))
  }

  @Test func `the scenario's time is up in the middle of a step`() async throws {
    let played = try await PlayedScenario.play(
      "  - expect: { filter: tag:one, within: 100s }", head: "timeout: 50ms\n")
    #expect(played.failure?.message == "The scenario's time of 50 ms is over.")
  }

  @Test func `a scenario that is cancelled has no verdict`() async throws {
    let playing = Task {
      try await PlayedScenario.play("  - expect: { filter: tag:one, within: 100s }")
    }
    playing.cancel()
    await #expect(throws: CancellationError.self) { try await playing.value }
  }
}
