import OffstageCore
import OffstageScenario
import Testing

/// What is wrong with a file is said with its place, and what could stand there.
@Suite struct ScenarioReaderTests {
  static let whole = """
    name: a sync is held offline and sent when the network is back
    site: { folder: sites/outbox, answers: { /outbox: 204, /busy: { status: 503, after: 1s } } }
    permissions: { notifications: granted }
    fast-retries: true
    timeout: 90s
    steps:
      - open: /
      - evaluate: { script: await send('hello'), is: 1, capture: sent }
      - offline
      - online:
      - push: { json: { title: News, more: [1, true, null] } }
      - push: { empty: true }
      - sync: outbox
      - periodic-sync: { tag: news, scope: /shop/ }
      - notification: click
      - notification: { do: action, button: Archive }
      - mark: here
      - expect: event:"Sync completed" tag:${sent}
      - expect: { filter: 'service:sync', within: 5s, count: 2, capture: { tag: instance }, since: here }
      - expect-none: { filter: 'outcome:failed', for: 500ms }
      - expect-operation: { filter: 'service:sync tag:${tag}', state: [succeeded, failed], attempts: 1 }
      - expect-finding: sync-retrying
      - wait: { for: document.title === 'Sent' }
      - wait: 20ms
      - snapshot: end
      - close-pages
      - kill-browser
      - restart-browser
    """

  private func mistakes(_ text: String) -> [ScenarioMistake] {
    switch ScenarioReader(file: "a.yaml").read(text) {
    case .success: []
    case .failure(let error): error.mistakes
    }
  }

  /// Of a file whose steps are these lines; the first is line 4.
  private func mistakes(steps: String) -> [ScenarioMistake] {
    mistakes("name: a\nsite: http://localhost:1\nsteps:\n" + steps)
  }

  @Test func `a file with everything in it is read`() throws {
    let scenario = try ScenarioReader(file: "a.yaml").read(Self.whole).get()
    #expect(scenario.steps.count == 22)
    #expect(scenario.timeout == .seconds(90) && scenario.hasFastRetries)
    #expect(scenario.steps[2].place == ScenarioPlace(file: "a.yaml", line: 9, column: 5))
    guard case .push(.json(let data), _) = scenario.steps[4].action else { throw Unexpected() }
    #expect(data.text == #"{"title":"News","more":[1,true,null]}"#)
    guard case .folder(_, let answers) = scenario.site.kind else { throw Unexpected() }
    #expect(answers["/outbox"] == SiteAnswer(status: 204))
    #expect(answers["/busy"]?.delay == .seconds(1))
  }

  private struct Unexpected: Error {}

  @Test(
    arguments: [
      // At the top.
      ("nam: a\nsite: http://a\nsteps: [offline]", "1:1", "There is no key “nam”", "name"),
      ("name: a\nsite: http://a\nsteps: []", "3:8", "There is no step.", nil),
      ("name: a\nsite: http://a\nsteps: offline", "3:8", "A single value can't stand here.", nil),
      ("name: [a]\nsite: http://a\nsteps: [offline]", "1:7", "A list can't stand here.", nil),
      ("", "1:1", "The file is empty.", nil),
      ("name: a\nname: b", "1:1", "stands twice", nil),
      ("name: 'a", "1:9", "This is no YAML", nil),
      ("name: a\nsite: http://a\nfast-retries: often\nsteps: [offline]", "3:15", "“often”", nil),
      ("name: a\nsite: http://a\ntimeout: 5\nsteps: [offline]", "3:10", "no duration", nil),
      ("name: a\nsite: localhost\nsteps: [offline]", "2:7", "no address", nil),
      (
        "name: a\nsite: { folder: x, url: 'http://a' }\nsteps: [offline]", "2:7",
        "One of url, folder, or command", nil
      ),
      (
        "name: a\nsite: { folder: x, answers: { outbox: 204 } }\nsteps: [offline]", "2:31",
        "no path", nil
      ),
      (
        "name: a\nsite: { command: make serve }\nsteps: [offline]", "2:7", "“url” is missing", nil
      ),
      (
        "name: a\nsite: http://a\npermissions: { notification: granted }\nsteps: [offline]", "3:16",
        "There is no key “notification”", "notifications"
      ),
      (
        "name: a\nsite: http://a\npermissions: { push: yes }\nsteps: [offline]", "3:22",
        "There is no word “yes”", nil
      ),
    ] as [(String, String, String, String?)])
  func `a mistake in the file has its place`(
    _ text: String, _ place: String, _ message: String, _ guess: String?
  ) throws {
    let mistake = try #require(mistakes(text).first)
    #expect("\(mistake.place)" == "a.yaml:\(place)", "\(mistake)")
    #expect(mistake.message.contains(message), "\(mistake)")
    #expect(mistake.guess == guess, "\(mistake)")
  }

