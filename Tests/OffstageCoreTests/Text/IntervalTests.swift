import OffstageCore
import OffstageTesting
import Testing

@Suite struct `A duration` {
  @Test(arguments: [
    ("90s", 90_000_000), ("1h30m", 5_400_000_000), ("3d", 259_200_000_000),
    ("2w", 1_209_600_000_000), ("500ms", 500_000), ("7us", 7), ("0s", 0), ("1H", 3_600_000_000),
    ("1d1d", 172_800_000_000),
  ])
  func `is read`(_ text: String, _ micros: Int64) throws {
    #expect(try Interval(parsing: text).micros == micros)
  }

  @Test(arguments: [
    "", " ", "5", "s", "5 s", "-5s", "+5s", "1.5h", "5x", "5sec", "1h30", "９s", "5ｓ", "1h 30m",
    "99999999999999999999s", "9223372036854775807w", "9223372036854775807us1us", "5s\u{0}",
    "\u{202E}5s",
  ])
  func `is refused with a hint when it is none`(_ text: String) {
    let error = #expect(throws: UsageError.self) { try Interval(parsing: text) }
    #expect(error?.hint != nil)
    #expect(error.map { !$0.message.unicodeScalars.contains { $0.value < 0x20 } } == true)
  }

  @Test(arguments: [
    (0, "0.0 ms"), (400, "0.4 ms"), (999, "0.9 ms"), (13_000, "13 ms"), (999_999, "999 ms"),
    (4_120_000, "4.1 s"), (59_999_999, "59.9 s"), (60_000_000, "1m 0s"), (5_400_000_000, "1h 30m"),
    (255_600_000_000, "2d 23h"), (-13_000, "-13 ms"), (-4_120_000, "-4.1 s"),
  ])
  func `is short for people`(_ micros: Int64, _ text: String) {
    #expect(Interval(micros: micros).short == text)
  }

  @Test(arguments: [Int64.min, .min + 1, .max])
  func `of any length has a short form`(_ micros: Int64) {
    #expect(!Interval(micros: micros).short.isEmpty)
  }

  // MARK: Bounds and keeping

  @Test func `as a bound is how long ago`() throws {
    let now = ManualClock.start
    #expect(try TimeBound(parsing: "2h", now: now).timestamp == now - .hours(2))
    #expect(try TimeBound(parsing: "0s", now: now).timestamp == now)
    let moment = try TimeBound(parsing: "2026-11-22T14:00:00Z", now: Timestamp(micros: 0))
    #expect(moment.timestamp == ManualClock.start)
    #expect(try TimeBound(parsing: "1970-01-01", now: now).timestamp.micros == 0)
    _ = try TimeBound(parsing: "9223372036854775807us", now: Timestamp(micros: -5))
  }

  @Test(arguments: ["", "yesterday", "-2h", "2026-11-31", "\u{1B}[2J"])
  func `bound that is neither a duration nor a date is refused`(_ text: String) {
    let error = #expect(throws: UsageError.self) {
      try TimeBound(parsing: text, now: ManualClock.start)
    }
    #expect(error?.hint?.contains("RFC 3339") == true)
    #expect(error?.message.contains("\u{1B}") == false)
  }

  @Test func `of keeping is forever or more than nothing`() throws {
    #expect(try KeepSetting(parsing: "forever").interval == nil)
    #expect(try KeepSetting(parsing: "3d").interval == .days(3))
    for text in ["0s", "", "Forever", "3"] {
      #expect(throws: UsageError.self) { try KeepSetting(parsing: text) }
    }
  }

  @Test(arguments: Service.allCases)
  func `a service is known by both its names`(_ service: Service) throws {
    #expect(try Service(parsing: service.rawValue) == service)
    #expect(try Service(parsing: service.shortName) == service)
    #expect(Service(code: service.code) == service)
    let error = #expect(throws: UsageError.self) { try Service(parsing: service.title) }
    #expect(error?.hint?.contains(service.shortName) == true)
  }
}
