import JSON
import OffstageCore
import OffstageTesting
import Testing

/// What makes an event the same event.
@Suite struct `An event's identity` {
  @Test func `does not depend on the metadata's order`() throws {
    let pairs = [("b", "2"), ("a", "1"), ("a", "0"), ("caf\u{E9}", "x"), ("cafe\u{301}", "y")]
      .map { LoggedEvent.Metadata(key: $0.0, value: $0.1) }
    func event(_ metadata: [LoggedEvent.Metadata]) throws -> LoggedEvent {
      try #require(
        LoggedEvent(
          timestampNumber: .decimal(digits: 1, scale: 0), service: .notifications, eventName: "n",
          instanceId: "i",
          origin: "o", storageKey: nil, serviceWorkerRegistrationId: "0", metadata: metadata))
    }
    let sorted = try event(pairs)
    for seed in UInt64(0)..<20 {
      var random = SeededGenerator(seed: seed)
      let shuffled = try event(pairs.shuffled(using: &random))
      #expect(EventIdentity(of: shuffled) == EventIdentity(of: sorted))
      #expect(
        shuffled.metadata.map { Array($0.key.utf8) } == sorted.metadata.map { Array($0.key.utf8) })
    }
  }

  @Test func `tells fields apart that run together`() {
    let one = LoggedEvent.sample(instance: "ab", registration: "c", ["d": "ef"])
    let two = LoggedEvent.sample(instance: "a", registration: "bc", ["d": "ef"])
    let three = LoggedEvent.sample(instance: "ab", registration: "c", ["de": "f"])
    #expect(Set([one, two, three].map { EventIdentity(of: $0).digest }).count == 3)
  }

  @Test func `rests on the storage key, and on the origin where there is none`() {
    func digest(_ origin: String, _ key: String?) -> Int64 {
      EventIdentity(of: .sample(origin: origin, storageKey: key)).digest
    }
    #expect(digest("https://a/", "k") == digest("https://b/", "k"))
    #expect(digest("https://a/", nil) != digest("https://b/", nil))
    #expect(digest("https://a/", nil) == digest("https://b/", "https://a/"))
  }

  /// Stored identities rest on it: another digest needs a migration.
  @Test func `has the digest that stores hold`() {
    let event = LoggedEvent.sample(
      "Push event dispatched", instance: "0:1%6d1a", ["Payload": "héllo", "A": ""])
    #expect(EventIdentity(of: event).digest == -7_321_204_115_058_497_788)
    #expect(EventIdentity(of: event).place.rawValue == 5 << 8 | 20)
  }

  @Test func `orders by moment, service, rank, digest, ordinal`() {
    let events: [LoggedEvent] = [
      .sample("Background Fetch completed", .backgroundFetch),
      .sample("Push message received"), .sample("Push event dispatched"),
      .sample("Unheard of"), .sample("Payment request", .paymentHandler),
    ]
    let identities = events.map { EventIdentity(of: $0) }
    #expect(identities.sorted() == identities)
    let later = EventIdentity(
      of: .sample(
        "Background Fetch registered", .backgroundFetch,
        at: ManualClock.start + Interval(micros: 1)))
    #expect(identities.allSatisfy { $0 < later })
    #expect(EventIdentity(of: events[0], ordinal: 0) < EventIdentity(of: events[0], ordinal: 1))
  }

  // MARK: Ordinals

  @Test func `counts equal events, however many of the microsecond lie between`() {
    var counter = OrdinalCounter(observationStart: ManualClock.start)
    let old = ManualClock.start - .days(1)
    let order = ["a", "b", "a", "c", "a", "b"]
    let ordinals = order.map { counter.number(.sample(at: old, instance: $0)).ordinal }
    #expect(ordinals == [0, 0, 1, 0, 2, 1])
    #expect(counter.number(.sample(at: old + Interval(micros: 1), instance: "a")).ordinal == 0)
  }

  @Test func `counts across live and replay where they meet`() {
    var counter = OrdinalCounter(observationStart: ManualClock.start)
    let meeting = LoggedEvent.sample(at: ManualClock.start)
    let old = LoggedEvent.sample(at: ManualClock.start - .days(1))
    #expect(counter.number(meeting).ordinal == 0)
    #expect(counter.number(old).ordinal == 0)
    #expect(counter.number(meeting).ordinal == 1)
    counter.replayDidEnd()
    #expect(counter.number(meeting).ordinal == 2)
    let later = LoggedEvent.sample(at: ManualClock.start + .hours(1))
    #expect(counter.number(later).ordinal == 0)
    #expect(counter.number(later).ordinal == 1)
  }
}