  @Test func `of many words only the likeliest is said, and where the others are`() throws {
    let text = "name: a\nsite: http://a\nsteps:\n  - expect-finding: push-silen"
    let mistake = try #require(mistakes(text).first)
    let advice = try #require(mistake.advice)
    #expect(advice.hasPrefix("Did you mean push-silent? `offstage test --schema` has all "))
    #expect(advice.count < 100, "\(advice)")
  }

  @Test(
    arguments: [
      ("  - offlin", "4:5", "There is no step “offlin”", "offline"),
      ("  - expects: service:push", "4:5", "There is no step “expects”", "expect"),
      ("  - open", "4:5", "“open” needs a value.", nil),
      ("  - push", "4:5", "“push” needs a value.", nil),
      ("  - push:", "4:10", "“push” needs a value.", nil),
      ("  - offline: yes", "4:14", "“offline” takes no value.", nil),
      ("  - expect:\n\t  filter: tag:a", "5:1", "A tab stands here", nil),
      ("\t- offline", "4:1", "A tab stands here", nil),
      ("  - expect: { filter: }", "4:23", "A value is missing here.", nil),
      ("  - open: /\n    click: '#a'", "4:5", "here are 2", nil),
      ("  - push: { text: a, json: b }", "4:11", "One of text, json, empty", nil),
      ("  - push: { txt: a }", "4:13", "There is no key “txt”", "text"),
      ("  - expect: servic:push", "4:13", "There is no term “servic:”", "service:"),
      ("  - expect: service:pusk", "4:21", "pusk", "service:push"),
      ("  - expect: 'tag:a event:\"Sync complete\"'", "4:14", "Sync complete", "Sync completed"),
      ("  - expect: { filter: tag:a, count: 0 }", "4:37", "“0” can't stand here.", nil),
      ("  - expect: { filter: tag:a, within: soon }", "4:38", "no duration", nil),
      ("  - expect: { filter: tag:a, since: ago }", "4:37", "There is no mark “ago”", nil),
      ("  - expect: tag:${sent}", "4:17", "Nothing before this step captures “sent”", nil),
      ("  - expect: { filter: tag:a, capture: { site: id } }", "4:41", "can't be a name", nil),
      ("  - expect: service:push service:sync", "4:13", "No event has both", nil),
      (
        "  - expect: service:push event:\"Sync completed\"", "4:13", "No event of that service", nil
      ),
      ("  - expect-finding: push-silen", "4:21", "There is no word", "push-silent"),
      (
        "  - expect-operation: { filter: tag:a, state: suceeded }", "4:47", "There is no word",
        "succeeded"
      ),
      ("  - click: '#a'", "4:5", "No page is open here.", nil),
      ("  - kill-browser\n  - offline", "5:5", "The browser was killed", nil),
      (
        "  - close-browser\n  - push: { text: a, real: true }", "5:5", "The browser was closed", nil
      ),
      ("  - push: { text: a, real: { tll: 5 } }", "4:30", "There is no key “tll”", "ttl"),
      ("  - push: { text: a, real: { ttl: -1 } }", "4:35", "“-1” can't stand here.", nil),
      ("  - push: { text: a, scope: /, real: { to: b } }", "4:29", "says whose worker", nil),
      ("  - push: { text: a, real: { capture: site } }", "4:39", "“site” is taken", nil),
      ("  - push: { text: a, real: { status: 410, capture: b } }", "4:52", "has no id", nil),
      ("  - push: { text: a, real: { to: '${b}' } }", "4:35", "captures “b”", nil),
      ("  - expect-push: { message: a, end: lost }", "4:37", "There is no word “lost”", nil),
      ("  - notification: { do: reply }", "4:19", "“text” is missing", nil),
      ("  - notification: { do: click, button: a }", "4:40", "Only an action has a button.", nil),
      ("  - notification: poke", "4:19", "There is no word “poke”", nil),
      ("  - mark: 1st", "4:11", "can't be a name", nil),
      (
        "  - expect-operation: { filter: tag:a, attempts: 1, failures: 2 }", "4:33",
        "Nothing fails 2 times", nil
      ),
    ] as [(String, String, String, String?)])
  func `a mistake in a step has its place`(
    _ steps: String, _ place: String, _ message: String, _ guess: String?
  ) throws {
    let mistake = try #require(mistakes(steps: steps).first)
    #expect("\(mistake.place)" == "a.yaml:\(place)", "\(mistake)")
    #expect(mistake.message.contains(message), "\(mistake)")
    if let guess { #expect(mistake.guess?.hasPrefix(guess) ?? false, "\(mistake)") }
  }

  @Test func `a push is simulated unless it says that it is real`() throws {
    let steps = ["push: a", "push: { text: a }", "push: { text: a, real: false }"]
    for step in steps {
      guard case .push(.text, nil) = try action(step) else { throw Unexpected() }
    }
    guard case .realPush(let push) = try action("push: { text: a, real: true }") else {
      throw Unexpected()
    }
    #expect(push.ttl == 60)
    #expect(push.status == 201)
    #expect(push.subscription == nil)
  }

  private func action(_ step: String) throws -> StepAction {
    let text = "name: a\nsite: http://a\nsteps:\n  - \(step)"
    return try #require(try ScenarioReader(file: "a.yaml").read(text).get().steps.first).action
  }

  @Test func `the words that can stand somewhere are named`() throws {
    let mistake = try #require(mistakes(steps: "  - x").first)
    #expect(mistake.words == StepShape.all.map(\.name))
    #expect(try #require(mistake.advice).contains("expect-operation"))
  }

  @Test func `all mistakes of a file are told, in the order of their places`() {
    let found = mistakes(steps: "  - offlin\n  - expect: servic:push\n  - push: { txt: a }")
    #expect(found.map(\.place.line) == [4, 5, 6])
  }

  @Test func `no depth brings the reader down`() {
    let deep = [
      String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
      String(repeating: "a: ", count: 10_000), String(repeating: "? ", count: 10_000),
      (0..<5000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    ]
    for text in deep { #expect(!mistakes(text).isEmpty, "\(text.prefix(9))") }
  }

  @Test(arguments: [
    "a: &a [x, x]\nb: &b [*a, *a]\nsteps: *b", "&a [*a]", "*a", "\u{0}", "\t", "%YAML 9",
    "--- a\n--- b",
    "name: !!binary x", "<<: {a: b}", "? {a: b}\n: c", "name: a\nsteps: [&x offline, *x, *y]",
  ])
  func `no text brings the reader down`(_ text: String) {
    #expect(!mistakes(text).isEmpty)
  }

  @Test func `a file that is cut off anywhere is a mistake or a scenario, and nothing else`() {
    let text = Array(Self.whole.unicodeScalars)
    for end in 0..<text.count {
      let part = String(String.UnicodeScalarView(text[..<end]))
      for mistake in mistakes(part) {
        #expect(mistake.place.line <= 29 && mistake.place.column <= 120)
      }
    }
  }

  @Test func `a value that is put into a filter stays a value`() throws {
    #expect(
      "tag ${a}, ${b} and ${ c }".expanded(["a": "x y", "b": "${a}"]) == "tag x y, ${a} and ${ c }")
  }
}
