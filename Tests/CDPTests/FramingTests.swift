import Testing

@testable import CDP

@Suite struct FramingTests {
  private func cut(_ text: String, reads: [Int], limit: Int = 100) throws -> [String] {
    var framer = NULFramer(maximumFrameSize: limit)
    var frames: [[UInt8]] = []
    var rest = Array(text.utf8)[...]
    for count in reads + [rest.count] {
      let part = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      try part.withUnsafeBytes { try framer.append($0, to: &frames) }
    }
    #expect(framer.isInsideFrame == !(text.isEmpty || text.hasSuffix("\0")))
    return frames.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [[], [1], [2], [3], [1, 1, 1], [4, 1, 2], [0, 3, 0, 3]])
  func `frames are the same however the bytes come`(reads: [Int]) throws {
    #expect(try cut("ab\0\0cde\0f", reads: reads) == ["ab", "", "cde"])
  }

  @Test func `a frame of the longest length passes, one more byte does not`() throws {
    let text = String(repeating: "a", count: 10)
    #expect(try cut(text + "\0", reads: [4], limit: 10) == [text])
    #expect(throws: NULFramer.FrameTooLong.self) { try cut(text + "a\0", reads: [4], limit: 10) }
    #expect(throws: NULFramer.FrameTooLong.self) { try cut(text + "a\0", reads: [], limit: 10) }
    #expect(throws: NULFramer.FrameTooLong.self) { try cut(text + "a", reads: [], limit: 10) }
  }

  private func assemble(_ assembler: inout WebSocketAssembler, _ text: String, _ kind: String)
    throws -> String?
  {
    try assembler.append(
      Array(text.utf8), isContinuation: kind.contains("c"), isFinal: kind.contains("f")
    ).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `fragments become one message`() throws {
    var assembler = WebSocketAssembler(maximumFrameSize: 10)
    #expect(try assemble(&assembler, "whole", "f") == "whole")
    #expect(try assemble(&assembler, "ab", "") == nil)
    #expect(assembler.isInsideMessage)
    #expect(try assemble(&assembler, "", "c") == nil)
    #expect(try assemble(&assembler, "cd", "cf") == "abcd")
    #expect(!assembler.isInsideMessage)
  }

  @Test func `fragments out of place and too much of them are refused`() throws {
    var assembler = WebSocketAssembler(maximumFrameSize: 4)
    #expect(throws: WebSocketAssembler.Violation.continuationWithoutStart) {
      try assemble(&assembler, "a", "cf")
    }
    #expect(throws: WebSocketAssembler.Violation.tooLong) { try assemble(&assembler, "abcde", "f") }
    _ = try assemble(&assembler, "abc", "")
    #expect(throws: WebSocketAssembler.Violation.startInsideMessage) {
      try assemble(&assembler, "a", "f")
    }
    #expect(throws: WebSocketAssembler.Violation.tooLong) { try assemble(&assembler, "de", "cf") }
  }
}
