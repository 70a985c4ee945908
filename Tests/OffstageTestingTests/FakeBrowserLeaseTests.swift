import OffstageTesting
import Testing

struct FakeBrowserLeaseTests {
  private var desk = Desk()
  private let client: ClientID
  private let session: String
  private let note = FakeScene.notification(tag: "a", title: "One")

  init() {
    client = desk.connect()
    session = desk.openHidden(named: "hidden", from: client)
    _ = desk.startObserving(.notifications, on: session, from: client)
    _ = desk.startObserving(.pushMessaging, on: session, from: client)
    _ = desk.setRecording(.notifications, true, on: session, from: client)
    _ = desk.setRecording(.pushMessaging, true, on: session, from: client)
  }

  @Test mutating func `the end of a lease is silent until the next event, which is lost`() {
    desk.perform(.advanceClock(micros: FakeLease.micros + 1))
    #expect(desk.collect(client) == [])
    let late = desk.openHidden(named: "late", from: client)
    #expect(
      desk.startObserving(.notifications, on: late, from: client) == [
        "late < recording notifications on", "late < ok",
      ])
    desk.perform(.log(note))
    #expect(
      desk.collect(client) == [
        "hidden < recording notifications off", "late < recording notifications off",
      ])
    #expect(desk.model.log(of: .main, .notifications).isEmpty)
    // The other services stay on, stale, until an event of their own.
    #expect(desk.model.contexts[0].lease.isRecording(.pushMessaging))
  }

  @Test mutating func `a lease can end by the script`() {
    desk.perform(.expireLease(.notifications))
    desk.perform(.log(note))
    #expect(desk.collect(client) == ["hidden < recording notifications off"])
  }

  @Test mutating func `asking again renews and tells every observer`() {
    desk.perform(.advanceClock(micros: FakeLease.micros - 1_000))
    desk.perform(.setRecordingByOther(.notifications, true))
    #expect(desk.collect(client) == ["hidden < recording notifications on"])
    desk.perform(.advanceClock(micros: FakeLease.micros - 1_000))
    desk.perform(.log(note))
    #expect(desk.model.log(of: .main, .notifications).count == 1)
  }

  @Test mutating func `a kill loses a flip that was not yet on disk`() {
    desk.perform(.advanceClock(micros: 12_000_000))
    desk.perform(.setRecordingByOther(.pushMessaging, false))
    desk.perform(.crashWithoutClose)
    desk.perform(.restart)
    #expect(desk.model.contexts[0].lease.isRecording(.pushMessaging))
    #expect(desk.model.contexts[0].lease.isRecording(.notifications))
  }

  @Test mutating func `flags and log outlive a restart, sessions and private contexts do not`() {
    desk.perform(.contextAppears("private"))
    desk.perform(.log(note))
    desk.perform(.log(note, in: "private"))
    let before = (run: desk.model.runID, context: desk.model.contexts[0].id)
    desk.perform(.restart)
    #expect(desk.endings[client] == .abrupt)
    #expect(desk.model.clients.isEmpty)
    #expect(desk.model.runID != before.run)
    #expect(desk.model.contexts.count == 1)
    #expect(desk.model.contexts[0].id != before.context)
    #expect(desk.model.log(of: .main, .notifications).count == 1)
    #expect(desk.model.contexts[0].lease.isRecording(.notifications))
    #expect(desk.model.everKept(in: "private").count == 1)
  }

  @Test mutating func `an expiry in the past starts as not recording`() {
    desk.perform(.expireLease(.notifications))
    desk.perform(.restart)
    #expect(!desk.model.contexts[0].lease.isRecording(.notifications))
  }

  @Test mutating func `a private context copies the flags once and has its own log`() {
    desk.perform(.contextAppears("private"))
    desk.perform(.setRecordingByOther(.notifications, false))
    desk.perform(.log(note, in: "private"))
    desk.perform(.log(note))
    #expect(desk.model.log(of: "private", .notifications).count == 1)
    #expect(desk.model.log(of: .main, .notifications).isEmpty)
    #expect(desk.collect(client) == ["hidden < recording notifications off"])
  }
}
