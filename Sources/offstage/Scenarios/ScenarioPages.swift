import CDP
import Foundation
import JSON
import OffstageCore
import OffstageScenario

/// What a scenario does with pages, on one connection.
struct ScenarioPages: Sendable {
  let connection: Connection

  struct Page: Sendable {
    var target: Target.TargetID
    var session: SessionID
  }

  /// Between two looks at what nothing announces.
  private static let pause = Duration.milliseconds(30)

  private static let nothing = "about:blank"

  /// Comes true with the document's `load` event.
  private static let untilLoaded = """
    document.readyState === 'complete' ||
      new Promise(done => addEventListener('load', () => done(true), { once: true }))
    """

  /// Of the last answer on the way there, also if a worker gave it; 0 where there was none.
  private static let status =
    "performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0"

  // MARK: Opening

  func open(
    _ url: String, expecting status: Int?, within limit: Interval
  ) async throws(StageError) -> Page {
    let end = ContinuousClock.now + limit.duration
    let (page, answer) = try await load(url, within: limit, until: end)
    if let status, answer != status {
      throw StageError(
        .unmet, "The page \(url) answered \(answer.map(String.init) ?? "nothing"), not \(status).")
    }
    if status == nil, let answer, answer >= 400 {
      throw StageError(
        .unmet, "The page \(url) answered \(answer).",
        hint: "If that is right: open: { url: …, status: \(answer) }")
    }
    return page
  }

  /// With the status of the answer, where there was one.
  private func load(
    _ url: String, within limit: Interval, until end: ContinuousClock.Instant
  ) async throws(StageError) -> (Page, status: Int?) {
    do throws(CDPError) {
      let target = try await emptyPage()
      let page = Page(target: target, session: try await attach(target))
      let reply = try await connection.call(
        CDP.Page.Navigate(url: url), session: page.session, timeout: limit.duration)
      if let failure = reply.errorText {
        throw CDPError(.unreachable, "The page \(url) could not be opened: \(failure)")
      }
      _ = try await evaluate(Self.untilLoaded, in: page, until: end)
      let status = try await evaluate(Self.status, in: page, until: end)
      return (page, Int(status.json).flatMap { $0 > 0 ? $0 : nil })
    } catch {
      throw stageError(error, "The page \(url) did not load within \(limit.short).")
    }
  }

  /// The one that the browser began with, or another.
  private func emptyPage() async throws(CDPError) -> Target.TargetID {
    if let page = try await emptyPages().first { return page.targetId }
    return try await connection.call(Target.CreateTarget(url: Self.nothing)).targetId
  }

  func find(_ url: String, within limit: Interval) async throws(StageError) -> Page {
    let end = ContinuousClock.now + limit.duration
    var last: [String] = []
    do throws(CDPError) {
      while true {
        let pages = try await targets()
        last = pages.map(\.url)
        if let found = pages.last(where: { $0.url == url || $0.url == url + "/" }) {
          return Page(target: found.targetId, session: try await attach(found.targetId))
        }
        try await pause(until: end, "No page")
      }
    } catch {
      let shown = last.isEmpty ? "None is open." : "Open are \(last.joined(separator: ", "))."
      var failure = stageError(error, "No page \(url) was opened within \(limit.short).")
      failure.hint = failure.hint ?? shown
      throw failure
    }
  }

  /// Those of the site; an empty one stays, and the browser with it.
  func closeAll() async throws(StageError) {
    do throws(CDPError) {
      if try await emptyPages().isEmpty {
        _ = try await connection.call(Target.CreateTarget(url: Self.nothing, background: true))
      }
      for page in try await targets() {
        _ = try? await connection.call(Target.CloseTarget(targetId: page.targetId))
      }
      let end = ContinuousClock.now + .seconds(10)
      while try await !targets().isEmpty { try await pause(until: end, "The pages did not close") }
    } catch {
      throw stageError(error, "The pages did not close.")
    }
  }

  private func targets() async throws(CDPError) -> [Target.TargetInfo] {
    try await allPages().filter { $0.url != Self.nothing }
  }

  /// None that a page has opened for itself.
  private func emptyPages() async throws(CDPError) -> [Target.TargetInfo] {
    try await allPages().filter { $0.url == Self.nothing && $0.openerId == nil }
  }

  private func allPages() async throws(CDPError) -> [Target.TargetInfo] {
    try await connection.call(Target.GetTargets()).targetInfos.filter { $0.type == "page" }
  }

  private func attach(_ target: Target.TargetID) async throws(CDPError) -> SessionID {
    try await connection.call(Target.AttachToTarget(targetId: target, flatten: true)).sessionId
  }

  // MARK: Scripts

  /// What the last statement came to, as JSON.
  func evaluate(
    _ script: String, in page: Page, hasGesture: Bool, within limit: Interval
  ) async throws(StageError) -> String {
    let value: Value
    do throws(CDPError) {
      value = try await evaluate(
        script, in: page, hasGesture: hasGesture, until: .now + limit.duration)
    } catch {
      throw stageError(error, "The script did not come to its end within \(limit.short).")
    }
    guard let exception = value.exception else { return value.json }
    throw StageError(.unmet, "The script threw \(exception.escapedForTerminal)")
  }

