@testable import DBus
import OffstageTesting
import Testing

@Suite struct MessageTests {
  /// The example of the specification's section on marshaling, and one of each kind of padding.
  @Test func `values lie where the specification puts them`() throws {
    let message = Message(
      .signal, serial: 9, path: "/", interface: "a.b", member: "C",
      body: [.byte(1), .uint64(2), .string("foo"), .array(.int64, []), .byte(3)])
    let expected: [UInt8] =
      [1, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 0, 0, 0, 0, 0] + [3, 0, 0, 0] + Array("foo\0".utf8)
      // The padding of an empty array is there, and its length does not count it.
      + [0, 0, 0, 0] + [0, 0, 0, 0] + [3]
    let bytes = message.bytes
    #expect(Array(bytes.suffix(expected.count)) == expected)
    #expect((bytes.count - expected.count) % 8 == 0)
    #expect(bytes.prefix(12) == [0x6C, 4, 0, 1, 33, 0, 0, 0, 9, 0, 0, 0])
  }

  @Test(arguments: [true, false])
  func `what is written is read again, in both byte orders`(_ isLittleEndian: Bool) throws {
    for value in BusCorpus.values {
      let message = Message(
        .call, serial: 7, path: "/a", interface: "a.b", member: "C", destination: ":1.7",
        wantsNoReply: true, body: [.byte(1), value, value])
      #expect(try Message(bytes: message.bytes(isLittleEndian: isLittleEndian)) == message)
    }
  }

  @Test func `a message that ends too soon, or goes on, is no message`() throws {
    for message in [BusCorpus.hello, BusCorpus.notify] {
      for isLittleEndian in [true, false] {
        let bytes = message.bytes(isLittleEndian: isLittleEndian)
        for length in 0..<bytes.count {
          #expect(throws: WireFault.self) { try Message(bytes: Array(bytes[..<length])) }
        }
        #expect(throws: WireFault.self) { try Message(bytes: bytes + [0]) }
      }
    }
  }

  @Test(
    arguments: [
      ("s", [0xFF, 0xFF, 0xFF, 0xFF]), ("s", [1, 0, 0, 0, 0xFF, 0]), ("s", [1, 0, 0, 0, 0, 0]),
      ("s", [1, 0, 0, 0, 0x41, 1]), ("b", [2, 0, 0, 0]), ("o", [1, 0, 0, 0, 0x41, 0]),
      ("g", [1, 0x28, 0]), ("v", [0, 0]), ("v", [2, 0x79, 0x79, 0, 1, 1]),
      ("ai", [3, 0, 0, 0, 1, 2, 3]), ("ay", [0xFF, 0xFF, 0xFF, 0x7F]),
      ("yu", [1, 1, 0, 0, 7, 0, 0, 0]),
    ] as [(String, [UInt8])])
  func `a body that lies is a fault`(_ signature: String, _ body: [UInt8]) {
    #expect(throws: WireFault.self) { try Message(bytes: Self.signal(signature, body)) }
  }

  @Test(arguments: ["a", "()", "(", "{sv}", "a{vs}", "a{s}", "a{sss}", "z", "a{sv"])
  func `a signature that is none is a fault`(_ signature: String) {
    #expect(throws: WireFault(.badSignature)) { try WireType.list(parsing: signature) }
  }

  @Test func `arrays and structures may lie 32 deep, and variants 64`() throws {
    let array = String(repeating: "a", count: 32)
    #expect(try WireType.list(parsing: array + "y").count == 1)
    #expect(throws: WireFault.self) { try WireType.list(parsing: array + "ay") }
    #expect(throws: WireFault.self) {
      try WireType.list(
        parsing: String(repeating: "(", count: 33) + "y" + String(repeating: ")", count: 33))
    }
    // Each variant holds the next.
    for (depth, isTooDeep) in [(60, false), (70, true), (200_000, true)] {
      let variant: [UInt8] = [1, 0x76, 0]
      let byte: [UInt8] = [1, 0x79, 0, 7]
      let body = (0..<depth).flatMap { _ in variant } + byte
      if isTooDeep {
        #expect(throws: WireFault(.tooDeep)) { try Message(bytes: Self.signal("v", body)) }
      } else {
        _ = try Message(bytes: Self.signal("v", body))
      }
    }
  }

  @Test func `a text that holds NUL does not end the connection`() throws {
    let message = Message(
      .signal, serial: 1, path: "/", interface: "a.b", member: "C", body: [.string("a\0b")])
    #expect(try Message(bytes: message.bytes).body == [.string("a\u{FFFD}b")])
  }

  @Test func `a message that is too long is read past and told, and the next one is read`() throws {
    var framer = MessageFramer()
    let text = String(repeating: "x", count: WireLimits.message)
    let long = Message(
      .call, serial: 3, path: "/", interface: "a.b", member: "C", body: [.string(text)])
    var items: [MessageFramer.Item] = []
    let bytes = long.bytes + BusCorpus.hello.bytes
    for start in stride(from: 0, to: bytes.count, by: 70_000) {
      framer.append(bytes[start..<min(start + 70_000, bytes.count)])
      while let item = try framer.next() { items.append(item) }
    }
    #expect(items == [.tooLong(serial: 3, wantsReply: true), .message(BusCorpus.hello)])
    // More than the specification allows is no message.
    framer.append([0x6C, 1, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 0, 0, 0, 0])
    #expect(throws: WireFault(.tooLong)) { try framer.next() }
  }

  /// `make fuzz ARGS=bus` goes on with it for as long as one likes.
  @Test(.timeLimit(.minutes(3)))
  func `what holds for any bytes holds for changed ones`() {
    for file in BusCorpus.files { #expect(BusCheck.problem(with: file) == nil) }
    var mutation = Mutation(seed: 20, words: BusCorpus.words)
    for _ in 0..<1500 {
      let bytes = mutation.next(of: BusCorpus.files)
      if let problem = BusCheck.problem(with: bytes) {
        Issue.record("\(problem): \(String(reflecting: String(decoding: bytes, as: UTF8.self)))")
        return
      }
    }
  }

  /// A signal with this body, whatever it holds.
  private static func signal(_ signature: String, _ body: [UInt8]) -> [UInt8] {
    let header = Message(
      .signal, serial: 1, path: "/", interface: "a.b", member: "C", body: [.signature(signature)])
    // The field that names the body's type names that of our choice instead.
    var bytes = header.bytes
    let content = signature.utf8.count + 2
    bytes.removeLast(content)
    let field = bytes.lastIndex(of: UInt8(ascii: "g"))!
    // 8, 1, "g", 0, then the length and "g" again.
    var fields = Array(bytes[..<(field - 1)])
    fields += [UInt8(signature.utf8.count)] + Array(signature.utf8) + [0]
    let fieldsLength = UInt32(fields.count - 16)
    while fields.count % 8 != 0 { fields.append(0) }
    withUnsafeBytes(of: UInt32(body.count).littleEndian) { fields.replaceSubrange(4..<8, with: $0) }
    withUnsafeBytes(of: fieldsLength.littleEndian) { fields.replaceSubrange(12..<16, with: $0) }
    return fields + body
  }
}
