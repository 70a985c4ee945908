import Foundation
import Testing

@testable import CDP

@Suite(.timeLimit(.minutes(3))) struct EndpointTests {
  private static let path = "/devtools/browser/0a1b"

  private func browser(path: String = path, host: String = "evil.example:1") async throws
    -> TestServer
  {
    var behaviour = TestServer.Behaviour()
    behaviour.answer = { uri in
      guard uri == "/json/version" else { return .init(status: 404) }
      return .init(
        status: 200,
        body: #"{"Browser":"Chrome/156.0.1.2","webSocketDebuggerUrl":"ws://\#(host)\#(path)"}"#)
    }
    return try await TestServer.start(behaviour)
  }

  private func answering(_ status: Int, _ body: String = "") async throws -> TestServer {
    var behaviour = TestServer.Behaviour()
    behaviour.answer = { _ in .init(status: status, body: body) }
    return try await TestServer.start(behaviour)
  }

  private func unusedPort() async throws -> Int {
    let server = try await answering(404)
    await server.stop()
    return server.port
  }

  @Test func `a URL is taken apart`() throws {
    let endpoint = try Endpoint.parse(webSocketURL: "ws://127.0.0.1:9222/devtools/browser/0a1b")
    #expect(endpoint == Endpoint(host: "127.0.0.1", port: 9222, path: Self.path))
    #expect(endpoint.webSocketURL == "ws://127.0.0.1:9222/devtools/browser/0a1b")
    let six = try Endpoint.parse(webSocketURL: "ws://[::1]:9222")
    #expect(six == Endpoint(host: "::1", port: 9222, path: "/"))
    #expect(six.authority == "[::1]:9222")
    #expect(
      try Endpoint.parse(webSocketURL: "ws://box.example/x?y", allowsRemote: true)
        == Endpoint(host: "box.example", port: 80, path: "/x?y"))
  }

  @Test(arguments: [
    "", "http://127.0.0.1:9222/", "wss://127.0.0.1:9222/", "ws://", "ws://:9222/", "ws://a b/",
    "ws://127.0.0.1:0/", "ws://127.0.0.1:65536/", "ws://127.0.0.1:x/", "ws://me@127.0.0.1:1/",
    "ws://127.0.0.1:1/\r\nHost: x", "ws://[::1/", "ws://[::1]x/",
  ])
  func `what is no address is said to be none`(url: String) {
    #expect {
      try Endpoint.parse(webSocketURL: url, allowsRemote: true)
    } throws: { ($0 as? CDPError)?.code == .invalidArgument }
  }

  @Test(arguments: ["ws://192.168.1.5:9222/", "ws://127.0.0.1.evil.example/", "ws://example.com/"])
  func `another machine is refused unless it was named`(url: String) {
    #expect {
      try Endpoint.parse(webSocketURL: url)
    } throws: { "\($0)".contains("another machine") }
  }

  @Test func `a port leads to its browser, on the host that was asked`() async throws {
    let server = try await browser()
    let endpoint = try await Endpoint.discover(port: server.port)
    #expect(
      endpoint
        == Endpoint(
          host: "127.0.0.1", port: server.port, path: Self.path, browser: "Chrome/156.0.1.2"))
    await server.stop()
  }

  @Test func `a port that is closed, strange or shy is told apart`() async throws {
    let closed = try await unusedPort()
    #expect(await failureCode { _ = try await Endpoint.discover(port: closed) } == .unreachable)
    #expect(await failureCode { _ = try await Endpoint.discover(port: 0) } == .invalidArgument)

    for (status, body, code) in [
      (404, "", CDPError.Code.approvalPending), (200, "<html>", .notDevTools),
      (200, "{}", .notDevTools), (500, "", .notDevTools),
    ] {
      let server = try await answering(status, body)
      #expect(await failureCode { _ = try await Endpoint.discover(port: server.port) } == code)
      await server.stop()
    }
    var mail = TestServer.Behaviour()
    mail.greeting = "220 mail.example ESMTP ready\r\n"
    var silent = TestServer.Behaviour()
    silent.isSilent = true
    for behaviour in [mail, silent] {
      let server = try await TestServer.start(behaviour)
      let code = await failureCode {
        _ = try await Endpoint.discover(port: server.port, timeout: .milliseconds(300))
      }
      #expect(code == .notDevTools)
      await server.stop()
    }
  }

  @Test func `a user data folder leads to its browser`() async throws {
    let folder = try ScratchFolder()
    let server = try await browser()
    try folder.write("DevToolsActivePort", "\(server.port)\n\(Self.path)")
    let endpoint = try await Endpoint.discover(userDataDir: folder.path)
    #expect(endpoint.path == Self.path && endpoint.browser == "Chrome/156.0.1.2")
    #expect(!endpoint.needsApproval)
    await server.stop()
    #expect(
      await failure { _ = try await Endpoint.discover(userDataDir: folder.path) }
        == "no browser listens for the folder \(folder.path)")
  }

  @Test func `a port that another browser has by now is stale`() async throws {
    let folder = try ScratchFolder()
    let server = try await browser(path: "/devtools/browser/other")
    try folder.write("DevToolsActivePort", "\(server.port)\n\(Self.path)")
    #expect(
      await failureCode { _ = try await Endpoint.discover(userDataDir: folder.path) }
        == .unreachable)
    await server.stop()
  }

  @Test func `a browser in approval mode is recognised`() async throws {
    let folder = try ScratchFolder()
    let server = try await answering(404)
    try folder.write("DevToolsActivePort", "\(server.port)\n\(Self.path)")
    let endpoint = try await Endpoint.discover(userDataDir: folder.path)
    #expect(endpoint.needsApproval && endpoint.path == Self.path)
    await server.stop()
  }

  @Test func `a folder without a usable file is told`() async throws {
    let folder = try ScratchFolder()
    #expect(
      await failureCode { _ = try await Endpoint.discover(userDataDir: folder.path) }
        == .unreachable)
    for text in ["", "x", "70000\n/a", "-1", String(repeating: "9", count: 5000)] {
      try folder.write("DevToolsActivePort", text)
      let code = await failureCode { _ = try await Endpoint.discover(userDataDir: folder.path) }
      #expect(code == .malformed || code == .tooLarge)
    }
    #expect(
      await failureCode { _ = try await Endpoint.discover(userDataDir: folder.path + "/none") }
        == .invalidArgument)
  }
}
