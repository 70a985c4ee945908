import JSON
import Logging
import Synchronization
import Testing

@testable import CDP

@Suite(.timeLimit(.minutes(3))) struct ConnectionTests {
  private let transport = ScriptedTransport()
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Messages as short texts.
  private final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }

    func add(_ messages: [InboundMessage]) {
      let texts = messages.map { message in
        let content =
          switch message.content {
          case .event(.targetDestroyed(let event)): "destroyed \(event.targetId.rawValue)"
          case .event(.targetDetachedFromTarget): "detached"
          case .event(let event): "\(event)"
          case .reply(let ticket, .success(let json)): "reply \(ticket) \(json)"
          case .reply(let ticket, .failure(let error)): "failed \(ticket) \(error.code)"
          case .malformed: "malformed"
          }
        return "\(message.sequence) \(content)"
      }
      lines.withLock { $0 += texts }
    }
  }

  private static func destroyed(_ target: String) -> String {
    #"{"method":"Target.targetDestroyed","params":{"targetId":"\#(target)"}}"#
  }

  @Test func `a call gets its reply, and what it sends is the protocol`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    async let running: Void = connection.run { _ in }
    async let reply = connection.call(
      Target.CreateTarget(url: "about:blank", background: true, hidden: true),
      session: SessionID(rawValue: "S"))
    var sent = transport.sent.makeAsyncIterator()
    #expect(
      await sent.next()
        == #"{"id":1,"method":"Target.createTarget","params":{"url":"about:blank","#
        + #""background":true,"hidden":true},"sessionId":"S"}"#)
    transport.receives(#"{"id":1,"result":{"targetId":"T"}}"#)
    #expect(try await reply.targetId.rawValue == "T")
    await connection.close()
    try await running
  }

  @Test func `messages keep their order and number, posted replies among them`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    connection.post(BackgroundService.StartObserving(service: .notifications), ticket: 40)
    connection.post(BackgroundService.StartObserving(service: .paymentHandler), ticket: 41)
    transport.receives(Self.destroyed("a"), #"{"id":2,"result":{}}"#, "rubbish")
    transport.receives(Self.destroyed("b"), #"{"id":9,"result":{}}"#, #"{"id":1,"result":{}}"#)
    await connection.close()
    let log = Log()
    try await connection.run { log.add($0) }
    #expect(
      log.all == [
        "1 destroyed a", "2 reply 41 {}", "3 malformed", "4 destroyed b", "5 reply 40 {}",
      ])
  }

  @Test func `the next read waits until the last one is dealt with`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    for number in 0..<20 { transport.receives(Self.destroyed("\(number)")) }
    await connection.close()
    let active = Atomic(0)
    try await connection.run { _ in
      #expect(active.add(1, ordering: .relaxed).newValue == 1)
      await Task.yield()
      active.subtract(1, ordering: .relaxed)
    }
  }

  @Test func `a call that is not answered in time fails, and its reply is dropped`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    let log = Log()
    async let running: Void = connection.run { log.add($0) }
    await #expect {
      try await connection.call(Browser.GetVersion(), timeout: .milliseconds(20))
    } throws: {
      ($0 as? CDPError)?.code == .timedOut && "\($0)".contains("Browser.getVersion")
    }
    transport.receives(#"{"id":1,"result":{}}"#)
    await connection.close()
    try await running
    #expect(log.all == [])
  }

  @Test func `a cancelled call ends at once`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    let code = await withTaskGroup(of: CDPError.Code?.self) { group in
      group.addTask {
        do throws(CDPError) {
          _ = try await connection.call(Browser.GetVersion(), timeout: .seconds(60))
          return nil
        } catch { return error.code }
      }
      var sent = transport.sent.makeAsyncIterator()
      _ = await sent.next()
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(code == .cancelled)
  }

  @Test func `a call of a task that is cancelled already is not sent`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    let code = await withTaskGroup(of: CDPError.Code?.self) { group in
      group.cancelAll()
      group.addTask {
        do throws(CDPError) {
          _ = try await connection.call(Browser.GetVersion(), timeout: .seconds(60))
          return nil
        } catch { return error.code }
      }
      return await group.next() ?? nil
    }
    #expect(code == .cancelled)
  }

  @Test func `when the connection ends, all who wait are told the one cause`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    let contexts = await withTaskGroup(of: String.self) { group in
      group.addTask { await failure { try await connection.run { _ in } } }
      group.addTask { await failure { _ = try await connection.call(Browser.GetVersion()) } }
      group.addTask { await failure { _ = try await connection.call(Browser.Close()) } }
      var sent = transport.sent.makeAsyncIterator()
      _ = await sent.next()
      _ = await sent.next()
      transport.ends(CDPError(.closed, "the cable was cut"))
      return await group.reduce(into: []) { $0.append($1) }.sorted()
    }
    #expect(
      contexts == [
        "Browser.close was not answered: the cable was cut",
        "Browser.getVersion was not answered: the cable was cut", "the cable was cut",
      ])
    #expect(
      await failure { _ = try await connection.call(Browser.Close()) }
        == "Browser.close was not answered: the cable was cut")
  }

  @Test func `a detached session fails its calls and posts in their place`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    let session = SessionID(rawValue: "S")
    connection.post(ServiceWorker.Enable(), session: session, ticket: 7)
    let log = Log()
    async let running: Void = connection.run { log.add($0) }
    async let code = failureCode {
      _ = try await connection.call(Page.Enable(), session: session)
    }
    var sent = transport.sent.makeAsyncIterator()
    _ = await sent.next()
    _ = await sent.next()
    transport.receives(
      #"{"method":"Target.detachedFromTarget","params":{"sessionId":"S"}}"#, Self.destroyed("T"))
    #expect(await code == .detached)
    await connection.close()
    try await running
    #expect(log.all == ["1 detached", "2 failed 7 detached", "3 destroyed T"])
  }

  @Test func `a reply in an unknown shape is an error of that call`() async throws {
    let connection = Connection(transport: transport, logger: logger)
    async let running: Void = connection.run { _ in }
    async let code = failureCode { _ = try await connection.call(Browser.GetVersion()) }
    var sent = transport.sent.makeAsyncIterator()
    _ = await sent.next()
    transport.receives(#"{"id":1,"result":{"product":7}}"#)
    #expect(await code == .malformed)
    await connection.close()
    try await running
  }
}

func failure(_ body: () async throws -> Void) async -> String {
  do {
    try await body()
    return "no failure"
  } catch {
    return (error as? CDPError)?.context ?? "\(error)"
  }
}

func failureCode(_ body: () async throws -> Void) async -> CDPError.Code? {
  do {
    try await body()
    return nil
  } catch {
    return (error as? CDPError)?.code
  }
}
