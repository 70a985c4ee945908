import JSON
import Testing

@testable import CDP

@Suite struct MessageScannerTests {
  private static let event =
    #"{"timestamp":1795356129.8376422,"origin":"https://app.example/","#
    + #""serviceWorkerRegistrationId":"0","service":"pushMessaging","#
    + #""eventName":"Push event dispatched","instanceId":"0:1795%6d1a","#
    + #""eventMetadata":[{"key":"Payload","value":"{\"a\":1}"}],"storageKey":"https://app.example/"}"#

  private func scan(_ text: String) -> ScannedMessage {
    var scanner = MessageScanner()
    return scanner.scan(Array(text.utf8))
  }

  private func backgroundEvent(
    _ text: String
  ) throws -> (BackgroundService.BackgroundServiceEvent, SessionID?) {
    guard case .event(.backgroundServiceEventReceived(let received), let session) = scan(text)
    else { throw Unexpected(message: scan(text)) }
    return (received.backgroundServiceEvent, session)
  }

  private struct Unexpected: Error { var message: ScannedMessage }

  @Test(arguments: [
    [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
  ])
  func `an event is read whatever the order of the members`(order: [Int]) throws {
    let parts = [
      #""method":"BackgroundService.backgroundServiceEventReceived""#,
      #""params":{"backgroundServiceEvent":\#(Self.event)}"#, #""sessionId":"S1""#,
    ]
    let (event, session) = try backgroundEvent(
      "{" + order.map { parts[$0] }.joined(separator: ",") + "}")
    #expect(session == SessionID(rawValue: "S1"))
    #expect(event.timestamp.number.description == "1795356129.8376422")
    #expect(event.timestamp.micros == 1_795_356_129_837_642)
    #expect(event.origin == "https://app.example/")
    #expect(event.serviceWorkerRegistrationId.rawValue == "0")
    #expect(event.service == .pushMessaging)
    #expect(event.eventName == "Push event dispatched")
    #expect(event.instanceId == "0:1795%6d1a")
    #expect(event.eventMetadata == [.init(key: "Payload", value: #"{"a":1}"#)])
    #expect(event.extra == nil)
  }

  @Test func `members and values that are not known are kept`() throws {
    let text = Self.event.replacing(
      #""service":"pushMessaging""#,
      with: #""service":"paymentHandler2","tab":{"id":7},"new":[1,"x"]"#)
    let (event, session) = try backgroundEvent(
      #"{"method":"BackgroundService.backgroundServiceEventReceived","extra":{},"#
        + #""params":{"other":1,"backgroundServiceEvent":\#(text)}}"#)
    #expect(session == nil)
    #expect(event.service.rawValue == "paymentHandler2")
    #expect(event.extra?.description == #"{"tab":{"id":7},"new":[1,"x"]}"#)
  }

  @Test func `an event that is not in use is handed on as it was`() {
    let message = scan(#"{"method":"Network.dataReceived","params":{"a": [1]},"sessionId":"S"}"#)
    guard case .event(.unknown(let method, let params), let session?) = message else {
      Issue.record("\(message)")
      return
    }
    #expect(method == "Network.dataReceived")
    #expect(params.description == #"{"a": [1]}"#)
    #expect(session.rawValue == "S")
  }

  @Test(arguments: [
    #"{"method":"Target.targetDestroyed","params":{"targetId":7}}"#,
    #"{"params":{"targetId":7},"method":"Target.targetDestroyed"}"#,
    #"{"method":"Target.targetDestroyed","params":{}}"#, #"{"method":"Target.targetDestroyed"}"#,
  ])
  func `a known event in an unknown shape is kept`(text: String) {
    let message = scan(text)
    guard case .event(.undecodable(let method, _, _), _) = message else {
      Issue.record("\(message)")
      return
    }
    #expect(method == "Target.targetDestroyed")
  }

  @Test func `events without parameters are known`() {
    guard case .event(.inspectorTargetCrashed, _) = scan(#"{"method":"Inspector.targetCrashed"}"#)
    else {
      Issue.record("not read")
      return
    }
  }

  @Test func `replies are told from events`() {
    guard case .reply(let reply, let session?) = scan(#"{"id":5,"result":{"a":1},"sessionId":"S"}"#)
    else {
      Issue.record("not read")
      return
    }
    #expect(reply.id == 5)
    #expect(reply.outcome == .result(RawJSON(unchecked: Array(#"{"a":1}"#.utf8))))
    #expect(session.rawValue == "S")
    guard case .reply(let failed, _) = scan(#"{"error":{"message":"no","code":-32601},"id":6}"#)
    else {
      Issue.record("not read")
      return
    }
    #expect(failed.outcome == .error(RemoteError(code: -32601, message: "no")))
  }

  @Test(arguments: [
    "", "x", "[]", "null", "{", "{}", #"{"id":"1"}"#, #"{"id":1.5,"result":{}}"#,
    #"{"error":{"code":-32700,"message":"JSON: syntax"}}"#, #"{"method":5}"#,
    #"{"method":"A.b","params":{"#, #"{"id":1,"result":{}} x"#,
  ])
  func `what is no message is reported`(text: String) {
    guard case .malformed(let report) = scan(text) else {
      Issue.record("was read: \(scan(text))")
      return
    }
    #expect(!report.isEmpty)
  }

  @Test func `one scanner reads frame after frame, broken ones between`() throws {
    var scanner = MessageScanner()
    let good =
      #"{"method":"BackgroundService.backgroundServiceEventReceived","params":{"#
      + #""backgroundServiceEvent":\#(Self.event)},"sessionId":"S1"}"#
    for _ in 0..<3 {
      for count in 0..<good.utf8.count {
        guard case .malformed = scanner.scan(Array(good.utf8.prefix(count))) else {
          Issue.record("\(count) bytes were taken for a message")
          return
        }
      }
      guard
        case .event(.backgroundServiceEventReceived, SessionID(rawValue: "S1")?) = scanner.scan(
          Array(good.utf8))
      else {
        Issue.record("not read")
        return
      }
    }
  }
}
