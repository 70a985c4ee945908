import Foundation
import NIOCore
import NIOPosix
import OffstageTesting
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite(.timeLimit(.minutes(3)))
struct FakeLinkTests {
  @Test func `a client in the same process needs no socket`() async throws {
    let browser = FakeBrowser()
    let link = await browser.connect()
    await link.send(
      #"{"id":1,"method":"Browser.getVersion"}"#, #"{"id":2,"method":"Browser.close"}"#)
    var texts: [String] = []
    for await message in link.messages { texts.append(String(decoding: message, as: UTF8.self)) }
    #expect(texts.count == 2)
    #expect(texts.last == #"{"id":2,"result":{}}"#)
    #expect(await browser.model.isRunning == false)
  }

  @Test func `messages over pipes end with a NUL`() async throws {
    let browser = FakeBrowser()
    let toBrowser = try Self.pipe()
    let fromBrowser = try Self.pipe()
    async let served: Void = browser.servePipe(
      input: toBrowser.read, output: fromBrowser.write)
    let channel = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .takingOwnershipOfDescriptors(input: fromBrowser.read, output: toBrowser.write) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(
        ByteBuffer(
          string: #"{"id":1,"method":"Page.enable"}"# + "\0" + #"{"id":2,"method":"Bro"#))
      try await outbound.write(ByteBuffer(string: #"wser.close"}"# + "\0"))
      var all = ByteBuffer()
      for try await part in inbound { all.writeImmutableBuffer(part) }
      #expect(
        String(buffer: all)
          == #"{"id":1,"error":{"code":-32601,"message":"'Page.enable' wasn't found"}}"# + "\0"
          + #"{"id":2,"result":{}}"# + "\0")
    }
    try await served
  }

  private static func pipe() throws -> (read: CInt, write: CInt) {
    var ends: [CInt] = [0, 0]
    #if canImport(Glibc)
      let status = Glibc.pipe(&ends)
    #else
      let status = Darwin.pipe(&ends)
    #endif
    guard status == 0 else { throw CocoaError(.fileReadUnknown) }
    return (ends[0], ends[1])
  }
}
