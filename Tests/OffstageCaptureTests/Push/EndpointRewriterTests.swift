import CDP
import JSON
import OffstageCapture
import Testing

@Suite struct EndpointRewriterTests {
  private static let origin = "http://127.0.0.1:7789"

  @Test func `it is ready when every page that was there has the script`() {
    var bench = Bench()
    bench.attach("P", "page", waits: false)
    #expect(bench.said("P") == ["enablePage", "addScript", "attachToNew", "resume"])
    bench.reply(to: "attachToNew", in: nil)
    #expect(!bench.isReady)
    bench.reply(to: "addScript", in: "P")
    #expect(bench.isReady)
  }

  @Test func `it is ready when every worker that ran has run the script`() {
    var bench = Bench()
    bench.attach("W", "service_worker", waits: false)
    bench.reply(to: "attachToNew", in: nil)
    #expect(!bench.isReady)
    bench.reply(to: "evaluate", in: "W")
    #expect(bench.isReady)
  }

  @Test func `without a page it is ready with the browser's word`() {
    var bench = Bench()
    bench.reply(to: "attachToNew", in: nil)
    #expect(bench.isReady)
  }

  @Test func `a worker gets the script at each of its starts, and is let go`() {
    var bench = Bench()
    bench.reply(to: "attachToNew", in: nil)
    bench.attach("W", "service_worker")
    #expect(bench.said("W") == ["enableRuntime", "enableInspector", "evaluate", "resume"])
    bench.event(#""Inspector.targetCrashed","params":{}"#, in: "W")
    bench.event(#""Inspector.targetReloadedAfterCrash","params":{}"#, in: "W")
    #expect(bench.said("W") == [])
    bench.event(Bench.context, in: "W")
    #expect(bench.said("W") == ["evaluate", "resume"])
  }

  @Test func `sessions that others have made are left alone`() {
    var bench = Bench()
    bench.reply(to: "attachToNew", in: nil)
    bench.attach("D", "service_worker", waits: false)
    bench.event(Bench.context, in: "D")
    #expect(bench.said("D") == [])
  }

  @Test func `what it does not know is let go`() {
    var bench = Bench()
    bench.attach("S", "shared_worker")
    #expect(bench.said("S") == ["resume"])
  }

  @Test func `dialogs are closed where nobody else would, and asked pages may leave`() {
    for (closes, hasHandler, expected) in [
      (true, false, ["closeDialog"]), (true, true, []), (false, false, []),
    ] {
      var bench = Bench(closesDialogs: closes)
      bench.attach("P", "page")
      _ = bench.said("P")
      bench.event(Bench.dialog(hasHandler: hasHandler), in: "P")
      #expect(bench.said("P") == expected)
    }
  }

  private struct Bench {
    private var rewriter: EndpointRewriter
    private var actions: [EndpointRewriter.Action] = []
    private var tickets: [String: UInt64] = [:]
    private(set) var isReady = false
    private var sequence: UInt64 = 0

    static let context = """
      "Runtime.executionContextCreated","params":{"context":{"id":1,"origin":"http://a","name":"",\
      "uniqueId":"1"}}
      """

    static func dialog(hasHandler: Bool) -> String {
      """
      "Page.javascriptDialogOpening","params":{"url":"http://a/","frameId":"F","message":"?",\
      "type":"confirm","hasBrowserHandler":\(hasHandler)}
      """
    }

    init(closesDialogs: Bool = true) {
      rewriter = EndpointRewriter(
        origin: EndpointRewriterTests.origin, closesDialogs: closesDialogs)
      let actions = rewriter.start()
      note(actions)
    }

    mutating func attach(_ session: String, _ type: String, waits: Bool = true) {
      event(
        """
        "Target.attachedToTarget","params":{"sessionId":"\(session)","targetInfo":{"targetId":"T",\
        "type":"\(type)","title":"","url":"","attached":true,"canAccessOpener":false},\
        "waitingForDebugger":\(waits)}
        """, in: nil)
    }

    mutating func event(_ method: String, in session: String?) {
      let suffix = session.map { #","sessionId":"\#($0)""# } ?? ""
      var scanner = MessageScanner()
      guard
        case .event(let event, let session) = scanner.scan(
          Array(#"{"method":\#(method)\#(suffix)}"#.utf8))
      else {
        Issue.record("no event: \(method)")
        return
      }
      receive(.event(event), session)
    }

    mutating func reply(to command: String, in session: String?) {
      guard let ticket = tickets["\(session ?? "")/\(command)"] else {
        Issue.record("\(command) was not said")
        return
      }
      receive(
        .reply(ticket: ticket, .success(.emptyObject)), session.map(SessionID.init(rawValue:)))
    }

    /// What was said to a session since it was asked last.
    mutating func said(_ session: String) -> [String] {
      var said: [String] = []
      actions.removeAll { action in
        guard case .post(let command, let to?, _) = action, to.rawValue == session else {
          return false
        }
        said.append(Self.name(command))
        return true
      }
      return said
    }

    private mutating func receive(_ content: InboundMessage.Content, _ session: SessionID?) {
      sequence += 1
      note(
        rewriter.receive(InboundMessage(sequence: sequence, session: session, content: content)))
    }

    private mutating func note(_ new: [EndpointRewriter.Action]) {
      for action in new {
        switch action {
        case .isReady: isReady = true
        case .post(let command, let session, let ticket):
          tickets["\(session?.rawValue ?? "")/\(Self.name(command))"] = ticket
        }
      }
      actions += new
    }

    private static func name(_ command: EndpointRewriter.Command) -> String {
      String("\(command)".prefix { $0 != "(" })
    }
  }
}
