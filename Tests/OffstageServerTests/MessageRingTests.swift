import Testing

@testable import OffstageServer

@Suite struct MessageRingTests {
  private func message(_ number: Int, bytes: Int = 1) -> [UInt8] {
    [UInt8](repeating: UInt8(number), count: bytes)
  }

  @Test func `a reader gets what came after its place, and none of it twice`() {
    var ring = MessageRing(countLimit: 10, byteLimit: 100)
    ring.append([message(0), message(1)])
    let place = ring.end
    ring.append([message(2)])
    #expect(Array(ring.messages(after: 0)) == [message(0), message(1), message(2)])
    #expect(Array(ring.messages(after: place)) == [message(2)])
    #expect(ring.messages(after: ring.end).isEmpty)
    #expect(ring.missed(after: 0) == 0)
  }

  @Test(arguments: [(3, 1000), (1000, 3)])
  func `the oldest go where there are too many or too large ones, and are counted`(
    _ countLimit: Int, _ byteLimit: Int
  ) {
    var ring = MessageRing(countLimit: countLimit, byteLimit: byteLimit)
    for number in 0..<5 { ring.append([message(number)]) }
    #expect(Array(ring.messages(after: 0)) == [message(2), message(3), message(4)])
    #expect(ring.missed(after: 0) == 2)
    #expect(ring.missed(after: 3) == 0)
    #expect(ring.end == 5)
  }

  @Test func `one that is larger than all may be is not kept`() {
    var ring = MessageRing(countLimit: 10, byteLimit: 100)
    ring.append([message(0), message(1, bytes: 101)])
    #expect(ring.messages(after: 0).isEmpty)
    #expect(ring.missed(after: 0) == 2)
  }
}
