import CDP
import OffstageCapture
import OffstageCore
import Testing

/// What a driver does for each trigger, as transcripts.
@Suite struct DriverStateMachineTests {
  private static let any = WorkerSelector()
  private static let listeners = #"{"result":{"type":"object","value":["push","sync"]}}"#

  private func desk(_ running: String = "running") -> DriverDesk {
    var desk = DriverDesk()
    desk.worker(running)
    return desk
  }

  /// Answers the look at what the worker listens to.
  private func look(_ desk: inout DriverDesk, at names: String = listeners) -> [String] {
    #expect(desk.reply("attach worker-5", #"{"sessionId":"s1"}"#) == ["listeners in s1"])
    return desk.reply("listeners in s1", names)
  }

  @Test func `a push is done once its two events have come`() {
    var desk = desk()
    #expect(desk.ask(1, .push(Self.any, data: "hi")) == ["push “hi” to 0 in context"])
    #expect(
      desk.logged(.pushMessaging, "Push event dispatched", metadata: ["Payload": "hi"]) == [
        "claimed by 1"
      ])
    #expect(desk.reply("push “hi” to 0 in context") == [])
    #expect(desk.logged(.notifications, "Notification displayed") == [])
    #expect(
      desk.logged(.pushMessaging, "Push event completed", metadata: ["Status": "Success"])
        == ["claimed by 1", "attach worker-5"])
    #expect(look(&desk) == ["detach s1", "1 is done"])
  }

  // MARK: Through a push service

  private static let subscription = """
    evaluate registration.pushManager.getSubscription().then(found => found && JSON.stringify(found)) \
    in s1
    """

  /// Up to what the worker tells of its subscription.
  private func askForReal(_ desk: inout DriverDesk, _ data: String? = "hi") {
    #expect(desk.ask(1, .webPush(Self.any, data: data)) == ["attach worker-5"])
    #expect(desk.reply("attach worker-5", #"{"sessionId":"s1"}"#) == [Self.subscription])
  }

  private func subscribed(_ desk: inout DriverDesk) -> [String] {
    desk.reply(Self.subscription, #"{"result":{"type":"string","value":"{}"}}"#)
  }

  @Test func `a real push is posted to what the worker has subscribed for`() {
    var desk = desk()
    askForReal(&desk)
    #expect(subscribed(&desk) == ["detach s1", "1 posts “hi” to {}"])
    #expect(desk.posted(1) == [])
    let payload = ["Payload": "hi"]
    // One by DevTools has no message id, and another's has another payload.
    #expect(desk.logged(.pushMessaging, "Push event dispatched", metadata: payload) == [])
    #expect(
      desk.logged(.pushMessaging, "Push event dispatched", "m0", metadata: ["Payload": "x"]) == [])
    #expect(
      desk.logged(.pushMessaging, "Push event dispatched", "m1", metadata: payload)
        == ["claimed by 1"])
    #expect(desk.logged(.pushMessaging, "Push event completed", "m0") == [])
    #expect(
      desk.logged(.pushMessaging, "Push event completed", "m1") == [
        "claimed by 1", "attach worker-5",
      ])
    #expect(look(&desk) == ["detach s1", "1 is done"])
  }

  @Test func `a push may come before its push service has answered`() {
    var desk = desk()
    askForReal(&desk, nil)
    #expect(subscribed(&desk) == ["detach s1", "1 posts nothing to {}"])
    #expect(desk.logged(.pushMessaging, "Push event dispatched", "m1") == ["claimed by 1"])
    #expect(desk.logged(.pushMessaging, "Push event completed", "m1") == ["claimed by 1"])
    #expect(desk.posted(1) == ["attach worker-5"])
    #expect(look(&desk) == ["detach s1", "1 is done"])
  }

  @Test func `without a subscription, or if it is refused, a real push has failed`() {
    var desk = desk()
    askForReal(&desk)
    #expect(
      desk.reply(Self.subscription, #"{"result":{"type":"object","subtype":"null","value":null}}"#)
        == ["detach s1", "1 is failed: The worker has no push subscription."])
    askForReal(&desk)
    _ = subscribed(&desk)
    #expect(desk.posted(1, .failure(.init("No."))) == ["1 is failed: No."])
    askForReal(&desk)
    _ = subscribed(&desk)
    #expect(desk.expire(1) == ["1 is failed: The push service did not answer in time."])
    #expect(desk.posted(1) == [])
  }

  @Test func `what a version listens to is asked once`() {
    var desk = desk()
    for trigger in [Int64(1), 2] {
      _ = desk.ask(trigger, .sync(Self.any, tag: "a", isLastChance: false))
      _ = desk.reply("sync a to 0 in context")
      let more = desk.logged(.backgroundSync, "Dispatched sync event", "a")
      if trigger == 1 {
        #expect(more == ["claimed by 1", "attach worker-5"])
        #expect(look(&desk) == ["detach s1", "1 is done"])
      } else {
        #expect(more == ["claimed by 2", "2 is done"])
      }
    }
  }

  @Test func `an event that no handler takes is nothing`() {
    var desk = desk()
    _ = desk.ask(1, .periodicSync(Self.any, tag: "news"))
    _ = desk.reply("periodic news to 0 in context")
    _ = desk.logged(.periodicBackgroundSync, "Dispatched periodicsync event", "news")
    #expect(
      look(&desk) == [
        "detach s1",
        "1 is nothing: The worker does not handle periodicsync: the browser dispatched the event, and nothing came of it.",
      ])
  }

  @Test func `a script that throws as it starts is why a handler is missing`() {
    var desk = desk("stopped")
    _ = desk.ask(1, .periodicSync(Self.any, tag: "news"))
    _ = desk.reply("periodic news to 0 in context")
    _ = desk.version("5", "starting")
    _ = desk.threw("5", "Uncaught Error: no\n  at sw.js:1")
    _ = desk.version("5", "running")
    _ = desk.logged(.periodicBackgroundSync, "Dispatched periodicsync event", "news")
    #expect(
      look(&desk).last
        == "1 is nothing: The worker's script throws as it starts, and its handler for periodicsync is missing: Uncaught Error: no."
    )
  }

  @Test func `a worker that throws and stops is not waited for`() {
    var desk = desk("stopped")
    for (trigger, action) in [
      (Int64(1), TriggerAction.push(Self.any, data: nil)), (2, .worker(Self.any, .start)),
    ] {
      let posted = desk.ask(trigger, action)[0]
      #expect(desk.reply(posted) == [])
      _ = desk.version("5", "starting")
      #expect(desk.threw("5", "Uncaught Error: no") == [])
      #expect(
        desk.version("5", "stopped")
          == ["\(trigger) is failed: The worker does not start: Uncaught Error: no."])
    }
  }

  @Test func `the answer does not wait for a look that fails`() {
    var desk = desk()
    _ = desk.ask(1, .sync(Self.any, tag: "a", isLastChance: true))
    _ = desk.reply("sync a, last chance, to 0 in context")
    _ = desk.logged(.backgroundSync, "Dispatched sync event", "a")
    #expect(desk.refuse("attach worker-5", "it went") == ["1 is done"])
  }

  @Test func `events of others are not ours`() {
    var desk = desk()
    #expect(desk.logged(.pushMessaging, "Push event dispatched") == [])
    _ = desk.ask(1, .push(Self.any, data: nil))
    _ = desk.reply("push “” to 0 in context")
    // With a message id, of another worker, of before it was asked.
    #expect(desk.logged(.pushMessaging, "Push event dispatched", "0:17%6d") == [])
    #expect(desk.logged(.pushMessaging, "Push event dispatched", registration: "1") == [])
    #expect(desk.logged(.pushMessaging, "Push event dispatched", secondsAgo: 20) == [])
    #expect(desk.logged(.pushMessaging, "Push event completed") == [])
    #expect(desk.logged(.pushMessaging, "Push event dispatched") == ["claimed by 1"])
  }

  @Test func `pushes that overlap are told apart by payload, their ends by their order`() {
    var desk = desk()
    for (trigger, data) in [(Int64(1), "a"), (2, "b"), (3, "c")] {
      _ = desk.ask(trigger, .push(Self.any, data: data))
      _ = desk.reply("push “\(data)” to 0 in context")
    }
    for (data, trigger) in [("b", 2), ("c", 3), ("changed", 1)] {
      #expect(
        desk.logged(.pushMessaging, "Push event dispatched", metadata: ["Payload": data])
          == ["claimed by \(trigger)"])
    }
    for trigger in [2, 3, 1] {
      #expect(desk.logged(.pushMessaging, "Push event completed").first == "claimed by \(trigger)")
    }
  }

  @Test func `a rejected promise and a handler that goes on are said`() {
    var desk = desk()
    _ = desk.ask(1, .push(Self.any, data: nil))
    _ = desk.ask(2, .push(Self.any, data: nil))
    for _ in 1...2 { _ = desk.logged(.pushMessaging, "Push event dispatched") }
    for _ in 1...2 { _ = desk.reply("push “” to 0 in context") }
    #expect(desk.expire(2) == ["2 is done: The handler has not finished so far."])
    _ = desk.logged(
      .pushMessaging, "Push event completed", metadata: ["Status": "waitUntil Rejected"])
    _ = desk.expire(1)
  }

  @Test func `nothing within the time is nothing, and why is for others to find`() {
    var desk = desk()
    _ = desk.ask(1, .push(Self.any, data: nil))
    _ = desk.reply("push “” to 0 in context")
    #expect(desk.expire(1) == ["1 is nothing"])
    #expect(desk.logged(.pushMessaging, "Push event dispatched") == [])
    #expect(desk.expire(1) == [])
  }

  @Test func `what the browser refuses is said in its words`() {
    var desk = desk()
    _ = desk.ask(1, .push(Self.any, data: nil))
    #expect(
      desk.refuse("push “” to 0 in context", "no such registration")
        == ["1 is failed: No such registration."])
  }

  @Test func `one worker has to be meant`() {
    var desk = desk()
    _ = desk.registration("1", "https://app.example/admin/")
    _ = desk.version("6", of: "1", "stopped")
    _ = desk.registration("2", "https://b.example/")
    #expect(
      desk.ask(1, .push(WorkerSelector(origin: "https://app.example"), data: nil)) == [
        "1 is failed: 2 service workers could be meant: https://app.example/, https://app.example/admin/."
      ])
    #expect(
      desk.ask(2, .push(WorkerSelector(origin: "https://c.example"), data: nil))
        == ["2 is failed: This browser has no service worker for https://c.example."])
    #expect(
      desk.ask(3, .push(WorkerSelector(scope: "https://app.example/admin/"), data: nil))
        == ["push “” to 1 in context"])
    _ = desk.registration("1", "https://app.example/admin/", isDeleted: true)
    #expect(
      desk.ask(4, .push(WorkerSelector(origin: "https://app.example"), data: nil))
        == ["push “” to 0 in context"])
  }

  @Test func `a worker that is being installed gets its event once it is active`() {
    var desk = DriverDesk()
    _ = desk.registration("0", DriverDesk.scope)
    _ = desk.version("5", "running", .installing)
    #expect(desk.ask(1, .push(Self.any, data: nil)) == [])
    #expect(desk.ask(2, .push(Self.any, data: nil)) == [])
    #expect(
      desk.expire(2) == ["2 is failed: The worker is being installed, or waits to become active."])
    #expect(desk.version("5", "running", .installed) == [])
    #expect(desk.version("5", "running", .activating) == ["push “” to 0 in context"])
  }

  // MARK: Workers

  @Test func `a worker is started and stopped`() {
    var desk = desk("stopped")
    #expect(desk.ask(1, .worker(Self.any, .start)) == ["start https://app.example/ in context"])
    #expect(desk.reply("start https://app.example/ in context") == [])
    #expect(desk.version("5", "starting") == [])
    #expect(desk.version("5", "running") == ["1 is done"])
    #expect(desk.ask(2, .worker(Self.any, .start)) == ["2 is done: It runs already."])
    #expect(desk.ask(3, .worker(Self.any, .stop)) == ["stop 5 in context"])
    #expect(desk.version("5", "stopped") == [])
    #expect(desk.reply("stop 5 in context") == ["3 is done"])
    #expect(desk.ask(4, .worker(Self.any, .stop)) == ["4 is done: It does not run."])
  }

  @Test func `an update is a version that was not there, an unregistration the end`() {
    var desk = desk()
    _ = desk.ask(1, .worker(Self.any, .update))
    #expect(desk.reply("update https://app.example/ in context") == [])
    #expect(desk.version("6", "starting", .installing) == ["1 is done"])
    _ = desk.ask(2, .worker(Self.any, .unregister))
    #expect(desk.reply("unregister https://app.example/ in context") == [])
    #expect(desk.registration("0", DriverDesk.scope, isDeleted: true) == ["2 is done"])
  }

  @Test func `a fetch is aborted from within its worker`() {
    var desk = desk("stopped")
    let evaluate =
      #"evaluate registration.backgroundFetch.get("a\"b").then(found => found ? found.abort() : null) in s1"#
    #expect(
      desk.ask(1, .abortFetch(Self.any, id: "a\"b")) == ["start https://app.example/ in context"])
    #expect(desk.version("5", "running") == ["attach worker-5"])
    #expect(desk.reply("attach worker-5", #"{"sessionId":"s1"}"#) == [evaluate])
    #expect(
      desk.logged(.backgroundFetch, "Background Fetch completed", "a\"b") == ["claimed by 1"])
    #expect(
      desk.reply(evaluate, #"{"result":{"type":"boolean","value":true}}"#)
        == ["detach s1", "1 is done"])
  }

  @Test func `a fetch that is not there is not waited for`() {
    var desk = desk()
    _ = desk.ask(1, .abortFetch(Self.any, id: "x"))
    let evaluate = desk.reply("attach worker-5", #"{"sessionId":"s1"}"#)[0]
    #expect(
      desk.reply(evaluate, #"{"result":{"type":"object","subtype":"null","value":null}}"#)
        == ["detach s1", "1 is nothing: The worker has no background fetch “x” under way."])
  }

  @Test func `data and permissions are the browser's to answer for`() {
    var desk = desk()
    #expect(
      desk.ask(1, .clearSiteData(origin: "https://app.example"))
        == ["clear https://app.example in context"])
    #expect(desk.reply("clear https://app.example in context") == ["1 is done"])
    #expect(
      desk.ask(2, .permission(origin: "https://app.example", name: "push", .denied))
        == ["push denied https://app.example"])
    #expect(
      desk.reply("push denied https://app.example")
        == ["2 is done: It holds until the browser ends or Offstage leaves it."])
  }

  @Test func `with its context all that is under way ends`() {
    var desk = desk()
    _ = desk.ask(1, .push(Self.any, data: nil))
    _ = desk.ask(2, .worker(Self.any, .update))
    desk.machine.contextEnded(DriverDesk.context)
    #expect(
      desk.expire(1) == [
        "1 is failed: The browser went away meanwhile.",
        "2 is failed: The browser went away meanwhile.",
      ])
  }
}
