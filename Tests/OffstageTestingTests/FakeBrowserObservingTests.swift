import OffstageTesting
import Testing

/// What a client of the fake browser sees of the log. The same is held against a real Chromium in
/// `ConformanceTests`; here are the parts that a real one cannot be made to do at will.
struct FakeBrowserObservingTests {
  private var desk = Desk()
  private let client: ClientID
  private let session: String

  init() {
    client = desk.connect()
    session = desk.openHidden(named: "hidden", from: client)
    desk.perform(.setRecordingByOther(.notifications, true))
    desk.perform(.setRecordingByOther(.pushMessaging, true))
  }

  @Test mutating func `observing is the state, the log in time's order and then the reply`() {
    desk.perform(.log(.notification(tag: "a", title: "One")))
    desk.perform(.clockJump(byMicros: -60_000_000))
    desk.perform(.log(.notification(tag: "b", title: "Two")))
    #expect(
      desk.startObserving(.notifications, on: session, from: client) == [
        "hidden < recording notifications on",
        #"hidden < notifications "Notification displayed" instance="b" registration=0 SITE/ "#
          + "Body= Title=Two",
        #"hidden < notifications "Notification displayed" instance="a" registration=0 SITE/ "#
          + "Body= Title=One",
        "hidden < ok",
      ])
  }

  @Test mutating func `live events that come before the log was read are shown once`() {
    desk.perform(.log(.notification(tag: "old", title: "Old")))
    desk.perform(.delayReply(method: "BackgroundService.startObserving", steps: 2))
    #expect(
      desk.startObserving(.notifications, on: session, from: client) == [
        "hidden < recording notifications on"
      ])
    desk.perform(.log(.notification(tag: "new", title: "New")))
    #expect(desk.collect(client).map { $0.contains(#"instance="new""#) } == [true])
    desk.perform(.advanceClock(micros: 1))
    let rest = desk.collect(client)
    #expect(rest.map { $0.contains(#"instance="old""#) } == [true, false])
    #expect(rest.last == "hidden < ok")
  }

  @Test mutating func `each session has its own copy, on one connection too`() {
    let second = desk.attach(
      to: desk.result(
        "Target.createTarget", #"{"url":"about:blank"}"#, "targetId", client),
      named: "page", from: client)
    _ = desk.startObserving(.notifications, on: session, from: client)
    _ = desk.startObserving(.notifications, on: second, from: client)
    desk.perform(.log(.notification(tag: "a", title: "One")))
    #expect(desk.collect(client).map { $0.prefix { $0 != " " } } == ["hidden", "page"])
  }

  @Test mutating func `the order of metadata differs between deliveries and nothing else does`() {
    _ = desk.startObserving(.notifications, on: session, from: client)
    var orders: Set<String> = []
    for _ in 0..<20 {
      let outputs = desk.perform(.log(.notification(tag: "a", title: "One")))
      for message in outputs.flatMap(\.messages) {
        let text = String(decoding: message, as: UTF8.self)
        orders.insert(text.contains(#"[{"key":"Body""#) ? "Body first" : "Title first")
      }
    }
    #expect(orders == ["Body first", "Title first"])
  }

  @Test mutating func `events of no registration are shown live and never kept`() {
    desk.perform(.setRecordingByOther(.paymentHandler, true))
    _ = desk.startObserving(.paymentHandler, on: session, from: client)
    let payment = FakeScene.payment(id: "p", origin: "https://pay.example", isFirst: true)
    desk.perform(.log(payment))
    #expect(desk.collect(client).count == 4)
    #expect(desk.model.log(of: .main, .paymentHandler).count == 3)
    #expect(desk.model.everKept().values.reduce(0, +) == 3)
    #expect(desk.model.history.count == 4)
  }

  @Test mutating func `one record that cannot be read empties the whole replay`() {
    desk.perform(.log(.notification(tag: "a", title: "One")))
    desk.perform(.corrupt(.notifications))
    #expect(
      desk.startObserving(.notifications, on: session, from: client) == [
        "hidden < recording notifications on", "hidden < ok",
      ])
    #expect(desk.model.log(of: .main, .notifications).count == 1)
  }

  @Test mutating func `identical events of one microsecond are each kept`() {
    desk.perform(.duplicates(.pushMessaging, count: 3))
    desk.perform(.equalTimestamps(.pushMessaging, count: 2))
    let log = desk.model.log(of: .main, .pushMessaging)
    #expect(Set(log.prefix(3)).count == 1)
    #expect(Set(log.map(\.micros)).count == 2)
    #expect(desk.model.everKept().values.sorted() == [1, 1, 3])
    _ = desk.startObserving(.pushMessaging, on: session, from: client)
    #expect(desk.seen[client]?.count == 5)
  }

  @Test mutating func `an unregistered worker takes its events along`() {
    desk.perform(.log(.notification(tag: "a", title: "One")))
    desk.perform(.log(.notification(tag: "b", title: "Two").at("https://other.example")))
    desk.perform(.unregister(id: "0"))
    let log = desk.model.log(of: .main, .notifications)
    #expect(log.map(\.instanceID) == ["b"])
    #expect(log.map(\.registrationID) == ["1"])
    #expect(desk.model.everKept().count == 2)
  }
}
