import CDP
import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

extension BrowserTests {
  /// The Timeline, in a real Chromium, with a real mouse and real keys.
  @Suite struct TimelineTests {
    @Test(.timeLimit(.minutes(2)))
    func `there is a lane for each service and origin, and the wheel zooms into the address`()
      async throws
    {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.open("")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        try await page.wait("document.querySelector('.lane').ariaLabel.includes('2 events')")
        let names = try await page.run(
          "[...document.querySelectorAll('.lane')].map(lane => lane.ariaLabel).join('|')")
        #expect(names.contains("Background Fetch, https://app.example: 2 events in view, 1 failed"))
        #expect(names.contains("Push Messaging, https://b.example: 3 events in view"))
        #expect(try await page.run("location.search").contains("from=") == false)
        try await page.wheel(over: "canvas.tracks", by: -400)
        try await page.wait("location.search.includes('from=2026-')")
        // Another address has another window; the same one has the same again.
        let address = try await page.run("location.search")
        try await page.run("location.reload()")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        #expect(try await page.run("location.search") == address)
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a click on an event selects it and opens its details`() async throws {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        let lane = "document.querySelector('.lane.backgroundSync')"
        try await page.wait("\(lane).ariaLabel.includes('3 events')")
        // The sync is registered a quarter of the window after its beginning.
        try await page.mouse(.move, x: page.x(0.25), y: page.middle(of: lane))
        try await page.wait("!document.querySelector('off-timeline .card').hidden")
        try await page.wait(
          "document.querySelector('off-timeline .card').innerText.includes('Registered sync')")
        try await page.click(x: page.x(0.25), y: page.middle(of: lane))
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Registered sync'")
        try await page.wait("location.search.includes('id=')")
        try await page.run("location.reload()")
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Registered sync'")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a range brushed on the ruler becomes the filter of the table`() async throws {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        let ruler = "document.querySelector('off-timeline .ruler')"
        try await page.drag(
          from: (page.x(0.2), page.middle(of: ruler)), to: (page.x(0.3), page.middle(of: ruler)))
        try await page.wait(
          "location.search.includes('since') && location.search.includes('until')")
        try await page.wait("!document.querySelector('off-timeline .brush').hidden")
        try await page.run("document.querySelector('off-timeline .brush button').click()")
        try await page.wait("document.querySelectorAll('off-table .rows .event').length === 3")
        let shown = try await page.run("document.querySelector('off-table .rows').innerText")
        #expect(shown.contains("Sync completed"))
        #expect(shown.contains("Push") == false)
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `keys alone lead to an event, near it, and to its time in the table`() async throws {
      try await TimelineBench.with(TimelineBench.story) { page in
        try await page.wait("document.querySelector('off-table .rows .event')")
        for key in ["g", "t"] { try await page.press(key) }
        try await page.wait("location.search.includes('view=timeline')")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 3")
        for _ in 0..<2 { try await page.press("ArrowDown") }
        try await page.wait("document.activeElement.matches('.lane.backgroundSync')")
        try await page.press("Enter", text: "\r")
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Sync completed'")
        try await page.wait(
          "document.querySelector('off-timeline [aria-live]').innerText.includes('Sync completed')")
        try await page.press("k")
        try await page.wait(
          "document.querySelector('off-details h2')?.innerText === 'Dispatched sync event'")
        try await page.press("Escape")
        try await page.wait("document.querySelector('off-details').hidden")
        let before = try await page.seen()
        try await page.press("+", text: "+")
        try await page.wait("document.querySelector('.seen').innerText !== \(before.quoted)")
        try await page.press("ArrowRight")
        try await page.wait("location.search.includes('from=')")
        try await page.press("b")
        try await page.wait("location.search.includes('until')")
        try await page.wait("!document.querySelector('off-timeline .brush').hidden")
        try await page.press("Escape")
        try await page.wait("!location.search.includes('until')")
        try await page.press("0", text: "0")
        try await page.wait("!location.search.includes('from=')")
        try await page.wait("document.querySelector('.seen').innerText === \(before.quoted)")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `many events are bars until one is near enough to see each`() async throws {
      let many = (0..<3000).map { index in
        LoggedEvent.sample(
          "Push event dispatched",
          at: TimelineBench.start + Interval(micros: Int64(index) * 1_200_000), instance: "\(index)"
        )
      }
      try await TimelineBench.with(many) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait(
          "document.querySelector('off-timeline .words').innerText.includes('3,000 events; a bar is')"
        )
        try await page.mouse(
          .move, x: page.x(0.5), y: page.middle(of: "document.querySelector('.lane')"))
        try await page.wait(
          "/^\\d+ events/.test(document.querySelector('off-timeline .card').innerText)")
        for _ in 0..<3 { try await page.wheel(over: "canvas.tracks", by: -500) }
        try await page.wait(
          "/\\d events$/.test(document.querySelector('off-timeline .words').innerText)")
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what a page calls its origin and its instances is shown as text`() async throws {
      let texts = [
        "https://<img src=x onerror=document.title=1>.example", "https://\u{202E}gnp.exe\u{2066}",
        "https://a\u{0}b\u{1B}[2J\n|", String(repeating: "https://x", count: 1 << 14),
      ]
      let events = texts.enumerated().map { index, text in
        LoggedEvent.sample(
          at: TimelineBench.start + .seconds(Int64(index) * 1200), instance: text, origin: text,
          storageKey: nil, ["Payload": text])
      }
      try await TimelineBench.with(events) { page in
        try await page.open("&\(TimelineBench.window)")
        try await page.wait("document.querySelectorAll('off-timeline .lane').length === 4")
        for index in 0..<4 {
          let lane = "document.querySelectorAll('off-timeline .lane')[\(index)]"
          try await page.run("\(lane).click()")
          try await page.wait(
            "document.querySelector('off-details dl')?.textContent.includes("
              + "\(lane).dataset.lane.slice(14, 24))")
          try await page.mouse(.move, x: page.x(0.5), y: page.middle(of: lane))
        }
        let markup = try await page.run(
          "document.querySelectorAll('off-app img, off-app script, off-app iframe').length")
        #expect(markup.contains("0"))
        #expect(try await page.run("document.title").contains("Timeline"))
        #expect(page.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `an event shows up in the Timeline as the browser logs it`() async throws {
      try await UIBench.with { ui in
        try await ui.wait("document.querySelector('off-nav .connection.live')")
        try await ui.run("document.querySelector('off-nav a[data-view=timeline]').click()")
        try await ui.wait("document.querySelector('off-timeline .empty:not([hidden])')")
        try await ui.worker.push(1)
        try await ui.wait(
          "document.querySelector('.lane.pushMessaging')?.ariaLabel.includes('2 events')")
        try await ui.worker.push(1, from: 1)
        try await ui.wait(
          "document.querySelector('.lane.pushMessaging')?.ariaLabel.includes('4 events')")
        #expect(ui.complaints() == [])
      }
    }
  }
}

/// The Timeline over a store that the test has filled.
private struct TimelineBench: Sendable {
  static let start = Timestamp(micros: 1_795_356_000_000_000)
  /// From an hour's beginning to its end.
  static let window = "from=2026-11-22T14:00:00.000000Z&to=2026-11-22T15:00:00.000000Z"

  /// A fetch, a sync and a push within an hour.
  static let story =
    LoggedEvent.sync(at: start + .minutes(15), tag: "outbox")
    + [
      .sample(
        "Background Fetch registered", .backgroundFetch, at: start + .minutes(1), instance: "film"),
      .sample(
        "Background Fetch completed", .backgroundFetch, at: start + .minutes(9), instance: "film",
        ["Failure Reason": "fetch-error"]),
    ]
    + LoggedEvent.push(at: start + .minutes(30), message: "m").map { event in
      LoggedEvent.sample(
        event.eventName, at: event.timestamp, instance: event.instanceId,
        origin: "https://b.example/",
        Dictionary(uniqueKeysWithValues: event.metadata.map { ($0.key, $0.value) }))
    }

  let page: UIPage
  let port: Int

  static func with(
    _ events: [LoggedEvent], _ body: @Sendable (TimelineBench) async throws -> Void
  ) async throws {
    try await Bench.with { bench in
      try await bench.withStore { store in
        let source = try await store.openSource(.test("default"), at: start).source.id
        _ = try await store.write(
          [SourceWrites(source: source, writes: events.map { .event($0) })], receivedUntil: start)
      }
      let program = try bench.start("serve", "--ui-port", "0")
      try await program.says("UI: http")
      let link = try await bench.run("ui").output.trimmingCharacters(in: .whitespacesAndNewlines)
      try await bench.withBrowser { browser, _ in
        try await Client.with(port: browser.port) { client in
          let page = try await UIPage(client, link)
          try await page.wait("document.querySelector('off-nav .connection.live')")
          try await body(TimelineBench(page: page, port: try #require(URL(string: link)?.port)))
        }
      }
      try await program.interrupt()
    }
  }

  func open(_ more: String) async throws {
    try await run("location.assign('/?view=timeline&utc=\(more)')")
    try await wait("document.querySelector('off-timeline:not([hidden])')")
  }

  @discardableResult
  func run(_ expression: String) async throws -> String { try await page.run(expression) }

  func wait(_ expression: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await page.wait(expression, sourceLocation: sourceLocation)
  }

  func complaints() -> [String] { page.complaints() }

  /// The window in words.
  func seen() async throws -> String {
    try await text("document.querySelector('.seen').innerText")
  }

  // MARK: Places

  /// That part of the window.
  func x(_ part: Double) async throws -> Double {
    let tracks = "document.querySelector('canvas.tracks').getBoundingClientRect()"
    return try await number("\(tracks).left + \(tracks).width * \(part)")
  }

  /// The element's middle; of a lane, that of its track, which may lie below its name.
  func middle(of element: String) async throws -> Double {
    try await number(
      """
      (() => { const box = \(element).getBoundingClientRect();
        const isAbove = box.height < 20; return box.top + (isAbove ? 18 + 27 : box.height / 2); })()
      """)
  }

  private func number(_ expression: String) async throws -> Double {
    try #require(Double(try await text("String(\(expression))")))
  }

  private func text(_ expression: String) async throws -> String {
    let reply = try await page.client.connection.call(
      Runtime.Evaluate(expression: expression, returnByValue: true), session: page.session)
    let value = try #require(reply.result.value).description
    return try JSONDecoder().decode(String.self, from: Data(value.utf8))
  }

  // MARK: Hands

  enum MouseAction: String {
    case move = "mouseMoved"
    case press = "mousePressed"
    case release = "mouseReleased"
    case wheel = "mouseWheel"
  }

  func mouse(
    _ action: MouseAction, x: Double, y: Double, isDown: Bool = false, turn: Double = 0
  ) async throws {
    let command = DispatchMouseEvent(
      type: action.rawValue, x: x, y: y, button: isDown ? "left" : "none", turn: turn)
    _ = try await page.client.connection.call(command, session: page.session)
  }

  func click(x: Double, y: Double) async throws {
    try await mouse(.press, x: x, y: y, isDown: true)
    try await mouse(.release, x: x, y: y, isDown: true)
  }

  func drag(from: (Double, Double), to: (Double, Double)) async throws {
    try await mouse(.press, x: from.0, y: from.1, isDown: true)
    for part in [0.3, 0.6, 1] {
      try await mouse(.move, x: from.0 + (to.0 - from.0) * part, y: to.1, isDown: true)
    }
    try await mouse(.release, x: to.0, y: to.1, isDown: true)
  }

  func wheel(over element: String, by turn: Double) async throws {
    let element = "document.querySelector('\(element)')"
    try await mouse(.wheel, x: x(0.5), y: middle(of: element), turn: turn)
  }

  func press(_ key: String, text: String? = nil) async throws {
    let keys = page.client.connection
    _ = try await keys.call(
      DispatchKeyEvent(type: "keyDown", key: key, text: text), session: page.session)
    _ = try await keys.call(
      DispatchKeyEvent(type: "keyUp", key: key, text: nil), session: page.session)
  }
}

extension String {
  /// As a string of JavaScript.
  fileprivate var quoted: String {
    let data = try? JSONEncoder().encode(self)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "''"
  }
}

/// `Input.dispatchMouseEvent`, as far as these tests need it.
private struct DispatchMouseEvent: Command {
  static let method: StaticString = "Input.dispatchMouseEvent"

  var type: String
  var x: Double
  var y: Double
  var button: String
  var turn: Double

  func encode(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", type)
      writer.member("x", x)
      writer.member("y", y)
      writer.member("button", button)
      writer.member("buttons", button == "left" ? 1 : 0)
      writer.member("clickCount", type == "mouseMoved" || type == "mouseWheel" ? 0 : 1)
      writer.member("deltaX", 0)
      writer.member("deltaY", turn)
    }
  }

  static func decodeReply(_ reader: inout JSONReader) throws(JSONError) -> NoReply {
    try reader.skipValue()
    return NoReply()
  }
}

/// `Input.dispatchKeyEvent`, as far as these tests need it.
private struct DispatchKeyEvent: Command {
  static let method: StaticString = "Input.dispatchKeyEvent"

  var type: String
  var key: String
  /// What the key writes; a button takes Enter only with its text.
  var text: String?

  func encode(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", type)
      writer.member("key", key)
      if key == "Enter" {
        writer.member("code", "Enter")
        writer.member("windowsVirtualKeyCode", 13)
      }
      if let text { writer.member("text", text) }
    }
  }

  static func decodeReply(_ reader: inout JSONReader) throws(JSONError) -> NoReply {
    try reader.skipValue()
    return NoReply()
  }
}
