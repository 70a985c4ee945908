import Foundation
import Testing

@testable import CDP

@Suite(.timeLimit(.minutes(3))) struct PipeTransportTests {
  /// Both ends of a transport over pipes.
  private struct Bench {
    var transport: PipeTransport
    /// What the transport writes.
    var output: FileHandle
    /// What the transport reads.
    var input: FileHandle

    init(maximumFrameSize: Int = FrameLimits.maximumFrameSize) async throws {
      let toTransport = Pipe()
      let fromTransport = Pipe()
      transport = try await PipeTransport.open(
        reading: dup(toTransport.fileHandleForReading.fileDescriptor),
        writing: dup(fromTransport.fileHandleForWriting.fileDescriptor),
        maximumFrameSize: maximumFrameSize)
      try toTransport.fileHandleForReading.close()
      try fromTransport.fileHandleForWriting.close()
      output = fromTransport.fileHandleForReading
      input = toTransport.fileHandleForWriting
    }

    func write(_ text: String) throws { try input.write(contentsOf: Data(text.utf8)) }
  }

  @Test func `frames come in as they were sent, and the end is told`() async throws {
    let bench = try await Bench()
    let collector = FrameCollector()
    try bench.write("one\0two\0thr")
    try bench.write("ee\0")
    try bench.input.close()
    await #expect {
      try await bench.transport.run { collector.add($0) }
    } throws: {
      ($0 as? CDPError) == CDPError(.closed, "the browser closed its pipe")
    }
    #expect(collector.frames == ["one", "two", "three"])
  }

  @Test func `an end in the middle of a message is told as one`() async throws {
    let bench = try await Bench()
    try bench.write("one\0tw")
    try bench.input.close()
    let collector = FrameCollector()
    let context = await failure { try await bench.transport.run { collector.add($0) } }
    #expect(context == "the browser closed its pipe in the middle of a message")
    #expect(collector.frames == ["one"])
  }

  @Test func `frames go out with a zero byte each, in order`() async throws {
    let bench = try await Bench()
    for number in 0..<100 { bench.transport.send(Array("frame \(number)".utf8)) }
    let expected = (0..<100).map { "frame \($0)\0" }.joined()
    let sent = try bench.output.read(upToCount: expected.utf8.count)
    #expect(sent.map { String(decoding: $0, as: UTF8.self) } == expected)
    async let running: Void = bench.transport.run { _ in }
    await bench.transport.close()
    try await running
    #expect(try bench.output.readToEnd()?.isEmpty ?? true)
  }

  @Test func `a frame that is too long ends the connection with what came before it`() async throws
  {
    let bench = try await Bench(maximumFrameSize: 1000)
    try bench.write("short\0" + String(repeating: "x", count: 1001))
    let collector = FrameCollector()
    let code = await failureCode { try await bench.transport.run { collector.add($0) } }
    #expect(code == .tooLarge)
    #expect(collector.frames == ["short"])
  }

  @Test func `a long frame comes whole`() async throws {
    let bench = try await Bench()
    let collector = FrameCollector()
    let text = String(repeating: "0123456789", count: 1_000_000)
    async let running: Void = bench.transport.run { collector.add($0) }
    let input = bench.input
    try await withThrowingTaskGroup { group in
      group.addTask { try input.write(contentsOf: Data((text + "\0").utf8)) }
      await collector.wait(count: 1)
      try await group.waitForAll()
    }
    #expect(collector.frames == [text])
    await bench.transport.close()
    try await running
  }

  @Test func `who does not keep up slows the sender, and loses nothing`() async throws {
    let bench = try await Bench()
    let frame = String(repeating: "x", count: 9_999) + "\0"
    let count = 3_000
    let input = bench.input
    let collector = FrameCollector()
    let written = Counter()
    await withThrowingTaskGroup { group in
      group.addTask {
        let data = Data(frame.utf8)
        for _ in 0..<count {
          try input.write(contentsOf: data)
          written.add(data.count)
        }
        try input.close()
      }
      let most = Counter()
      _ = await failure {
        try await bench.transport.run { frames in
          // Long enough for the sender to run ahead, if it could.
          if collector.batchCount < 5 { try? await Task.sleep(for: .milliseconds(100)) }
          collector.add(frames)
          most.raise(to: written.value - collector.frames.reduce(0) { $0 + $1.utf8.count })
        }
      }
      #expect(most.value < 3 * FrameQueue.highWaterMark)
    }
    #expect(collector.frames.count == count)
  }

  @Test func `a task that is cancelled leaves the receive loop`() async throws {
    let bench = try await Bench()
    let code = await withTaskGroup(of: CDPError.Code?.self) { group in
      group.addTask { await failureCode { try await bench.transport.run { _ in } } }
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(code == .cancelled)
  }
}
