@testable import DBus
import Foundation
import NIOCore
import NIOPosix
import OffstageTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct PrivateBusTests {
  @Test func `a client that has said hello is answered, and told of what it wants`() async throws {
    try await withBus { bus, service in
      try await SocketClient.with(bus) { client in
        #expect(try await client.call("GetId").body == [.string(guid(of: bus))])
        _ = try await client.call("AddMatch", [.string("type='signal',member='Rang'")])
        let reply = try await client.call("Ring", to: NotificationServer.name, [.uint32(7)])
        #expect(reply.body == [.string("Ring from 1")] && reply.sender == ":1.0")
        await bus.emit(path: "/bell", interface: "a.b", member: "Rang", body: [.uint32(7)])
        #expect(try await client.next { $0.kind == .signal }.member == "Rang")
      }
      #expect(await service.gone(1))
    }
  }

  @Test func `what is said once a call is answered comes after the answer`() async throws {
    try await withBus { bus, service in
      await service.ring(on: bus)
      try await SocketClient.with(bus) { client in
        _ = try await client.call("AddMatch", [.string("type='signal',member='Rang'")])
        for number in 1...200 {
          var call = BusCorpus.hello
          call.serial = UInt32(5000 + number)
          call.destination = NotificationServer.name
          call.member = "Ring"
          client.post(call.bytes)
          #expect(try await client.next { _ in true }.kind == .reply)
          #expect(try await client.next { _ in true }.member == "Rang")
        }
      }
    }
  }

  @Test func `bytes that are no message end that client's connection alone`() async throws {
    try await withBus { bus, _ in
      try await SocketClient.with(bus) { good in
        try await SocketClient.with(bus) { bad in
          try await bad.send(Array(repeating: 0x41, count: 64))
          await #expect(throws: SocketClient.Ended.self) { try await bad.next { _ in false } }
        }
        #expect(try await good.call("GetId").kind == .reply)
      }
    }
  }

  @Test func `a client that does not read holds up nobody, and is not hung up on`() async throws {
    try await withBus { bus, _ in
      try await SocketClient.with(bus) { slow in
        _ = try await slow.call("AddMatch", [.string("type='signal',member='Rang'")])
        // More replies than its socket holds.
        let calls = 5000
        let call = BusCorpus.hello
        for number in 1...calls {
          var call = call
          call.serial = UInt32(1000 + number)
          call.member = "ListNames"
          slow.post(call.bytes)
        }
        for _ in 0..<3000 {
          await bus.emit(
            path: "/", interface: "a.b", member: "Rang",
            body: [.string(String(repeating: "x", count: 1000))])
        }
        try await SocketClient.with(bus) { quick in
          let reply = try await quick.call("GetId")
          #expect(reply.kind == .reply)
        }
        // Once it reads again, all its calls have been answered.
        let last = UInt32(1000 + calls)
        #expect(try await slow.next { $0.replySerial == last }.kind == .reply)
      }
    }
  }

  @Test func `the socket's folder is this user's alone, and goes with the bus`() throws {
    try Scratch.with { parent in
      let folder = try BusFolder(parents: ["/nowhere", parent])
      let path = folder.path
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o700)
      #expect(BusFolder.sweep(parent: parent) == [])
      folder.remove()
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func `what a killed owner has left is swept, and nothing else`() throws {
    try Scratch.with { parent in
      let left = "\(parent)/offstage-bus-abcdef"
      for path in [left, "\(parent)/offstage-bus-fresh", "\(parent)/other-bus-abcdef"] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      #expect(FileManager.default.createFile(atPath: "\(left)/owner", contents: nil))
      #expect(FileManager.default.createFile(atPath: "\(left)/bus", contents: nil))
      try FileManager.default.createSymbolicLink(
        atPath: "\(parent)/offstage-bus-link", withDestinationPath: left)
      let folder = try BusFolder(parents: [parent])
      let names = try FileManager.default.contentsOfDirectory(atPath: parent).sorted()
      #expect(!names.contains("offstage-bus-abcdef"))
      // Its owner may be about to lock it.
      #expect(names.contains("offstage-bus-fresh") && names.contains("other-bus-abcdef"))
      #expect(names.contains { folder.path.hasSuffix($0) })
      folder.remove()
    }
  }

  @Test func `a path that is too long for a socket is not taken`() throws {
    let long = FileManager.default.temporaryDirectory.path + "/" + String(repeating: "x", count: 99)
    #expect(throws: BusFault.self) { _ = try BusFolder(parents: [long]) }
  }

  // MARK: Harness

  private func withBus(
    _ body: (PrivateBus, Answering) async throws -> Void
  ) async throws {
    let folder = try BusFolder(parents: [FileManager.default.temporaryDirectory.path, "/tmp"])
    let bus = try await PrivateBus.open(
      at: folder.socketPath, serviceName: NotificationServer.name)
    let service = Answering()
    let running = Task { try await bus.run(service) }
    do {
      try await body(bus, service)
    } catch {
      running.cancel()
      folder.remove()
      throw error
    }
    running.cancel()
    _ = await running.result
    folder.remove()
  }

  private func guid(of bus: PrivateBus) -> String {
    String(bus.address.split(separator: "guid=").last ?? "")
  }
}

/// Says which call it was given.
private actor Answering: BusService {
  private var left: Set<Int> = []
  private var bus: PrivateBus?

  /// Rings on it after each answer.
  func ring(on bus: PrivateBus) { self.bus = bus }

  func answered(_ client: BusClientID) async {
    await bus?.emit(path: "/bell", interface: "a.b", member: "Rang", body: [])
    // Time enough to overtake an answer that was not written yet.
    for _ in 0..<50 where bus != nil { await Task.yield() }
  }

  func answer(_ call: Message, from client: BusClientID) -> Reply {
    .values([.string("\(call.member ?? "") from \(client.number)")])
  }

  func disconnected(_ client: BusClientID) { left.insert(client.number) }

  func gone(_ number: Int) async -> Bool {
    while !left.contains(number) { await Task.yield() }
    return true
  }
}

/// A client that has said hello.
private final class SocketClient: Sendable {
  struct Ended: Error {}

  private typealias Socket = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  private let channel: any Channel
  private let output: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private let input: Reading

  private init(
    _ channel: any Channel, _ output: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ input: Reading
  ) {
    self.channel = channel
    self.output = output
    self.input = input
  }

  static func with(_ bus: PrivateBus, _ body: (SocketClient) async throws -> Void) async throws {
    let path = bus.address.dropFirst("unix:path=".count).prefix { $0 != "," }
    let socket = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(unixDomainSocketPath: String(path)) { channel in
        channel.eventLoop.makeCompletedFuture { try Socket(wrappingChannelSynchronously: channel) }
      }
    try await socket.executeThenClose { input, output in
      let client = SocketClient(socket.channel, output, Reading(input))
      try await client.send(Array("\0AUTH ANONYMOUS\r\nBEGIN\r\n".utf8))
      try await client.input.skipLine()
      _ = try await client.call("Hello")
      try await body(client)
    }
  }

  func send(_ bytes: [UInt8]) async throws { try await output.write(ByteBuffer(bytes: bytes)) }

  /// Waits for nothing.
  func post(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

  func call(
    _ member: String, to name: String = "org.freedesktop.DBus", _ body: [WireValue] = []
  ) async throws -> Message {
    let serial = await input.nextSerial()
    try await send(
      Message(
        .call, serial: serial, path: "/", interface: name, member: member, destination: name,
        body: body
      ).bytes)
    return try await next { $0.replySerial == serial }
  }

  func next(where condition: (Message) -> Bool) async throws -> Message {
    while let message = try await input.next() {
      if condition(message) { return message }
    }
    throw Ended()
  }

  private actor Reading {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var framer = MessageFramer()
    private var serial: UInt32 = 0

    init(_ input: NIOAsyncChannelInboundStream<ByteBuffer>) {
      iterator = input.makeAsyncIterator()
    }

    func nextSerial() -> UInt32 {
      serial += 1
      return serial
    }

    func skipLine() async throws { _ = try await more() }

    func next() async throws -> Message? {
      while true {
        if case .message(let message)? = try framer.next() { return message }
        guard let bytes = try await more() else { return nil }
        framer.append(bytes)
      }
    }

    private func more() async throws -> [UInt8]? {
      var own = iterator
      let buffer = try await own.next(isolation: self)
      iterator = own
      return buffer.map { Array($0.readableBytesView) }
    }
  }
}

private enum Scratch {
  static func with(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/bus-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }
}
