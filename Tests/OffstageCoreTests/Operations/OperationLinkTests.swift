import OffstageCore
import OffstageTesting
import Testing

@Suite struct OperationLinkTests {
  private static let start = ManualClock.start

  @Test func `a notification that appears while a push handler runs was likely shown by it`() {
    let push = Story(LoggedEvent.push(at: Self.start, message: "0:1%a"), 1)
    let shown = Story(
      LoggedEvent.notification(at: Self.start + Interval(micros: 5000), tag: "news"), 2)
    #expect(push.links(among: [shown]) == ["likely showed 2"])
    #expect(shown.links(among: [push]) == ["likely was shown by 1"])
  }

  @Test func `of two handlers that ran at once each may have shown it`() {
    let one = Story(LoggedEvent.push(at: Self.start, message: "0:1%a"), 1)
    let two = Story(
      LoggedEvent.push(at: Self.start + Interval(micros: 200), message: "0:2%a"), 2)
    let shown = Story(
      LoggedEvent.notification(at: Self.start + Interval(micros: 5000), tag: "news"), 3)
    #expect(one.links(among: [two, shown]) == ["possibly showed 3"])
    #expect(
      shown.links(among: [one, two])
        == ["possibly was shown by 1", "possibly was shown by 2"])
  }

  @Test func `what another worker or another time shows is not linked`() {
    let push = Story(LoggedEvent.push(at: Self.start, message: "0:1%a"), 1)
    let late = Story(LoggedEvent.notification(at: Self.start + .seconds(9), tag: "news"), 2)
    var other = Story(
      LoggedEvent.notification(at: Self.start + Interval(micros: 5000), tag: "news"), 3)
    other.registration = "7"
    #expect(push.links(among: [late, other]) == [])
  }

  @Test func `a sync that is registered while a push handler runs may be its`() {
    let push = Story(LoggedEvent.push(at: Self.start, message: "0:1%a"), 1)
    let sync = Story(
      LoggedEvent.sync(at: Self.start + Interval(micros: 6000), tag: "outbox"), 2)
    #expect(push.links(among: [sync]) == ["possibly registered 2"])
  }

  @Test
  func `what is shown within a handler's run is not put down to one that ended just before`() {
    let sync = Story(LoggedEvent.sync(at: Self.start, tag: "outbox"), 1)
    let push = Story(
      LoggedEvent.push(at: Self.start + Interval(micros: 400_000), message: "0:1%a"), 2)
    let shown = Story(
      LoggedEvent.notification(at: Self.start + Interval(micros: 405_000), tag: "news"), 3)
    #expect(sync.links(among: [push, shown]) == [])
    #expect(shown.links(among: [sync, push]) == ["likely was shown by 2"])
    // Alone, it may have shown it late.
    #expect(sync.links(among: [shown]) == ["possibly showed 3"])
  }

  @Test func `what is registered after a handler's end is not its`() {
    let push = Story(LoggedEvent.push(at: Self.start, message: "0:1%a"), 1)
    let sync = Story(
      LoggedEvent.sync(at: Self.start + Interval(micros: 500_000), tag: "outbox"), 2)
    #expect(push.links(among: [sync]) == [])
  }

  @Test func `the browser's own notification comes of the push that showed none`() {
    let sync = Story(LoggedEvent.sync(at: Self.start, tag: "outbox"), 1)
    let shown = Story(
      LoggedEvent.notification(
        at: Self.start + Interval(micros: 5000), tag: "user_visible_auto_notification"), 2)
    #expect(shown.links(among: [sync]) == [])
    var push = Story(LoggedEvent.push(at: Self.start, message: "0:1%a"), 3)
    push.marks.insert(.genericNotification)
    #expect(shown.links(among: [push]) == ["likely was shown by 3"])
  }

  @Test func `the next notification of a tag replaces the one before for certain`() {
    var first = Story(LoggedEvent.notification(at: Self.start, tag: "news"), 1)
    first.state = .replaced
    let second = Story(LoggedEvent.notification(at: Self.start + .seconds(40), tag: "news"), 2)
    #expect(first.links(among: [second]) == ["was replaced by 2"])
    #expect(second.links(among: [first]) == ["replaced 1"])
  }
}

/// An operation with its events.
private struct Story {
  var stored: StoredOperation
  var events: [StoredEvent]
  var registration: String {
    get { stored.serviceWorkerRegistrationId }
    set { stored.serviceWorkerRegistrationId = newValue }
  }
  var state: OperationState?
  var marks: Operation.Marks = []

  init(_ logged: [LoggedEvent], _ id: Int64) {
    let scene = OperationScene.sample(of: logged, id: id)
    stored = scene.operation
    events = scene.events
  }

  private var whole: StoredOperation {
    var whole = stored
    let operation = stored.operation
    whole.operation = Operation(
      id: operation.id, service: operation.service, state: state ?? operation.state,
      began: operation.began,
      changed: operation.changed, next: nil, events: operation.events,
      attempts: operation.attempts, answers: operation.answers, failures: operation.failures,
      total: operation.total, marks: operation.marks.union(marks))
    return whole
  }

  func links(among others: [Story]) -> [String] {
    let scene = OperationScene(
      operation: whole, events: events,
      neighbours: others.map { .init(operation: $0.whole, events: $0.events) },
      watchedUntil: stored.operation.changed)
    return scene.links.map { "\($0.sentence) \($0.operation.id)" }
  }
}
