import NIOCore
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import CDP

@Suite(.timeLimit(.minutes(3))) struct WebSocketTransportTests {
  private func connect(
    _ server: TestServer, maximumFrameSize: Int = FrameLimits.maximumFrameSize
  ) async throws -> WebSocketTransport {
    try await WebSocketTransport.connect(
      to: Endpoint(host: "127.0.0.1", port: server.port, path: "/devtools/browser/1"),
      maximumFrameSize: maximumFrameSize)
  }

  private func serve(_ body: @escaping @Sendable (any Channel) -> Void) async throws -> TestServer {
    var behaviour = TestServer.Behaviour()
    behaviour.webSocket = body
    return try await TestServer.start(behaviour)
  }

  @Test func `it asks for its path with the host it dialled`() async throws {
    let server = try await serve { _ in }
    let transport = try await connect(server)
    var requests = server.requests.makeAsyncIterator()
    let request = await requests.next()
    #expect(request?.uri == "/devtools/browser/1")
    #expect(request?.headers["Host"] == ["127.0.0.1:\(server.port)"])
    #expect(request?.headers["Origin"] == [])
    await transport.close()
    await server.stop()
  }

  @Test func `messages and fragments come in whole and in order`() async throws {
    let server = try await serve { channel in
      channel.sendFrame("one")
      channel.sendFrame("tw", isFinal: false)
      channel.sendFrame("", .ping)
      channel.sendFrame("o", .continuation)
      channel.sendFrame("three", .binary)
    }
    let transport = try await connect(server)
    let collector = FrameCollector()
    async let running: Void = transport.run { collector.add($0) }
    await collector.wait(count: 3)
    #expect(collector.frames == ["one", "two", "three"])
    await transport.close()
    try await running
    await server.stop()
  }

  @Test func `pings are answered with what they hold`() async throws {
    let server = try await serve { $0.sendFrame("are you there", .ping) }
    let transport = try await connect(server)
    async let running: Void = transport.run { _ in }
    var frames = server.frames.makeAsyncIterator()
    let pong = await frames.next()
    #expect(pong?.opcode == .pong)
    #expect(pong.map { String(buffer: $0.unmaskedData) } == "are you there")
    await transport.close()
    try await running
    await server.stop()
  }

  @Test func `each message goes out as one masked frame, and the end is announced`() async throws {
    let server = try await serve { _ in }
    let transport = try await connect(server)
    let long = String(repeating: "x", count: 200_000)
    transport.send(Array("{}".utf8))
    transport.send(Array(long.utf8))
    var frames = server.frames.makeAsyncIterator()
    for expected in ["{}", long] {
      let frame = await frames.next()
      #expect(frame?.opcode == .text && frame?.fin == true && frame?.maskKey != nil)
      #expect(frame.map { String(buffer: $0.unmaskedData) } == expected)
    }
    await transport.close()
    #expect(await frames.next()?.opcode == .connectionClose)
    try await transport.run { _ in }
    await server.stop()
  }

  @Test func `a browser that closes says why`() async throws {
    let server = try await serve { channel in
      channel.sendFrame("last")
      var data = ByteBuffer()
      data.write(webSocketErrorCode: .goingAway)
      data.writeString("target closed")
      channel.writeAndFlush(
        WebSocketFrame(fin: true, opcode: .connectionClose, data: data), promise: nil)
    }
    let transport = try await connect(server)
    let collector = FrameCollector()
    await #expect {
      try await transport.run { collector.add($0) }
    } throws: {
      let error = $0 as? CDPError
      return error?.code == .closed && error?.underlying?.contains("target closed") == true
    }
    #expect(collector.frames == ["last"])
    await server.stop()
  }

  @Test func `an end in the middle of a message is told as one`() async throws {
    let (channels, opened) = AsyncStream<any Channel>.makeStream()
    let server = try await serve { opened.yield($0) }
    let transport = try await connect(server)
    var iterator = channels.makeAsyncIterator()
    let channel = try #require(await iterator.next())
    channel.sendFrame("whole")
    channel.sendFrame("ha", isFinal: false)
    channel.close(promise: nil)
    let collector = FrameCollector()
    let context = await failure { try await transport.run { collector.add($0) } }
    #expect(context == "the browser closed the connection in the middle of a message")
    #expect(collector.frames == ["whole"])
    await server.stop()
  }

  @Test(arguments: [false, true])
  func `a message that is too long ends the connection`(inFragments: Bool) async throws {
    let server = try await serve { channel in
      channel.sendFrame("short")
      if inFragments {
        for _ in 0..<12 { channel.sendFrame(String(repeating: "x", count: 100), isFinal: false) }
      } else {
        channel.sendFrame(String(repeating: "x", count: 1001))
      }
    }
    let transport = try await connect(server, maximumFrameSize: 1000)
    let collector = FrameCollector()
    let code = await failureCode { try await transport.run { collector.add($0) } }
    // A second start inside a message breaks the protocol before it is too long.
    #expect(code == (inFragments ? .malformed : .tooLarge))
    #expect(collector.frames == ["short"])
    await server.stop()
  }

  @Test func `who does not keep up slows the sender, and loses nothing`() async throws {
    let count = 3_000
    let sent = Counter()
    let server = try await serve { channel in
      let frame = WebSocketFrame(
        fin: true, opcode: .text, data: ByteBuffer(string: String(repeating: "x", count: 10_000)))
      @Sendable func send(_ left: Int) {
        guard left > 0 else { return }
        channel.writeAndFlush(frame).whenSuccess {
          sent.add(1)
          send(left - 1)
        }
      }
      send(count)
    }
    let transport = try await connect(server)
    let received = Counter()
    let most = Counter()
    async let running: Void = transport.run { frames in
      if received.value < 1_000 { try? await Task.sleep(for: .milliseconds(50)) }
      received.add(frames.count)
      most.raise(to: sent.value - received.value)
      if received.value == count { await transport.close() }
    }
    try await running
    #expect(received.value == count)
    // The queue, and what the kernel holds on both sides of a loopback socket.
    #expect(most.value * 10_000 < FrameQueue.highWaterMark + 16 << 20)
    await server.stop()
  }

  @Test func `who does not let us in is told from who is no browser`() async throws {
    for (status, code) in [(403, CDPError.Code.refused), (404, .unreachable), (200, .notDevTools)] {
      var behaviour = TestServer.Behaviour()
      behaviour.answer = { _ in TestServer.Answer(status: status, body: "nothing here") }
      let server = try await TestServer.start(behaviour)
      #expect(await failureCode { _ = try await connect(server) } == code)
      await server.stop()
    }
    var mail = TestServer.Behaviour()
    mail.greeting = "220 mail.example ESMTP ready\r\n"
    let server = try await TestServer.start(mail)
    #expect(await failureCode { _ = try await connect(server) } == .notDevTools)
    await server.stop()
  }

  @Test func `a browser that waits for a click is waited for, and said to be`() async throws {
    var behaviour = TestServer.Behaviour()
    behaviour.isSilent = true
    let server = try await TestServer.start(behaviour)
    var endpoint = Endpoint(host: "127.0.0.1", port: server.port, path: "/devtools/browser/1")
    endpoint.needsApproval = true
    let said = Counter()
    let code = await failureCode {
      _ = try await WebSocketTransport.connect(
        to: endpoint, timeout: .seconds(5), approvalTimeout: .milliseconds(200)
      ) { _ in said.add(1) }
    }
    #expect(code == .approvalPending)
    #expect(said.value == 1)
    endpoint.needsApproval = false
    let other = await failureCode {
      _ = try await WebSocketTransport.connect(to: endpoint, timeout: .milliseconds(200))
    }
    #expect(other == .timedOut)
    await server.stop()
  }

  @Test func `a wait for a click can be given up`() async throws {
    var behaviour = TestServer.Behaviour()
    behaviour.isSilent = true
    let server = try await TestServer.start(behaviour)
    let endpoint = Endpoint(
      host: "127.0.0.1", port: server.port, path: "/", needsApproval: true)
    let (waiting, input) = AsyncStream<Void>.makeStream()
    let code = await withTaskGroup(of: CDPError.Code?.self) { group in
      group.addTask {
        await failureCode {
          _ = try await WebSocketTransport.connect(to: endpoint) { _ in input.yield() }
        }
      }
      for await _ in waiting { break }
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(code == .cancelled)
    await server.stop()
  }
}
