import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// The debugging port of a fake browser, on the loopback.
package actor FakeServer {
  /// The port, also after the browser went and came back.
  package nonisolated let port: Int
  private let browser: FakeBrowser
  private let needsApproval: Bool
  private var channel: (any Channel)?
  private var prompts: [CheckedContinuation<Bool, Never>] = []
  private var promptWaiters: [CheckedContinuation<Void, Never>] = []

  init(browser: FakeBrowser, port: Int, needsApproval: Bool) async throws {
    self.browser = browser
    self.needsApproval = needsApproval
    // The handlers need the server, and the server needs the port.
    let box = FakeServerBox()
    let channel = try await Self.bind(port: port, box: box)
    self.channel = channel
    self.port = channel.localAddress?.port ?? 0
    box.server = self
  }

  /// `ws://127.0.0.1:PORT/devtools/browser/ID`; another one after a restart.
  package var url: String {
    get async { "ws://127.0.0.1:\(port)\(await path)" }
  }

  /// What the file `DevToolsActivePort` holds.
  package var activePort: String {
    get async { "\(port)\n\(await path)" }
  }

  /// Writes the file into a user data folder. It stays there when the browser goes, and then names
  /// a port where nobody or somebody else listens (Docs/browser-facts.md §8).
  package func writeActivePort(into folder: String) async throws {
    let path = "\(folder)/DevToolsActivePort"
    try await activePort.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private var path: String {
    get async { "/devtools/browser/\(await browser.model.runID)" }
  }

  // MARK: Approval mode

  /// Returns when a connection waits for the person to click Allow.
  package func promptShown() async {
    guard prompts.isEmpty else { return }
    await withCheckedContinuation { promptWaiters.append($0) }
  }

  /// The person clicks Allow, for the connections that wait: the prompt is per connection.
  package func allow() {
    answerPrompts(true)
  }

  package func deny() {
    answerPrompts(false)
  }

  private func answerPrompts(_ answer: Bool) {
    let waiting = prompts
    prompts = []
    for prompt in waiting { prompt.resume(returning: answer) }
  }

  /// Whether a WebSocket may be opened; in approval mode this waits for the click.
  func admits(_ head: HTTPRequestHead) async -> Bool {
    guard head.headers["origin"].isEmpty else { return false }
    guard needsApproval else { return await browser.model.target(ofPath: head.uri) != nil }
    // Docs/browser-facts.md §8: with and without the id, the upgrade waits.
    let path = await path
    guard head.uri == path || head.uri == "/devtools/browser/" else { return false }
    return await withCheckedContinuation { continuation in
      prompts.append(continuation)
      let waiters = promptWaiters
      promptWaiters = []
      for waiter in waiters { waiter.resume() }
    }
  }

  func response(to head: HTTPRequestHead) async -> FakeHTTPResponse {
    // Docs/browser-facts.md §8: in approval mode every path answers 404.
    guard !needsApproval else { return FakeHTTPResponse(status: .notFound) }
    if let origin = head.headers.first(name: "origin"), head.headers.contains(name: "upgrade") {
      let text = "Rejected an incoming WebSocket connection from the \(origin) origin."
      return FakeHTTPResponse(status: .forbidden, body: Array(text.utf8))
    }
    let address = head.headers.first(name: "host") ?? "127.0.0.1:\(port)"
    return await browser.model.response(to: head.uri, address: address)
  }

  /// A WebSocket's life.
  func serve(
    _ channel: any Channel, path: String, messages: AsyncStream<[[UInt8]]>
  ) async {
    let target = await browser.model.target(ofPath: path) ?? nil
    await browser.serve(channel, framing: .webSocket, target: target, messages: messages)
  }

  // MARK: Sockets

  private static func bind(port: Int, box: FakeServerBox) async throws -> any Channel {
    try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try FakeServerPipeline(box).install(on: channel) }
      }
      .bind(host: "127.0.0.1", port: port).get()
  }
}

extension FakeServer: FakeFront {
  func browserExited() async {
    answerPrompts(false)
    try? await channel?.close()
    channel = nil
  }

  func browserStarted() async {
    guard channel == nil else { return }
    let box = FakeServerBox()
    box.server = self
    channel = try? await Self.bind(port: port, box: box)
  }
}

extension FakeBrowser {
  /// Opens the debugging port, on any free one if none is given.
  ///
  /// With `needsApproval` it is the port of chrome://inspect: no HTTP, and a WebSocket opens only
  /// after `allow()`.
  package func listen(port: Int = 0, needsApproval: Bool = false) async throws -> FakeServer {
    let server = try await FakeServer(browser: self, port: port, needsApproval: needsApproval)
    add(server)
    return server
  }

  /// Speaks over pipes as a browser started with `--remote-debugging-pipe`; owns both ends.
  /// Returns when they are closed.
  package func servePipe(input: CInt, output: CInt) async throws {
    let (messages, continuation) = AsyncStream<[[UInt8]]>.makeStream()
    let channel = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(
            ByteToMessageHandler(FakePipeDecoder()), FakePeerHandler(continuation))
        }
      }
      .takingOwnershipOfDescriptors(input: input, output: output).get()
    await serve(channel, framing: .pipe, target: nil, messages: messages)
  }

  func serve(
    _ channel: any Channel, framing: FakeFraming, target: String?,
    messages: AsyncStream<[[UInt8]]>
  ) async {
    let client = open(toTarget: target)
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await batch in messages { await self.receive(batch, from: client) }
        await self.disconnected(client)
      }
      group.addTask {
        var writer = FakeWriter(channel: channel, framing: framing)
        await writer.run(for: client, of: self)
      }
    }
  }
}
