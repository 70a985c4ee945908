import Foundation
import OffstageClient
import OffstageCore
import OffstageServer
import Testing

/// What others' tests ask, asked of a real server.
@Suite(.timeLimit(.minutes(3))) struct ClientTests {
  @Test func `what was recorded is asked and waited for`() async throws {
    try await with { bench, client in
      let source = try await bench.openSource("default")
      try await bench.write([event(0)], to: source)
      let found = try await client.event("event:\"Registered sync\"")
      #expect(found.eventName == "Registered sync")
      #expect(found.instanceId == "outbox")
      #expect(found["nothing"] == nil)
      #expect(Int64(found.date.timeIntervalSince1970) == Bench.start.micros / 1_000_000)
      let operation = try await client.operation(try #require(found.operationId))
      #expect(operation.state == "waiting" && operation.isOpen)
      #expect(try await client.findings() == [])
      async let awaited = client.event("push", within: .seconds(7))
      await bench.whenRequestWaits(.seconds(7))
      try await bench.write([event(1, .pushMessaging, "Push event dispatched")], to: source)
      #expect(try await awaited.service == "pushMessaging")
      #expect(try await client.events().count == 2)
      #expect(try await client.events("service:sync", limit: 1).count == 1)
      // A + is none of a form's.
      #expect(try await client.events("since:2026-01-01T00:00:00+01:00").count == 2)
    }
  }

  @Test func `what does not come, or is asked wrongly, is told in words`() async throws {
    try await with { bench, client in
      let source = try await bench.openSource("default")
      try await bench.write([event(0)], to: source)
      let missing = await problem { _ = try await client.event("push", within: .zero) }
      #expect(missing?.hint == "The newest are backgroundSync: Registered sync.")
      let mistaken = await problem { _ = try await client.events("outcome:(") }
      #expect(mistaken?.status == 400)
      #expect(mistaken?.hint != nil)
      let gone = await problem { _ = try await client.operation(99) }
      #expect(gone?.status == 404)
      let nobody = await problem { _ = try await client.trigger(.offline()) }
      #expect(nobody?.status == 409)
      let stranger = Offstage(url: client.url, token: "no")
      #expect(await problem { _ = try await stranger.events() }?.status == 401)
      #expect(
        await problem { _ = try Offstage(dataFolder: bench.folder.path + "/none") }?.status
          == 0)
    }
  }

  @Test(
    arguments: [
      (
        .push(data: "hi", isReal: true, scope: "https://a/"),
        .webPush(.init(scope: "https://a/"), data: "hi")
      ),
      (.push(data: nil), .push(.init(), data: nil)),
      (.sync(tag: "a", isLastChance: true), .sync(.init(), tag: "a", isLastChance: true)),
      (.periodicSync(tag: "a"), .periodicSync(.init(), tag: "a")),
      (.offline(origin: "https://a"), .network(.offline, .init(origin: "https://a"))),
      (.online(), .network(.online, .init())), (.worker(.stop), .worker(.init(), .stop)),
      (.notification(.reply("x"), tag: "t"), .notification(.init(tag: "t"), .reply("x"))),
      (.notification(.action(1)), .notification(.init(), .action(1))),
      (
        .permission("push", .denied, origin: "https://a"),
        .permission(origin: "https://a", name: "push", .denied)
      ),
      (.clearSiteData(origin: "https://a"), .clearSiteData(origin: "https://a")),
    ] as [(Trigger, TriggerAction)])
  func `what is triggered is what the recorder is asked`(
    _ trigger: Trigger, _ action: TriggerAction
  ) async throws {
    try await with { bench, client in
      let source = try await bench.openSource("work")
      let lock = try bench.locks.lock(source)
      async let answered: Void = answer(source, expecting: action, in: bench)
      let why = await problem { try await client.trigger(trigger) }
      try await answered
      #expect(why?.detail == "No handler.")
      withExtendedLifetime(lock) {}
    }
  }

  /// Takes the next trigger, as a recorder does.
  private func answer(
    _ source: Source, expecting action: TriggerAction, in bench: Bench
  ) async throws {
    for await _ in bench.store.changes() {
      guard
        let trigger = try await bench.store.triggers(toTakeOf: [source.id], at: Bench.start).first
      else { continue }
      #expect(trigger.action == action)
      #expect(try await bench.store.take(trigger: trigger.id, at: trigger.asked))
      try await bench.store.end(
        trigger: trigger.id, with: .init(.nothing, reason: "No handler."), at: trigger.asked)
      return
    }
  }

  private func problem(_ body: () async throws -> Void) async -> Problem? {
    do {
      try await body()
      Issue.record("There was no problem.")
      return nil
    } catch {
      return error as? Problem
    }
  }

  private func with(
    _ body: @escaping @Sendable (Bench, Offstage) async throws -> Void
  ) async throws {
    try await Bench.with { configuration, folder in
      configuration.announcement = .init(folder: folder, verb: "serve")
    } _: { bench in
      try await body(bench, try Offstage(dataFolder: bench.folder.path))
    }
  }
}
