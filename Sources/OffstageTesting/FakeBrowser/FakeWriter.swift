import NIOCore

/// How messages stand one after the other on a connection.
enum FakeFraming: Sendable {
  case webSocket
  /// Each ended by a NUL, as over `--remote-debugging-pipe`.
  case pipe

  func write(_ message: [UInt8], to buffer: inout ByteBuffer) {
    switch self {
    case .webSocket:
      Self.writeHeader(count: message.count, to: &buffer)
      buffer.writeBytes(message)
    case .pipe:
      buffer.writeBytes(message)
      buffer.writeInteger(UInt8(0))
    }
  }

  /// One unmasked text frame, as a server's.
  private static func writeHeader(count: Int, to buffer: inout ByteBuffer) {
    buffer.writeInteger(UInt8(0x81))
    switch count {
    case ..<126:
      buffer.writeInteger(UInt8(count))
    case ..<65_536:
      buffer.writeInteger(UInt8(126))
      buffer.writeInteger(UInt16(count))
    default:
      buffer.writeInteger(UInt8(127))
      buffer.writeInteger(UInt64(count))
    }
  }

  /// A close frame with status 1001, going away.
  var closing: [UInt8] {
    switch self {
    case .webSocket: [0x88, 0x02, 0x03, 0xE9]
    case .pipe: []
    }
  }
}

/// Writes to one client what the fake browser has for it: many messages in one buffer, the next
/// buffer made while one is being written, never more than that in memory.
struct FakeWriter {
  private static let bufferSize = 128 * 1024
  let channel: any Channel
  let framing: FakeFraming
  private var buffer: ByteBuffer
  private var message: [UInt8] = []
  private var inFlight: EventLoopFuture<Void>?

  init(channel: any Channel, framing: FakeFraming) {
    self.channel = channel
    self.framing = framing
    buffer = channel.allocator.buffer(capacity: Self.bufferSize + 4096)
  }

  /// Until the client is gone.
  mutating func run(for client: ClientID, of browser: FakeBrowser) async {
    do {
      while true {
        let outputs = await browser.next(for: client)
        guard !outputs.isEmpty else { break }
        for output in outputs {
          if case .end(let how, _) = output {
            try await end(how)
            return
          }
          try await write(output)
        }
        try await flush()
        try await inFlight?.get()
        inFlight = nil
      }
    } catch {
      // The client closed the connection: what was left for it is nobody's.
    }
    try? await channel.close()
  }

  private mutating func write(_ output: FakeOutput) async throws {
    switch output {
    case .message(let bytes, _):
      framing.write(bytes, to: &buffer)
      if buffer.readableBytes >= Self.bufferSize { try await flush() }
    case .events(let batch, _):
      var rest = FakeEventBatch.Messages(batch)
      while rest.writeNext(into: &message) {
        framing.write(message, to: &buffer)
        if buffer.readableBytes >= Self.bufferSize { try await flush() }
      }
    case .unframed(let bytes, _):
      buffer.writeBytes(bytes)
    case .end, .exited, .started:
      break
    }
  }

  private mutating func flush() async throws {
    guard buffer.readableBytes > 0 else { return }
    try await inFlight?.get()
    inFlight = channel.writeAndFlush(buffer)
    buffer = channel.allocator.buffer(capacity: Self.bufferSize + 4096)
  }

  private mutating func end(_ how: FakeEnding) async throws {
    switch how {
    case .clean:
      buffer.writeBytes(framing.closing)
    case .abrupt:
      break
    case .midFrame(let message, let count):
      var frame = channel.allocator.buffer(capacity: message.count + 16)
      framing.write(message, to: &frame)
      buffer.writeBytes(frame.readableBytesView.prefix(max(0, min(count, frame.readableBytes - 1))))
    }
    try await flush()
    try await inFlight?.get()
    try await channel.close()
  }
}
