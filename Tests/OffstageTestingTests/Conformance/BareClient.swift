import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A client that knows nothing of CDP but ids: the same for a real browser and the fake one.
final class BareClient: Sendable {
  private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  private let inbox = Mutex<[[UInt8]]>([])
  private let ended = Atomic(false)
  private let closed = Atomic(false)

  struct NotUpgraded: Error {}
  struct TimedOut: Error {
    var what: String
  }

  private init(_ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>) {
    self.outbound = outbound
  }

  /// Connected while `body` runs.
  static func with<R: Sendable>(
    _ url: String, _ body: (BareClient) async throws -> R
  ) async throws -> R {
    let channel = try await connect(url)
    return try await channel.executeThenClose { inbound, outbound in
      let client = BareClient(outbound)
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { client.ended.store(true, ordering: .releasing) }
          for try await frame in inbound {
            if frame.opcode == .connectionClose {
              client.closed.store(true, ordering: .releasing)
            }
            guard frame.opcode == .text else { continue }
            let bytes = Array(frame.unmaskedData.readableBytesView)
            client.inbox.withLock { $0.append(bytes) }
          }
        }
        defer { group.cancelAll() }
        return try await body(client)
      }
    }
  }

  /// Several are written in one go.
  func send(_ texts: String...) async throws {
    try await send(texts)
  }

  func send(_ texts: [String]) async throws {
    let frames = texts.map {
      WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(string: $0))
    }
    try await outbound.write(contentsOf: frames)
  }

  /// All that came so far.
  var messages: [[UInt8]] { inbox.withLock { $0 } }
  /// True when the other side said that it closes.
  var sawClose: Bool { closed.load(ordering: .acquiring) }
  var isEnded: Bool { ended.load(ordering: .acquiring) }

  /// Returns when what came so far satisfies this.
  func wait(
    _ what: String, seconds: Double = 15, until condition: ([[UInt8]]) throws -> Bool
  ) async throws {
    let start = ContinuousClock.now
    while try !condition(messages) {
      guard ContinuousClock.now - start < .seconds(seconds) else { throw TimedOut(what: what) }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  private static func connect(
    _ url: String
  ) async throws -> NIOAsyncChannel<WebSocketFrame, WebSocketFrame> {
    guard let parts = URLComponents(string: url), let host = parts.host, let port = parts.port
    else { throw NotUpgraded() }
    typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
    let upgrade = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let upgrader = NIOTypedWebSocketClientUpgrader<Frames?>(
            maxFrameSize: 1 << 26,
            upgradePipelineHandler: { channel, _ in
              channel.eventLoop.makeCompletedFuture {
                try Frames(wrappingChannelSynchronously: channel)
              }
            })
          let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: parts.path,
            headers: ["Host": "\(host):\(port)", "Content-Length": "0"])
          return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: .init(
              upgradeConfiguration: .init(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(nil) })))
        }
      }
    guard let channel = try await upgrade.get() else { throw NotUpgraded() }
    return channel
  }
}
