import Foundation
import JSON
import OffstageCore
import OffstageTesting
import Testing

@Suite struct `A timestamp` {
  @Test(arguments: [
    (1_795_356_129_837_642, "2026-11-22T14:02:09.837642Z"), (0, "1970-01-01T00:00:00.000000Z"),
    (-1, "1969-12-31T23:59:59.999999Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
    (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
    (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    (4_107_542_400_000_001, "2100-03-01T00:00:00.000001Z"),
  ])
  func `prints and parses RFC 3339`(_ micros: Int64, _ text: String) {
    #expect(Timestamp(micros: micros).iso8601 == text)
    #expect(Timestamp(iso8601: text) == Timestamp(micros: micros))
  }

  @Test func `agrees with Foundation's calendar`() throws {
    var random = SeededGenerator(seed: 1)
    let style = Date.ISO8601FormatStyle()
    for _ in 0..<500 {
      let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
      let wanted = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
      let text = Timestamp(micros: seconds * 1_000_000).iso8601
      // Before 1582 Foundation may count by the Julian calendar.
      if seconds > -12_219_292_800 {
        #expect(text == wanted.dropLast() + ".000000Z")
      }
      #expect(Timestamp(iso8601: text)?.micros == seconds * 1_000_000)
    }
  }

  @Test(arguments: [
    ("2026-11-22", 1_795_305_600_000_000), ("2026-11-22T14:02Z", 1_795_356_120_000_000),
    ("2026-11-22T14:02:09Z", 1_795_356_129_000_000),
    ("2026-11-22t14:02:09z", 1_795_356_129_000_000),
    ("2026-11-22 14:02:09Z", 1_795_356_129_000_000),
    ("2026-11-22T15:32:09+01:30", 1_795_356_129_000_000),
    ("2026-11-22T06:02:09-08:00", 1_795_356_129_000_000),
    ("2026-11-22T14:02:09.8376429999999999999999Z", 1_795_356_129_837_642),
    ("2026-11-22T14:02:09.8Z", 1_795_356_129_800_000),
    ("2026-12-31T23:59:60Z", 1_798_761_600_000_000),
  ])
  func `takes every spelling of RFC 3339`(_ text: String, _ micros: Int64) {
    #expect(Timestamp(iso8601: text)?.micros == micros)
  }

  @Test(arguments: [
    "", " ", "2026", "2026-13-01", "2026-00-01", "2026-02-29", "2026-04-31", "2026-11-00",
    "2026-11-22T", "2026-11-22T24:00:00Z", "2026-11-22T14:60:00Z", "2026-11-22T14:02:61Z",
    "2026-11-22T14:02:09", "2026-11-22T14:02:09.Z", "2026-11-22T14:02:09+25:00",
    "2026-11-22T14:02:09+0130", "2026-11-22T14:02:09Z ", "+2026-11-22", "-001-01-01",
    "２０２６-11-22", "2026-11-22T14:02:09Z\u{0}", "20261122", "99999-01-01",
  ])
  func `refuses what is none`(_ text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test(arguments: [
    ("1795355651.7581742", 1_795_355_651_758_174), ("1795355651.7581739", 1_795_355_651_758_174),
    ("0.0000004", 0), ("-0.000001", -1), ("1e9", 1_000_000_000_000_000),
  ])
  func `takes the browser's seconds to the microsecond`(_ seconds: String, _ micros: Int64) throws {
    #expect(Timestamp(seconds: try #require(JSONNumber(seconds)))?.micros == micros)
  }

  @Test(arguments: [
    "1e300", "-1e300", "9223372036854.775807", "-9223372036854.775808", "253402300800",
    "99999999999999999999", "1e999",
  ])
  func `refuses seconds that are no time`(_ seconds: String) throws {
    #expect(Timestamp(seconds: try #require(JSONNumber(seconds))) == nil)
  }

  @Test func `every microsecond of a day comes back from its double`() throws {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<2000 {
      let micros = 1_795_305_600_000_000 + Int64.random(in: 0..<86_400_000_000, using: &random)
      // Chromium divides twice; what the double adds is less than half a microsecond.
      let written = try #require(JSONNumber("\(Double(micros) / 1e3 / 1e3)"))
      #expect(Timestamp(seconds: written)?.micros == micros)
    }
  }

  @Test func `arithmetic at the ends of the range stays there`() {
    let end = Timestamp(micros: .max)
    let start = Timestamp(micros: .min)
    #expect(end + .seconds(1) == end)
    #expect(start - .seconds(1) == start)
    #expect((end - start).micros == .max)
    #expect((start - end).micros == .min)
    #expect((ManualClock.start - .days(2)) + .days(2) == ManualClock.start)
  }
}
