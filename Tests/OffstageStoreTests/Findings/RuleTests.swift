import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// What holds of every rule.
@Suite struct RuleTests {
  private func scenes(of file: Corpus.File) async throws -> [OperationScene] {
    try await file.imported { try await $0.scenes(OperationQuery(limit: 1000)).scenes }
  }

  @Test func `nothing is found in an operation whose beginning is not recorded`() async throws {
    for file in Corpus.faults {
      for var scene in try await scenes(of: file) {
        scene.operation.operation.marks.insert(.truncated)
        #expect(Findings.of(scene).isEmpty, "\(file.name)")
      }
    }
  }

  @Test func `a push that has just been dispatched is no finding yet`() async throws {
    let file = try #require(Corpus.faults.first { $0.name == "a-worker-is-stopped-amid-a-push" })
    var scene = try #require(
      try await scenes(of: file).first { $0.operation.service == .pushMessaging })
    #expect(Findings.of(scene).map(\.rule) == ["push-never-completed"])
    scene.worker = []
    scene.runs = []
    scene.watchedUntil = scene.operation.operation.began + .seconds(100)
    #expect(Findings.of(scene).isEmpty)
    scene.watchedUntil = scene.operation.operation.began + .seconds(121)
    #expect(Findings.of(scene).map(\.rule) == ["push-never-completed"])
  }

  @Test func `a mistake beside several handlers is not put down to one of them`() async throws {
    let file = try #require(
      Corpus.faults.first { $0.name == "a-push-handler-that-throws-is-logged-as-success" })
    var scene = try #require(
      try await scenes(of: file).first { $0.operation.service == .pushMessaging })
    let alone = try #require(Findings.of(scene).first { $0.rule == "push-handler-threw" })
    #expect(!alone.message.contains("it may be theirs"))
    scene.neighbours.append(
      OperationScene.Neighbour(operation: scene.operation, events: scene.events))
    let beside = try #require(Findings.of(scene).first { $0.rule == "push-handler-threw" })
    #expect(beside.message.contains("1 other handler ran then too; it may be theirs."))
  }

  @Test func `of two pushes one after the other the mistake is the later one's`() throws {
    let start = ManualClock.start
    let pushes = [0, 400].map { millis in
      LoggedEvent.push(
        at: start + Interval(micros: millis * 1000), message: "0:\(millis)%a")
    }
    let mistake = WorkerContextEntry(
      context: WorkerContext(
        kind: .error, registrationId: "0", versionId: "1",
        scriptURL: "https://app.example/sw.js", text: "Uncaught Error: no", line: 2, column: 1),
      at: start + Interval(micros: 430_000))
    let rules = pushes.indices.map { index in
      let other = OperationScene.sample(of: pushes[1 - index], id: Int64(2 - index))
      var scene = OperationScene.sample(
        of: pushes[index], id: Int64(index + 1), neighbours: [other])
      scene.worker = [mistake]
      return Findings.of(scene).map(\.rule).contains("push-handler-threw")
    }
    #expect(rules == [false, true])
  }

  @Test func `a short wait, or one that is not over, is no finding`() async throws {
    let file = try #require(Corpus.faults.first { $0.name == "a-sync-is-still-held" })
    var scene = try #require(try await scenes(of: file).first)
    #expect(Findings.of(scene).map(\.rule) == ["sync-waiting"])
    scene.watchedUntil = scene.operation.operation.began + .seconds(9)
    #expect(Findings.of(scene).isEmpty)
  }

  @Test(arguments: [
    ("a-sync-that-failed-waits-for-its-retry-in-five-minutes", "sync-retrying", false),
    ("a-sync-is-given-up-after-its-last-chance", "sync-gave-up", true),
  ])
  func `retries that are faster than those of users are said to be`(
    name: String, rule: String, isFast: Bool
  ) async throws {
    let file = try #require(Corpus.faults.first { $0.name == name })
    let findings = try await scenes(of: file).flatMap { Findings.of($0) }
    let finding = try #require(findings.first { $0.rule == rule })
    #expect(finding.message.lowercased().contains("fast retries") == isFast)
    #expect(finding.mend.contains("--fast-retries") == (rule == "sync-retrying" && !isFast))
  }

  @Test func `long and hostile text is quoted on one line and cut`() async throws {
    let hostile = String(repeating: "a\nb\u{1B}[31m ", count: 1000)
    let store = try #require(Corpus.faults.first { $0.name == "a-push-whose-promise-is-rejected" })
    var scene = try #require(
      try await scenes(of: store).first { $0.operation.service == .pushMessaging })
    scene.operation.instanceId = hostile
    scene.worker = scene.worker.map { entry in
      var entry = entry
      if entry.context.kind == .error { entry.context.text = hostile }
      entry.context.scriptURL = "https://app.example/" + hostile
      return entry
    }
    let finding = try #require(Findings.of(scene).first { $0.rule == "push-rejected" })
    #expect(finding.message.count < 800)
    #expect(!finding.message.contains("\n"))
    #expect(finding.instanceId == hostile)
  }

  @Test func `a mistake of a handler is its operation's, any other is the worker's`() async throws {
    let rules = { (name: String) in
      let file = try #require(Corpus.faults.first { $0.name == name })
      return try await file.imported { store in
        try await store.workerReports(EventSelection(), limit: 100).flatMap { Findings.of($0) }
          .map(\.rule)
      }
    }
    let rejected = try await rules("a-push-whose-promise-is-rejected")
    #expect(rejected.isEmpty)
    let outside = try await rules("a-worker-makes-a-mistake-outside-of-all-events")
    #expect(outside == ["worker-error"])
    let refused = try await rules("a-worker-may-not-show-a-notification")
    #expect(refused == ["notification-refused"])
  }

  @Test func `a selection narrows what is looked at`() async throws {
    let file = try #require(
      Corpus.faults.first { $0.name == "a-push-may-not-show-its-notification" })
    try await file.imported { store in
      let rules = { (selection: EventSelection) async throws in
        try await Set(FindingSearch(selection).run(store: store).findings.map(\.rule))
      }
      let both: Set = ["push-rejected", "notification-refused"]
      let all = try await rules(EventSelection())
      #expect(all == both)
      let pushes = try await rules(EventSelection(services: [.pushMessaging]))
      #expect(pushes == ["push-rejected"])
      let syncs = try await rules(EventSelection(services: [.backgroundSync]))
      #expect(syncs.isEmpty)
      let others = try await rules(EventSelection(origins: ["https://other.example"]))
      #expect(others.isEmpty)
      let own = try await rules(EventSelection(origins: ["https://app.example"]))
      #expect(own == both)
      let early = try await rules(EventSelection(until: ManualClock.start))
      #expect(early.isEmpty)
    }
  }

  @Test func `operations are looked at in pages, and the rest is told`() async throws {
    let file = try #require(
      Corpus.faults.first { $0.name == "a-page-registers-a-tag-again-and-again" })
    try await file.imported { store in
      let first = try await FindingSearch(operations: 5).run(store: store)
      #expect(first.operations == 5)
      #expect(first.findings.map(\.rule) == ["sync-registered-in-a-loop"])
      let rest = try await FindingSearch(after: first.next).run(store: store)
      #expect(rest.operations == 7)
      #expect(rest.next == nil)
      #expect(rest.findings.isEmpty)
    }
  }
}
