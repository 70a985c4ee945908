import OffstageCapture
import OffstageCore
import Testing

/// A worker without a network: as long as a session of ours lasts, over its stops and starts.
@Suite struct OfflineWorkerTests {
  private static let any = WorkerSelector()
  private static let offline = TriggerAction.network(.offline, any)
  private static let online = TriggerAction.network(.online, any)

  private func offlineDesk() -> DriverDesk {
    var desk = DriverDesk()
    desk.worker()
    #expect(desk.ask(1, Self.offline) == ["attach worker-5"])
    #expect(desk.reply("attach worker-5", #"{"sessionId":"s1"}"#) == ["network in s1"])
    #expect(desk.reply("network in s1") == ["off in s1"])
    #expect(desk.reply("off in s1") == ["worker offline", "1 is done"])
    return desk
  }

  @Test func `a sync is held, and online waits until it is dispatched`() {
    var desk = offlineDesk()
    #expect(desk.logged(.backgroundSync, "Registered sync", "outbox") == [])
    #expect(desk.ask(2, Self.online) == ["on in s1"])
    #expect(desk.logged(.backgroundSync, "Dispatched sync event", "outbox") == ["claimed by 2"])
    #expect(desk.reply("on in s1") == ["detach s1", "worker online", "2 is done"])
    #expect(desk.ask(3, Self.online) == ["3 is done: It was not offline."])
  }

  @Test func `a held sync that is not dispatched is named`() {
    var desk = offlineDesk()
    for tag in ["a", "b"] { _ = desk.logged(.backgroundSync, "Registered sync", tag) }
    _ = desk.ask(2, Self.online)
    _ = desk.reply("on in s1")
    #expect(desk.logged(.backgroundSync, "Dispatched sync event", "b") == ["claimed by 2"])
    #expect(desk.expire(2) == ["2 is done: Not dispatched so far: “a”."])
  }

  @Test func `a worker that sleeps is started to be taken offline, and to be brought back`() {
    var desk = DriverDesk()
    desk.worker("stopped")
    #expect(desk.ask(1, Self.offline) == ["start https://app.example/ in context"])
    #expect(desk.version("5", "running") == ["attach worker-5"])
    _ = desk.reply("attach worker-5", #"{"sessionId":"s1"}"#)
    _ = desk.reply("network in s1")
    _ = desk.reply("off in s1")
    _ = desk.version("5", "stopped")
    #expect(desk.ask(2, Self.online) == ["start https://app.example/ in context"])
    #expect(desk.version("5", "running") == ["on in s1"])
  }

  @Test func `nothing is dispatched to it that the browser would swallow`() {
    var desk = offlineDesk()
    let why = "The worker is offline, and the browser would do nothing."
    #expect(
      desk.ask(2, .sync(Self.any, tag: "a", isLastChance: false)) == ["2 is failed: \(why)"])
    #expect(desk.ask(3, .periodicSync(Self.any, tag: "a")) == ["3 is failed: \(why)"])
    #expect(desk.ask(4, .worker(Self.any, .update)) == ["4 is failed: \(why)"])
    #expect(desk.ask(5, .push(Self.any, data: nil)) == ["push “” to 0 in context"])
    #expect(desk.ask(6, Self.offline) == ["6 is done: It is offline already."])
  }

  @Test func `a version that ends meanwhile leaves its syncs held, which is said`() {
    var desk = offlineDesk()
    #expect(desk.detached("other") == [])
    #expect(desk.detached("s1") == ["worker online"])
    for trigger in [Int64(2), 3] {
      let action = trigger == 2 ? Self.online : .sync(Self.any, tag: "a", isLastChance: false)
      #expect(
        desk.ask(trigger, action) == [
          "\(trigger) is failed: A version of this worker ended while it was offline; Chromium holds its syncs until it is started anew."
        ])
    }
  }

  @Test func `a context that ends lets go of its workers`() {
    var desk = offlineDesk()
    desk.machine.contextEnded(DriverDesk.context)
    #expect(desk.expire(9) == ["detach s1"])
  }

  @Test func `the workers that are offline are known, to be let go`() {
    var desk = offlineDesk()
    #expect(desk.machine.offlineWorkers.map(\.scope) == [DriverDesk.scope])
    _ = desk.ask(2, Self.online)
    _ = desk.reply("on in s1")
    #expect(desk.machine.offlineWorkers.isEmpty)
  }
}
