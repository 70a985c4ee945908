#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import NIOCore
import NIOPosix

/// A message bus of our own on a socket that only this user can reach, for one browser.
///
/// ```swift
/// let folder = try BusFolder(parents: ["/tmp"])
/// let bus = try await PrivateBus.open(at: folder.socketPath, serviceName: NotificationServer.name)
/// try await bus.run(service)        // until it is cancelled
/// ```
///
/// It has to outlive the browser: Chromium ends itself when its bus is gone.
package actor PrivateBus {
  /// How many signals wait for a client that does not read. More are lost: to hang up on it would
  /// end it, Chromium at least (`dbus/bus.cc`). Its own calls wait for it to read their replies.
  private static let mostWaiting = 1024
  private static let readSize = 1 << 16

  private typealias Socket = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  /// For `DBUS_SESSION_BUS_ADDRESS`.
  package nonisolated let address: String
  private let listener: NIOAsyncChannel<Socket, Never>
  private var bus: Bus
  private var outputs: [BusClientID: AsyncStream<[UInt8]>.Continuation] = [:]
  private var lastClient = 0

  private init(address: String, listener: NIOAsyncChannel<Socket, Never>, bus: Bus) {
    self.address = address
    self.listener = listener
    self.bus = bus
  }

  package static func open(
    at path: String, serviceName: String
  ) async throws(BusFault) -> PrivateBus {
    do {
      let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelOption(
          .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: readSize)
        )
        .bind(unixDomainSocketPath: path) { channel in
          channel.eventLoop.makeCompletedFuture {
            try Socket(wrappingChannelSynchronously: channel)
          }
        }
      let guid = (0..<4).map { _ in
        let part = String(UInt32.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 8 - part.count) + part
      }.joined()
      return PrivateBus(
        address: "unix:path=\(escaped(path)),guid=\(guid)", listener: listener,
        bus: Bus(serviceName: serviceName, user: geteuid(), guid: guid))
    } catch {
      throw BusFault("the message bus could not listen on \(path): \(error)")
    }
  }

  /// <https://dbus.freedesktop.org/doc/dbus-specification.html#addresses>
  private static func escaped(_ path: String) -> String {
    path.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "*"):
        String(Unicode.Scalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }.joined()
  }

  /// Serves until the task is cancelled.
  package func run(_ service: some BusService) async throws {
    try await listener.executeThenClose { sockets in
      try await withThrowingDiscardingTaskGroup { group in
        for try await socket in sockets {
          group.addTask { await self.serve(socket, service) }
        }
      }
    }
  }

  package func emit(path: String, interface: String, member: String, body: [WireValue]) {
    deliver(bus.emit(path: path, interface: interface, member: member, body: body))
  }

  // MARK: One client

  private func serve(_ socket: Socket, _ service: some BusService) async {
    guard let (id, waiting) = connected() else {
      try? await socket.channel.close()
      return
    }
    // What a client does is no fault of the bus.
    try? await socket.executeThenClose { input, output in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for await bytes in waiting { try await output.write(ByteBuffer(bytes: bytes)) }
        }
        group.addTask { try await self.read(input, output, from: id, service) }
        // Whichever ends first ends the other.
        defer { group.cancelAll() }
        try await group.next()
      }
    }
    await service.disconnected(id)
    disconnected(id)
  }

  private func connected() -> (BusClientID, AsyncStream<[UInt8]>)? {
    lastClient += 1
    let id = BusClientID(lastClient)
    guard bus.connected(id) else { return nil }
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream(
      bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    outputs[id] = continuation
    return (id, stream)
  }

  private func disconnected(_ id: BusClientID) {
    outputs.removeValue(forKey: id)?.finish()
    deliver(bus.disconnected(id))
  }

  private func read(
    _ input: NIOAsyncChannelInboundStream<ByteBuffer>,
    _ output: NIOAsyncChannelOutboundWriter<ByteBuffer>, from id: BusClientID,
    _ service: some BusService
  ) async throws {
    for try await buffer in input {
      for action in bus.receive(Array(buffer.readableBytesView), from: id) {
        switch action {
        case .send(let bytes, to: id): try await output.write(ByteBuffer(bytes: bytes))
        case .close(id): return
        case .call(let call, from: _):
          let reply = await service.answer(call, from: id)
          for action in bus.reply(reply, to: call, from: id) {
            guard case .send(let bytes, to: _) = action else { continue }
            try await output.write(ByteBuffer(bytes: bytes))
          }
        case .send, .close: deliver([action])
        }
      }
    }
  }

  private func deliver(_ actions: [Bus.Action]) {
    for case .send(let bytes, to: let id) in actions {
      outputs[id]?.yield(bytes)
    }
  }
}
