import CDP
import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// The pages over a store that a test has made, in a real Chromium, as somebody would see them.
struct PagesScene: Sendable {
  /// How the page is looked at.
  struct Look: Sendable, CustomStringConvertible {
    var isDark: Bool
    var width: Int

    static let all = [false, true].flatMap { dark in
      [1280, 360].map { Look(isDark: dark, width: $0) }
    }

    var description: String { "\(isDark ? "dark" : "light")-\(width)" }
  }

  let page: UIPage

  /// - Parameter isFull: with events of every service, failures, gaps and a worker's errors; without
  ///   them nothing was ever recorded.
  static func with(
    isFull: Bool, _ body: @Sendable (PagesScene) async throws -> Void
  ) async throws {
    try await Bench.with { bench in
      var lock: SourceLock?
      if isFull {
        try await bench.withStore { store in
          let source = try await store.openSource(.test("work"), at: ManualClock.start).source
          _ = try await store.write(
            [SourceWrites(source: source.id, writes: PagesScene.writes)],
            receivedUntil: SystemClock().now())
          for (action, answer) in PagesScene.triggers {
            let now = SystemClock().now()
            let trigger = try await store.ask(
              action, by: .ui, of: source.id, patience: .seconds(5), at: now)
            try await store.end(trigger: trigger, with: answer, at: now)
          }
          // As a recorder would.
          lock = try SourceLocks(folder: DataFolder(path: bench.data)).lock(source)
        }
      }
      try await bench.withPages { page, _ in
        try await page.wait("document.querySelector('off-nav .connection.live')")
        try await body(PagesScene(page: page))
      }
      withExtendedLifetime(lock) {}
    }
  }

  // MARK: Looking

  /// The panes, as their links stand in the sidebar: a new one is there by itself.
  func panes() async throws -> [String] {
    let links = try await page.answer(
      to:
        "[...document.querySelectorAll('off-nav a')].map(a => a.innerText.split('\\n')[0]).join('|')"
    )
    return links.split(separator: "|").map(String.init)
  }

  func open(_ pane: Int) async throws {
    try await page.run("document.querySelectorAll('off-nav a')[\(pane)].click()")
    try await page.wait(
      "document.querySelectorAll('off-nav a')[\(pane)].getAttribute('aria-current') === 'page'")
    try await settle()
  }

  /// Operations whose details tell of different courses.
  static let operations = ["job-1", "outbox", "0:179535612983760%6d1a"]

  func openOperation(_ instance: String) async throws {
    try await page.run("document.querySelector('off-nav a[data-view=operations]').click()")
    // Only rows on the screen are there, and beside details there are few.
    try await page.run("document.querySelector('off-operation [aria-label=Close]')?.click()")
    let row = OperationsBench.row(instance)
    try await page.wait(row)
    try await page.run("\(row).click()")
    try await page.wait("document.querySelector('off-operation h2')")
    try await settle()
  }

  /// The drawer's parts, as the address names them.
  static let drawer = ["push", "sync", "network", "worker", "fetches", "notifications"]

  func openDrawer(_ part: String) async throws {
    if try await page.answer(to: "String(document.querySelector('off-drive').hidden)") == "true" {
      try await page.run(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'd', bubbles: true}))")
    }
    try await page.wait("!document.querySelector('off-drive').hidden")
    try await page.run("document.querySelector('#drive-\(part)').click()")
    try await page.wait("document.querySelector('#drive-\(part)[aria-selected=true]')")
    try await settle()
  }

  func closeDrawer() async throws {
    try await page.run("document.querySelector('off-drive header button').click()")
    try await page.wait("document.querySelector('off-drive').hidden")
  }

  func look(_ look: Look) async throws {
    try await page.send(SetMedia(isDark: look.isDark))
    try await page.send(SetSize(width: look.width, height: 800))
    try await settle()
  }

  /// Returns when nothing on the page has changed for some frames.
  func settle() async throws {
    try await page.run(
      """
      (async () => {
        let last = '', same = 0;
        for (let frame = 0; frame < 300 && same < 8; frame++) {
          await new Promise(requestAnimationFrame);
          const now = document.body.outerHTML;
          same = now === last ? same + 1 : 0;
          last = now;
        }
      })()
      """)
  }

  func screenshot() async throws -> [UInt8] {
    let reply = try await page.client.connection.call(
      Page.CaptureScreenshot(), session: page.session)
    return [UInt8](try #require(Data(base64Encoded: reply.data)))
  }
}

extension UIPage {
  /// The text that an expression gives.
  func answer(to expression: String) async throws -> String {
    let reply = try await client.connection.call(
      Runtime.Evaluate(expression: expression, returnByValue: true, awaitPromise: true),
      session: session)
    if let exception = reply.exceptionDetails {
      throw Unexpected(exception.exception?.description ?? exception.text)
    }
    var reader = JSONReader(reply.result.value?.bytes ?? [])
    return try reader.readString()
  }

  func send(_ command: some Command) async throws {
    _ = try await client.connection.call(command, session: session)
  }
}

/// `Emulation.setEmulatedMedia`
private struct SetMedia: Command {
  static let method: StaticString = "Emulation.setEmulatedMedia"
  var isDark: Bool

  func encode(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.memberArray("features") { writer in
        for (name, value) in [
          ("prefers-color-scheme", isDark ? "dark" : "light"), ("prefers-reduced-motion", "reduce"),
        ] {
          writer.object { writer in
            writer.member("name", name)
            writer.member("value", value)
          }
        }
      }
    }
  }

  static func decodeReply(_ reader: inout JSONReader) throws(JSONError) -> NoReply {
    try reader.skipValue()
    return NoReply()
  }
}

/// `Emulation.setDeviceMetricsOverride`
private struct SetSize: Command {
  static let method: StaticString = "Emulation.setDeviceMetricsOverride"
  var width: Int
  var height: Int

  func encode(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("width", width)
      writer.member("height", height)
      writer.member("deviceScaleFactor", 1)
      writer.member("mobile", false)
    }
  }

  static func decodeReply(_ reader: inout JSONReader) throws(JSONError) -> NoReply {
    try reader.skipValue()
    return NoReply()
  }
}
