import OffstageCore
import Testing

@Suite struct PendingSyncTests {
  private static let now = Timestamp(iso8601: "2026-11-26T14:08:03Z")!

  private func sync(
    _ attempts: Int64, of maxAttempts: Int64? = 3, in wait: Interval?, every: Interval? = nil
  ) -> PendingSync {
    PendingSync(
      tag: "outbox", origin: "https://app.example", registrationId: "0", attempts: attempts,
      maxAttempts: maxAttempts, notBefore: wait.map { Self.now + $0 }, minInterval: every)
  }

  @Test func `a sync says when it is tried again`() {
    #expect(
      sync(1, in: .minutes(4)).sentence(now: Self.now, isOpen: true)
        == "It is tried again at 2026-11-26 14:12:03Z (in 4m 0s), attempt 2 of 3.")
    #expect(
      sync(2, in: .minutes(4)).sentence(now: Self.now, isOpen: false)
        == "It is tried again at 2026-11-26 14:12:03Z (in 4m 0s) if the browser runs then, "
        + "attempt 3 of 3, the last.")
  }

  @Test func `one that waits for a network says so`() {
    #expect(
      sync(0, in: nil).sentence(now: Self.now, isOpen: true)
        == "It was never fired and is as soon as there is a network, attempt 1 of 3.")
    #expect(
      sync(1, in: .minutes(-1)).sentence(now: Self.now, isOpen: false)
        == "It is due since 2026-11-26 14:07:03Z, and fired as soon as the browser runs and there is "
        + "a network, attempt 2 of 3.")
  }

  @Test func `a periodic one says what its page asked for`() {
    #expect(
      sync(0, in: .hours(2), every: .hours(12)).sentence(now: Self.now, isOpen: true)
        == "It is fired at 2026-11-26 16:08:03Z (in 2h 0m); its page asked for every 12h 0m.")
  }

  @Test(arguments: [(Int64.max, Int64.max), (-5, 3), (9, 3), (0, 0), (0, -1), (.min, .min)])
  func `no numbers are too strange to be put into words`(_ attempts: Int64, _ most: Int64) {
    let sync = sync(attempts, of: most, in: Interval(micros: .max), every: nil)
    #expect(!sync.sentence(now: Self.now, isOpen: true).isEmpty)
  }
}
