import NIOCore
import Testing

@testable import CDP

@Suite struct ReadPacerTests {
  private func at(_ micros: UInt64) -> NIODeadline { .uptimeNanoseconds(micros * 1000) }

  @Test func `reads at once after a pause, and a burst twice a millisecond`() {
    var pacer = ReadPacer()
    let reads = [5000, 5010, 5020, 6000, 6010, 6020, 6030, 9000].map {
      pacer.nextRead(at: at($0))
    }
    #expect(
      reads == [5000, 5010, 6000, 6000, 6010, 7000, 7000, 9000].map(at))
  }
}
