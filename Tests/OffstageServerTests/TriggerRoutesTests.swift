import Foundation
import OffstageCore
import Testing

@Suite(.timeLimit(.minutes(3))) struct TriggerRoutesTests {
  private static let push =
    #"{"action":{"kind":"push","origin":"https://app.example","data":"hi"}"#

  /// Takes the next trigger of the source as its recorder would, and answers it.
  private func answer(
    _ source: Source, with answer: TriggerAnswer, in bench: Bench
  ) async throws {
    for await _ in bench.store.changes() {
      guard
        let trigger = try await bench.store.triggers(toTakeOf: [source.id], at: Bench.start).first
      else { continue }
      #expect(try await bench.store.take(trigger: trigger.id, at: trigger.asked))
      try await bench.store.end(trigger: trigger.id, with: answer, at: trigger.asked)
      return
    }
  }

  @Test func `a trigger is asked of the recorder, and its answer is given`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("work")
      let lock = try bench.locks.lock(source)
      let answered = TriggerAnswer(.nothing, reason: "No handler.", hint: "Add one.")
      async let done: Void = answer(source, with: answered, in: bench)
      let answer = try await bench.ask(
        "POST", "/api/v1/triggers", body: Self.push + #","wait":"7s","askedBy":"ui"}"#)
      try await done
      #expect(answer.status == 200, "\(answer.body)")
      let trigger = try answer.json
      #expect(trigger["verdict"] as? String == "nothing")
      #expect(trigger["reason"] as? String == "No handler.")
      #expect(trigger["hint"] as? String == "Add one.")
      #expect(trigger["askedBy"] as? String == "ui")
      #expect(trigger["waitMicros"] as? Int == 7_000_000)
      let action = trigger["action"] as? [String: Any]
      #expect(action?["kind"] as? String == "push")
      #expect(action?["data"] as? String == "hi")
      let id = try #require(trigger["id"] as? Int)
      let one = try await bench.ask("GET", "/api/v1/triggers/\(id)")
      #expect(try one.json["verdict"] as? String == "nothing")
      let list = try await bench.ask("GET", "/api/v1/triggers?source=work").list("triggers")
      #expect(list.map { $0["id"] as? Int } == [id])
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `with no wait the trigger is given as it was asked`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("work")
      let lock = try bench.locks.lock(source)
      for _ in 1...3 {
        let answer = try await bench.ask(
          "POST", "/api/v1/triggers", body: Self.push + #","wait":"0s"}"#)
        #expect(answer.status == 200, "\(answer.body)")
        #expect(try answer.json["verdict"] is NSNull)
        #expect(try answer.json["askedBy"] as? String == "api")
      }
      let page = try await bench.ask("GET", "/api/v1/triggers?limit=2")
      #expect(try page.list("triggers").map { $0["id"] as? Int } == [3, 2])
      let next = try #require(try page.json["next"] as? String)
      let rest = try await bench.ask("GET", "/api/v1/triggers?limit=2&cursor=\(next)")
      #expect(try rest.list("triggers").map { $0["id"] as? Int } == [1])
      #expect(try rest.json["next"] is NSNull)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `a recorder that ends before it has answered is said to have`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("work")
      var lock: SourceLock? = try bench.locks.lock(source)
      async let asked = bench.ask(
        "POST", "/api/v1/triggers", body: Self.push + #","wait":"10m"}"#)
      for await _ in bench.store.changes() {
        let waiting = try await bench.store.triggers(toTakeOf: [source.id], at: Bench.start)
        if let first = waiting.first {
          #expect(try await bench.store.take(trigger: first.id, at: first.asked))
          break
        }
      }
      #expect(lock != nil)
      lock = nil
      let answer = try await asked
      #expect(try answer.json["verdict"] as? String == "failed")
      #expect(
        try answer.json["reason"] as? String == "The recorder ended before it had answered.")
    }
  }

  @Test func `a source that is not recorded now is told from those that are`() async throws {
    try await Bench.with { bench in
      let lock = try bench.locks.lock(try await bench.openSource("work"))
      _ = try await bench.openSource("idle")
      let answer = try await bench.ask(
        "POST", "/api/v1/triggers", body: Self.push + #","source":"idle"}"#)
      #expect(answer.status == 400)
      #expect(try answer.json["detail"] as? String == "“idle” is not being recorded now.")
      #expect(try answer.json["hint"] as? String == "“work” is.")
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `the workers of each source are listed until they end`() async throws {
    try await Bench.with { bench in
      let work = try await bench.openSource("work")
      _ = try await bench.openSource("home")
      func tell(_ scope: String, isDeleted: Bool) async throws {
        let registration = WorkerRegistration(
          registrationId: "3", scope: scope, isDeleted: isDeleted)
        _ = try await bench.store.write(
          [SourceWrites(source: work.id, writes: [.registration(registration, at: Bench.start)])],
          receivedUntil: Bench.start)
      }
      try await tell("https://app.example:8443/one/", isDeleted: false)
      let list = try await bench.ask("GET", "/api/v1/workers?source=work").list("workers")
      #expect(list.count == 1)
      #expect(list.first?["origin"] as? String == "https://app.example:8443")
      #expect(list.first?["scope"] as? String == "https://app.example:8443/one/")
      #expect(list.first?["serviceWorkerRegistrationId"] as? String == "3")
      #expect(list.first?["script"] is NSNull)
      #expect(try await bench.ask("GET", "/api/v1/workers?source=home").list("workers").isEmpty)
      #expect(try await bench.ask("GET", "/api/v1/workers?source=none").status == 400)
      try await tell("https://app.example:8443/one/", isDeleted: true)
      #expect(try await bench.ask("GET", "/api/v1/workers").list("workers").isEmpty)
    }
  }

  @Test func `where nothing is recorded nobody can be asked`() async throws {
    try await Bench.with { bench in
      _ = try await bench.openSource("work")
      let answer = try await bench.ask("POST", "/api/v1/triggers", body: Self.push + "}")
      #expect(answer.status == 409)
    }
  }

  @Test func `a Firefox is not meant, and says that it can't be driven`() async throws {
    try await Bench.with { bench in
      let firefox = try await bench.openSource("fox", browser: "Firefox/153.7")
      let lock = try bench.locks.lock(firefox)
      let answer = try await bench.ask("POST", "/api/v1/triggers", body: Self.push + "}")
      #expect(answer.status == 400)
      #expect(answer.body.contains("is a Firefox"))
      let source = try await bench.openSource("work")
      let other = try bench.locks.lock(source)
      let chosen = try await bench.ask(
        "POST", "/api/v1/triggers", body: Self.push + #","wait":"0s"}"#)
      #expect((try chosen.json["source"] as? [String: Any])?["name"] as? String == "work")
      withExtendedLifetime((lock, other)) {}
    }
  }

  @Test func `of two that are recorded one has to be meant`() async throws {
    try await Bench.with { bench in
      let sources = [
        try await bench.openSource("work"), try await bench.openSource("home"),
      ]
      let locks = try sources.map { try bench.locks.lock($0) }
      let answer = try await bench.ask("POST", "/api/v1/triggers", body: Self.push + "}")
      #expect(answer.status == 400)
      #expect(answer.body.contains("work") && answer.body.contains("home"))
      let chosen = try await bench.ask(
        "POST", "/api/v1/triggers", body: Self.push + #","wait":"0s","source":"home"}"#)
      #expect((try chosen.json["source"] as? [String: Any])?["name"] as? String == "home")
      withExtendedLifetime(locks) {}
    }
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"action":{}}"#, #"{"action":{"kind":"pull"}}"#,
    #"{"action":{"kind":"sync"}}"#, #"{"action":{"kind":"push"},"wait":"long"}"#,
    #"{"action":{"kind":"push"},"wait":"11m"}"#, #"{"action":{"kind":"push"},"askedBy":"me"}"#,
    #"{"action":{"kind":"push"},"source":"nobody"}"#, #"{"action":{"kind":"push"},"and":1}"#,
  ])
  func `what can't be asked is a mistake`(_ body: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask("POST", "/api/v1/triggers", body: body)
      #expect(answer.status == 400, "\(answer.body)")
    }
  }

  @Test(arguments: ["0", "x", "99999999999999999999"])
  func `there is no such trigger`(_ id: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask("GET", "/api/v1/triggers/\(id)")
      #expect(answer.status == 404, "\(answer.body)")
    }
  }
}
