import Testing

@testable import OffstageInspect

@Suite struct BlockLogTests {
  private static let records: [[UInt8]] = [
    [], [1], [UInt8](repeating: 2, count: 32_750), [UInt8](repeating: 3, count: 100_000), [4, 5],
  ]

  @Test func `records are read over the ends of blocks`() {
    let log = BlockLog(SampleDatabase.log(Self.records))
    #expect(log.records == Self.records)
    #expect(!log.isDamaged)
  }

  @Test func `a torn end costs the last record only, and is no damage`() {
    let whole = SampleDatabase.log(Self.records)
    for cut in [1, 2, 8, 9, 10, 100, 1000, 33_000] {
      let log = BlockLog(Array(whole.dropLast(cut)))
      #expect(log.records == Array(Self.records.prefix(cut < 10 ? 4 : 3)), "\(cut)")
      #expect(!log.isDamaged, "\(cut)")
    }
  }

  @Test func `after a damaged block the next ones are read`() {
    var bytes = SampleDatabase.log(Self.records)
    bytes[33_000] ^= 1
    let log = BlockLog(bytes)
    #expect(log.isDamaged)
    #expect(log.records.first == [])
    #expect(log.records.last == [4, 5])
  }

  @Test func `space that was set aside and not written is nothing`() {
    let log = BlockLog(
      SampleDatabase.log([[1, 2]]) + [UInt8](repeating: 0, count: 40_000))
    #expect(log.records == [[1, 2]])
    #expect(!log.isDamaged)
  }
}
