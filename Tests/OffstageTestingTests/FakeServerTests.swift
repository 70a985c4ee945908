import Foundation
import OffstageTesting
import Testing

@Suite(.timeLimit(.minutes(3)))
struct FakeServerTests {
  private static let version = #"{"id":1,"method":"Browser.getVersion"}"#

  /// Runs a fake browser with its port open.
  private func withServer(
    needsApproval: Bool = false, _ body: (FakeBrowser, FakeServer) async throws -> Void
  ) async throws {
    let browser = FakeBrowser()
    let server = try await browser.listen(needsApproval: needsApproval)
    do {
      try await body(browser, server)
    } catch {
      await browser.stop()
      throw error
    }
    await browser.stop()
  }

  /// A session that observes all services, all recorded.
  private func observeAll(
    _ client: BareClient, _ browser: FakeBrowser, _ server: FakeServer
  ) async throws {
    let conversation = Conversation(FakeStage(browser: browser, server: server))
    conversation.enter("A", client)
    try await conversation.open("A", as: "hidden", isHidden: true)
    for service in FakeService.allCases {
      try await conversation.call(
        "A", .observe(service.rawValue), session: conversation.session("hidden"))
      try await conversation.call(
        "A", .record(service.rawValue), session: conversation.session("hidden"))
    }
  }

  @Test func `a command over a WebSocket is answered`() async throws {
    try await withServer { _, server in
      try await BareClient.with(await server.url) { client in
        try await client.send(Self.version)
        try await client.wait("a reply") { !$0.isEmpty }
        #expect(String(decoding: client.messages[0], as: UTF8.self).contains("Chrome/156"))
      }
    }
  }

  @Test func `a storm comes whole and in order`() async throws {
    try await withServer { browser, server in
      try await BareClient.with(await server.url) { client in
        try await observeAll(client, browser, server)
        let before = client.messages.count
        await browser.perform(.storm(FakeStorm(count: 20_000)))
        try await client.wait("20,000 events", seconds: 50) { $0.count >= before + 20_000 }
        await browser.flushed()
        let texts = client.messages.dropFirst(before).map { String(decoding: $0, as: UTF8.self) }
        for (number, text) in texts.enumerated() {
          guard text.contains(#""instanceId":"storm-\#(number)""#) else {
            Issue.record("event \(number) is \(text)")
            break
          }
        }
      }
    }
  }

  @Test func `commands are answered while a paced storm goes on`() async throws {
    try await withServer { browser, server in
      try await BareClient.with(await server.url) { client in
        try await observeAll(client, browser, server)
        async let storm: Void = browser.perform(.storm(FakeStorm(count: 6_000, rate: 2_000)))
        try await client.wait("a first event") { $0.last?.contains(UInt8(ascii: "-")) == true }
        try await client.send(#"{"id":4242,"method":"Browser.getVersion"}"#)
        await storm
        await browser.flushed()
        let texts = { client.messages.map { String(decoding: $0, as: UTF8.self) } }
        try await client.wait("the last event") { _ in texts().last?.contains("-5999") == true }
        let reply = try #require(texts().firstIndex { $0.contains(#""id":4242"#) })
        #expect(reply < texts().count - 1)
      }
    }
  }

  @Test func `a connection can break in the middle of a frame`() async throws {
    try await withServer { browser, server in
      try await BareClient.with(await server.url) { client in
        try await observeAll(client, browser, server)
        let before = client.messages.count
        await browser.perform(.disconnectMidFrame(nil, afterBytes: 100))
        try await client.wait("the end") { _ in client.isEnded }
        #expect(client.messages.count == before)
        #expect(await browser.model.log(of: .main, .notifications).count == 1)
      }
    }
  }

  @Test func `a connection can be closed cleanly and by a kill`() async throws {
    try await withServer { browser, server in
      for (step, isClean) in [(ScriptStep.disconnect(nil), true), (.crashWithoutClose, false)] {
        try await BareClient.with(await server.url) { client in
          try await client.send(Self.version)
          try await client.wait("a reply") { !$0.isEmpty }
          await browser.perform(step)
          try await client.wait("the end") { _ in client.isEnded }
          #expect(client.sawClose == isClean)
        }
      }
    }
  }

  @Test func `a browser that was killed is back on its port with another address`() async throws {
    try await withServer { browser, server in
      let before = await server.url
      await browser.perform(.crashWithoutClose)
      await #expect(throws: (any Error).self) {
        try await RawSocket.get(port: server.port, "/json/version")
      }
      await browser.perform(.restart)
      let answer = try await RawSocket.get(port: server.port, "/json/version")
      #expect(answer.contains(await server.url))
      #expect(await server.url != before)
      let folder = FileManager.default.temporaryDirectory.path
      try await server.writeActivePort(into: folder)
      let file = "\(folder)/DevToolsActivePort"
      defer { try? FileManager.default.removeItem(atPath: file) }
      #expect(
        try String(contentsOfFile: file, encoding: .utf8)
          == "\(server.port)\n" + (await server.url.path))
    }
  }

  @Test func `the port answers what a browser's port answers`() async throws {
    try await withServer { _, server in
      let list = try await RawSocket.get(port: server.port, "/json/list")
      #expect(list.hasPrefix("HTTP/1.1 200") && list.contains(#""type": "page""#))
      #expect(try await RawSocket.get(port: server.port, "/no").hasPrefix("HTTP/1.1 404"))
      let host = try await RawSocket.get(port: server.port, "/json/version", host: "evil.example")
      #expect(host.hasPrefix("HTTP/1.1 500"))
      let upgrade = [
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ]
      let foreign = try await RawSocket.get(
        port: server.port, await server.url.path, headers: upgrade + ["Origin: http://evil.example"]
      )
      #expect(foreign.hasPrefix("HTTP/1.1 403"))
      let unknown = try await RawSocket.get(
        port: server.port, "/devtools/browser/x", headers: upgrade)
      #expect(unknown.hasPrefix("HTTP/1.1 404"))
    }
  }

  @Test func `in approval mode HTTP is not found and a WebSocket waits for Allow`() async throws {
    try await withServer(needsApproval: true) { _, server in
      let answer = try await RawSocket.get(port: server.port, "/json/version")
      #expect(answer.hasPrefix("HTTP/1.1 404"))
      async let reply: Void = BareClient.with(await server.url) { client in
        try await client.send(Self.version)
        try await client.wait("a reply") { !$0.isEmpty }
      }
      await server.promptShown()
      await server.allow()
      try await reply
    }
  }
}

extension String {
  /// Of an address.
  fileprivate var path: String { URLComponents(string: self)?.path ?? "" }
}