  func wait(
    for expression: String, in page: Page, within limit: Interval
  ) async throws(StageError) {
    let end = ContinuousClock.now + limit.duration
    var last: Value?
    do throws(CDPError) {
      while last?.isTrue != true {
        if last != nil { try await pause(until: end, "It did not come true") }
        last = try await evaluate(expression, in: page, until: end)
      }
    } catch {
      var failure = stageError(
        error, "‘\(expression.escapedForTerminal)’ did not come true within \(limit.short).")
      if failure.kind == .unmet, let last {
        failure.hint =
          (last.exception.map { "It threw \($0)" } ?? "It was \(last.json).")
          .escapedForTerminal
      }
      throw failure
    }
  }

  struct Value {
    var json: String
    /// Its first line.
    var exception: String?

    init(_ reply: Runtime.Evaluate.Reply) {
      json = reply.result.value.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "null"
      exception = reply.exceptionDetails.map { details in
        let text = details.exception?.description ?? details.text
        return String(text.prefix { !$0.isNewline })
      }
    }

    var isTrue: Bool {
      exception == nil && !["false", "null", "0", "\"\"", "undefined"].contains(json)
    }

    /// Of a JSON string.
    var text: String? {
      var reader = JSONReader(Array(json.utf8))
      return try? reader.readString()
    }
  }

  func evaluate(
    _ script: String, in page: Page, hasGesture: Bool = false,
    until end: ContinuousClock.Instant
  ) async throws(CDPError) -> Value {
    while true {
      do throws(CDPError) {
        // Elsewhere than at its top the word does no harm.
        return script.contains("await")
          ? try await awaitedValue(of: script, in: page, hasGesture, until: end)
          : try await value(of: script, in: page, hasGesture, until: end)
      } catch {
        // A page that is on its way to another takes the script with it.
        guard case .remote = error.code, error.description.contains("navigated"), !hasGesture
        else { throw error }
        try await pause(until: end, "The page went away")
      }
    }
  }

  private func value(
    of script: String, in page: Page, _ hasGesture: Bool, until end: ContinuousClock.Instant,
    usesConsole: Bool = false
  ) async throws(CDPError) -> Value {
    let reply = try await connection.call(
      Runtime.Evaluate(
        expression: script, includeCommandLineAPI: usesConsole, returnByValue: true,
        userGesture: hasGesture, awaitPromise: true),
      session: page.session, timeout: max(.milliseconds(1), end - .now))
    return Value(reply)
  }

  /// As the console of DevTools does it; it leaves a promise as it is, and what came last in `$_`.
  private func awaitedValue(
    of script: String, in page: Page, _ hasGesture: Bool, until end: ContinuousClock.Instant
  ) async throws(CDPError) -> Value {
    let reply = try await connection.call(
      Runtime.Evaluate(
        expression: script, objectGroup: "console", includeCommandLineAPI: true,
        userGesture: hasGesture, awaitPromise: true, replMode: true),
      session: page.session, timeout: max(.milliseconds(1), end - .now))
    guard reply.exceptionDetails == nil else { return Value(reply) }
    return try await value(of: "$_", in: page, hasGesture, until: end, usesConsole: true)
  }

  // MARK: Pictures

  func pictures() async -> [[UInt8]] {
    var pictures: [[UInt8]] = []
    for target in (try? await targets()) ?? [] {
      guard let session = try? await attach(target.targetId) else { continue }
      let reply = try? await connection.call(
        CDP.Page.CaptureScreenshot(format: .png), session: session, timeout: .seconds(5))
      if let data = reply.flatMap({ Data(base64Encoded: $0.data) }) {
        pictures.append([UInt8](data))
      }
      _ = try? await connection.call(Target.DetachFromTarget(sessionId: session))
    }
    return pictures
  }

  // MARK: Errors

  func pause(
    until end: ContinuousClock.Instant, _ what: String
  ) async throws(CDPError) {
    guard ContinuousClock.now < end else { throw CDPError(.timedOut, what) }
    do {
      try await Task.sleep(for: Self.pause)
    } catch {
      throw CDPError(.cancelled, what)
    }
  }

  func stageError(_ error: CDPError, _ late: String) -> StageError {
    switch error.code {
    case .timedOut: StageError(.unmet, late)
    case .closed: StageError(.broken, "The browser has ended.", hint: error.underlying)
    case .detached: StageError(.unmet, "The page was closed.")
    default: StageError(.unmet, error.context.capitalizedSentence, hint: error.hint)
    }
  }
}

extension Interval {
  var duration: Duration { .microseconds(micros) }
}

extension String {
  /// As a JSON string, which is one of JavaScript too.
  var jsonQuoted: String {
    var writer = JSONWriter()
    writer.value(self)
    return writer.string
  }
}
