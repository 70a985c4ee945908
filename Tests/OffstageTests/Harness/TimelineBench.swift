import CDP
import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// The Timeline over a store that the test has filled.
struct TimelineBench: Sendable {
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
      try await bench.withPages { page, port in
        try await page.wait("document.querySelector('off-nav .connection.live')")
        try await body(TimelineBench(page: page, port: port))
      }
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

  func text(_ expression: String) async throws -> String {
    let reply = try await page.client.connection.call(
      Runtime.Evaluate(expression: expression, returnByValue: true, awaitPromise: true),
      session: page.session)
    let value = try #require(reply.result.value).description
    return try JSONDecoder().decode(String.self, from: Data(value.utf8))
  }

  func setTimezone(_ name: String) async throws {
    _ = try await page.client.connection.call(
      SetTimezoneOverride(name: name), session: page.session)
  }

  /// What a ruler of 1000 pixels names in local time.
  func ticks(_ from: String, _ to: String) async throws -> String {
    try await text(
      """
      import('/ui/timeline-scale.js').then(({ Scale, ticks }) =>
        ticks(new Scale(Date.parse('\(from)') * 1000, Date.parse('\(to)') * 1000, 1000), false)
          .map(({ text }) => text).join(' '))
      """)
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
  var quoted: String {
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

/// `Emulation.setTimezoneOverride`.
private struct SetTimezoneOverride: Command {
  static let method: StaticString = "Emulation.setTimezoneOverride"

  var name: String

  func encode(to writer: inout JSONWriter) {
    writer.object { $0.member("timezoneId", name) }
  }

  static func decodeReply(_ reader: inout JSONReader) throws(JSONError) -> NoReply {
    try reader.skipValue()
    return NoReply()
  }
}
