@testable import DBus
import OffstageTesting
import Testing

@Suite struct NotificationServerTests {
  private static let browser = BusClientID(1)

  @Test func `what the browser shows is on the screen as it was given`() throws {
    var server = NotificationServer(version: "1")
    guard case .shown(let shown) = server.answer(BusCorpus.notify, from: Self.browser) else {
      Issue.record("not shown")
      return
    }
    #expect(shown.number == 1)
    let given = shown.notification
    #expect(given.summary == "Title")
    #expect(
      given.body
        == NotificationBody(
          link: "https://app.example/", text: "A <b> text", imagePath: "/tmp/a b"))
    #expect(given.iconPath == "/tmp/icon")
    #expect(given.buttons.map(\.key) == ["0", "inline-reply"])
    #expect(given.replyPlaceholder == "Type here")
    #expect(given.isSilent && given.staysOpen)
    #expect(server.shown == [shown])
  }

  @Test func `one that replaces another keeps its number`() throws {
    var server = NotificationServer(version: "1")
    #expect(server.show("One") == 1)
    #expect(server.show("Two") == 2)
    #expect(server.show("One again", replacing: 1) == 1)
    #expect(server.shown.map(\.notification.summary) == ["One again", "Two"])
    // One that is gone, or another browser's, is shown anew.
    _ = server.dismiss(2)
    #expect(server.show("Two again", replacing: 2) == 3)
    #expect(server.show("Theirs", replacing: 1, from: BusClientID(2)) == 4)
  }

  @Test func `clicks, replies and dismissals are told as the specification names them`() {
    var server = NotificationServer(version: "1")
    _ = server.answer(BusCorpus.notify, from: Self.browser)
    #expect(server.invoke("default", on: 1)?.body == [.uint32(1), .string("default")])
    #expect(server.invoke("0", on: 1)?.member == "ActionInvoked")
    #expect(server.invoke("9", on: 1) == nil)
    #expect(server.reply("Hi", on: 1)?.body == [.uint32(1), .string("Hi")])
    #expect(server.dismiss(1)?.body == [.uint32(1), .uint32(2)])
    #expect(server.dismiss(1) == nil)
    #expect(server.invoke("default", on: 1) == nil)
    // Only one that offers it takes a text.
    #expect(server.show("Plain") == 2)
    #expect(server.reply("Hi", on: 2) == nil)
  }

  @Test func `a browser that takes one back, or goes, leaves an empty screen`() {
    var server = NotificationServer(version: "1")
    #expect(server.show("One") == 1)
    #expect(server.show("Two") == 2)
    let outcome = server.answer(call("CloseNotification", [.uint32(1)]), from: Self.browser)
    #expect(
      outcome
        == .closed(
          number: 1,
          .init(member: "NotificationClosed", body: [.uint32(1), .uint32(3)])))
    #expect(
      server.answer(call("CloseNotification", [.uint32(1)]), from: Self.browser)
        == .reply(.values([])))
    #expect(server.disconnected(Self.browser) == [2])
    #expect(server.shown.isEmpty)
  }

  @Test func `a screen that is full refuses more`() {
    var server = NotificationServer(version: "1")
    for _ in 0..<NotificationServer.mostShown { _ = server.show("One of many") }
    guard case .reply(.error(let name, _)) = server.answer(BusCorpus.notify, from: Self.browser)
    else {
      Issue.record("shown")
      return
    }
    #expect(name.hasSuffix("ExcessNotificationGenerated"))
  }

  @Test func `calls of other shapes are refused`() {
    var server = NotificationServer(version: "1")
    for (member, body) in [
      ("Notify", []), ("CloseNotification", [WireValue.string("1")]), ("Unknown", []),
    ] {
      guard case .reply(.error) = server.answer(call(member, body), from: Self.browser) else {
        Issue.record("\(member) was taken")
        continue
      }
    }
  }

  @Test(
    arguments: [
      ("", NotificationBody(text: "")),
      ("a &amp;lt; b", NotificationBody(text: "a &lt; b")),
      (
        "&lt;a href=\"https://evil.example/\"&gt;x",
        NotificationBody(text: "<a href=\"https://evil.example/\">x")
      ),
      (
        "<a href=\"https://a.example/?q=&quot;&amp;\">a</a>",
        .init(link: "https://a.example/?q=\"&", text: "")
      ),
      // A mark that joins what stands before it.
      (
        "<a href=\"https://a.example/\">a</a>\n\n\u{301}x",
        .init(link: "https://a.example/", text: "\u{301}x")
      ),
      ("&amp;\u{301}", NotificationBody(text: "&\u{301}")),
      (
        "<a href=\"https://a.example/\">a</a>\n\n\n\nx",
        .init(link: "https://a.example/", text: "\n\nx")
      ),
      ("<img src=\"https://a.example/i\" alt=\"\"/>", .init(text: "")),
      ("x\n<img src=\"file:///a%2\" alt=\"\"/>", .init(text: "x", imagePath: "/a%2")),
      ("<a href=\"", .init(text: "<a href=\"")), ("\" alt=\"\"/>", .init(text: "\" alt=\"\"/>")),
    ])
  func `what the page says is told from what the browser adds`(
    _ markup: String, _ body: NotificationBody
  ) {
    let read = NotificationBody(parsing: markup)
    #expect(read == body)
    #expect(Array(read.text.utf8) == Array(body.text.utf8))
  }
}

private func call(_ member: String, _ body: [WireValue]) -> Message {
  Message(
    .call, serial: 2, path: NotificationServer.path, interface: NotificationServer.name,
    member: member, destination: NotificationServer.name, body: body)
}

extension NotificationServer {
  /// The number that it gets.
  fileprivate mutating func show(
    _ title: String, replacing number: UInt32 = 0, from client: BusClientID = BusClientID(1)
  ) -> UInt32? {
    let body: [WireValue] = [
      .string("Chromium"), .uint32(number), .string(""), .string(title), .string(""),
      .strings(["default", "Activate"]), .properties([]), .int32(-1),
    ]
    guard case .shown(let shown) = answer(call("Notify", body), from: client) else { return nil }
    return shown.number
  }
}
