import OffstageCore

/// What can't come true, as far as that is known before anything runs.
struct ScenarioChecks {
  private(set) var mistakes: [ScenarioMistake] = []
  /// `${name}` so far.
  private var names = Set(ScenarioRun.givenNames)
  private var marks: Set<String> = []
  private var hasPage = false
  /// How the browser was ended, if it was.
  private var end: String?

  init(_ scenario: Scenario) {
    for step in scenario.steps { check(step) }
  }

  private mutating func check(_ step: ScenarioStep) {
    checkBrowser(step)
    for text in step.action.texts { checkNames(of: text) }
    switch step.action {
    case .open, .page: hasPage = true
    case .closePages, .closeBrowser, .killBrowser, .restartBrowser: hasPage = false
    case .mark(let name): marks.insert(name.text)
    case .evaluate(let step): if let capture = step.capture { names.insert(capture.text) }
    case .realPush(let step): if let capture = step.capture { names.insert(capture.text) }
    case .expect(let expectation):
      checkFilter(expectation.filter)
      checkMark(expectation.since)
      names.formUnion(expectation.captures.map(\.name.text))
    case .expectNone(let expectation):
      checkFilter(expectation.filter)
      checkMark(expectation.since)
    case .expectOperation(let expectation):
      checkFilter(expectation.filter)
      checkMark(expectation.since)
      checkOperation(expectation)
    case .expectFinding(let expectation):
      if let filter = expectation.filter { checkFilter(filter) }
      checkMark(expectation.since)
    default: break
    }
  }

  private mutating func checkBrowser(_ step: ScenarioStep) {
    if let end, step.action.needsBrowser {
      mistakes.append(
        ScenarioMistake(
          "The browser was \(end) before this step.", at: step.place,
          hint: "restart-browser starts it again."))
    }
    if step.action.needsPage, !hasPage, end == nil {
      mistakes.append(
        ScenarioMistake(
          "No page is open here.", at: step.place, hint: "open: / opens one of the site."))
    }
    switch step.action {
    case .closeBrowser: end = "closed"
    case .killBrowser: end = "killed"
    case .restartBrowser: end = nil
    default: break
    }
  }

  private mutating func checkNames(of text: WrittenText) {
    for (name, offset) in text.names where !names.contains(name) {
      let words = names.sorted()
      mistakes.append(
        ScenarioMistake(
          "Nothing before this step captures “\(name)”.", at: text.place(at: offset), words: words,
          guess: NearestWord.to(name, among: words)))
    }
  }

  private mutating func checkMark(_ mark: WrittenText?) {
    guard let mark, !marks.contains(mark.text) else { return }
    mistakes.append(.unknown("mark", mark.text, at: mark.place, words: marks.sorted()))
  }

  // MARK: What no event has

  private mutating func checkFilter(_ text: WrittenText) {
    guard let written = try? WrittenFilter(parsing: text.text) else { return }
    var seen: [String: String] = [:]
    var services: Set<Service>?
    for part in written.filter.conjuncts {
      guard case .term(.named(let key, let value)) = part else { continue }
      if Self.single.contains(key.name), let other = seen.updateValue(value, forKey: key.name),
        other != value
      {
        return note("No event has both \(key.name):\(other) and \(key.name):\(value).", at: text)
      }
      checkName(key.name, value, at: text)
      guard let own = Self.services(of: key.name, value) else { continue }
      services = services?.intersection(own) ?? own
    }
    if services?.isEmpty ?? false {
      note("No event of that service has that name.", at: text)
    }
  }

  /// In quotes any name is taken for one; here what is nearly a known one was mistyped.
  private mutating func checkName(_ key: String, _ value: String, at text: WrittenText) {
    let names = EventCatalogue.entries.map(\.name)
    guard key == "event", !names.contains(where: { $0.lowercased() == value.lowercased() }),
      let guess = NearestWord.to(value, among: names)
    else { return }
    mistakes.append(
      ScenarioMistake(
        "The browser logs no “\(value.escapedForTerminal)”.", at: text.place, guess: guess))
  }

  /// Of these an event has one.
  private static let single: Set = ["service", "event", "tag", "outcome", "capture"]

  private static func services(of key: String, _ value: String) -> Set<Service>? {
    switch key {
    case "service": return (try? Service(parsing: value)).map { [$0] }
    case "event":
      let found = EventCatalogue.entries.filter { $0.name.lowercased() == value.lowercased() }
      return found.isEmpty ? nil : Set(found.map(\.service))
    default: return nil
    }
  }

  private mutating func checkOperation(_ expectation: OperationExpectation) {
    if let attempts = expectation.attempts, let failures = expectation.failures,
      failures > attempts
    {
      note("Nothing fails \(failures) times in \(attempts) attempts.", at: expectation.filter)
    }
  }

  private mutating func note(_ message: String, at text: WrittenText) {
    mistakes.append(ScenarioMistake(message, at: text.place))
  }
}

extension StepAction {
  /// Those in which each `${name}` has to be known.
  fileprivate var texts: [WrittenText] {
    let found: [WrittenText?] =
      switch self {
      case .open(let url, _, _), .page(let url, _): [url]
      case .click(let selector, _): [selector]
      case .push(let payload, let scope): [payload.written, scope]
      case .realPush(let step):
        [step.payload.written, step.scope, step.subscription, step.topic, step.key]
      case .expectPush(let expectation): [expectation.message]
      case .sync(let tag, _, let scope), .periodicSync(let tag, let scope): [tag, scope]
      case .notification(let step): [step.title, step.button, step.text]
      case .expect(let expectation): [expectation.filter]
      case .expectNone(let expectation): [expectation.filter]
      case .expectOperation(let expectation): [expectation.filter]
      case .expectFinding(let expectation): [expectation.filter]
      // In a script `${…}` may be its own.
      case .evaluate, .wait, .pass, .snapshot, .closePages, .network, .restartBrowser,
        .closeBrowser,
        .killBrowser, .mark:
        []
      }
    return found.compactMap { $0 }
  }

  fileprivate var needsBrowser: Bool {
    switch self {
    case .mark, .expect, .expectNone, .expectOperation, .expectFinding, .expectPush, .pass,
      .restartBrowser:
      false
    // Whoever has the subscription sends to it, whether its browser runs or not.
    case .realPush(let step): step.subscription == nil
    default: true
    }
  }

  fileprivate var needsPage: Bool {
    switch self {
    case .evaluate, .click, .wait: true
    default: false
    }
  }
}
