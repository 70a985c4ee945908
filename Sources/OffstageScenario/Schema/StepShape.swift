import OffstageCore

/// One kind of step: how it is written, and what is made of it.
package struct StepShape: Sendable {
  package var name: String
  package var value: ValueShape
  /// A sentence or two for people.
  package var about: String
  /// As it stands in a file.
  package var example: String
  var make: @Sendable (WrittenValue) throws(ScenarioMistake) -> StepAction

  init(
    _ name: String, _ value: ValueShape, _ about: String, example: String,
    make: @escaping @Sendable (WrittenValue) throws(ScenarioMistake) -> StepAction
  ) {
    self.name = name
    self.value = value
    self.about = about
    self.example = example
    self.make = make
  }

  /// A step that can stand there as a bare word.
  package var isWord: Bool {
    value.alternatives.contains { if case .nothing = $0 { true } else { false } }
  }

  package static func named(_ name: String) -> StepShape? { all.first { $0.name == name } }
}

extension StepShape {
  package static let all: [StepShape] = pages + triggers + browsers + expectations

  private static let within = FieldShape(
    "within", .text(.duration), "How long it may take at most.")

  private static func step(
    _ short: TextForm, _ key: String, _ about: String, _ more: [FieldShape] = []
  ) -> ValueShape {
    let field = FieldShape(key, .text(short), isRequired: true, about)
    return .oneOf([.text(short), .object(ObjectShape([field] + more + [within]))])
  }

  // MARK: Pages

  static let pages: [StepShape] = [
    StepShape(
      "open",
      step(
        .plain, "url", "The page; a path is one of the site.",
        [
          FieldShape(
            "status", .number(200...599),
            "What has to be answered; by itself anything below 400, such as what a worker has kept."
          )
        ]),
      "Opens a page in a tab of its own and returns when it has loaded. The steps that follow are of it.",
      example: "open: /inbox"
    ) { value throws(ScenarioMistake) in
      .open(
        try value.texts("url"), status: value.number("status"),
        within: try value.interval("within"))
    },
    StepShape(
      "page", step(.plain, "url", "The page; a path is one of the site."),
      "Waits for a page that something else opens, such as a click on a notification. The steps that "
        + "follow are of it.",
      example: "page: /inbox?from=notification"
    ) { value throws(ScenarioMistake) in
      .page(try value.texts("url"), within: try value.interval("within"))
    },
    StepShape(
      "evaluate",
      step(
        .script, "script", "Statements; `await` may stand in them.",
        [
          FieldShape("is", .anything, "What the last statement has to come to."),
          FieldShape("capture", .text(.name), "Keeps what it came to under this name."),
          FieldShape(
            "user-gesture", .flag, "Whether it counts as done by the person; it does by itself."),
        ]),
      "Runs a script in the page and waits for what it promises. What it throws fails the step.",
      example: "evaluate: await send('hello')"
    ) { value throws(ScenarioMistake) in
      .evaluate(
        EvaluateStep(
          script: try value.texts("script"), expected: try value.json("is"),
          capture: try value.name("capture"), hasGesture: value.flag("user-gesture") ?? true,
          within: try value.interval("within")))
    },
    StepShape(
      "click", step(.plain, "selector", "A CSS selector; the first element that it finds."),
      "Waits for an element of the page and clicks it, as a person would.",
      example: "click: '#send'"
    ) { value throws(ScenarioMistake) in
      .click(try value.texts("selector"), within: try value.interval("within"))
    },
    StepShape(
      "wait",
      .oneOf([
        .text(.duration),
        .object(
          ObjectShape([
            FieldShape("for", .text(.script), isRequired: true, "An expression of the page."),
            within,
          ])),
      ]),
      "Waits until an expression is true in the page; or, as a last resort, so long.",
      example: "wait: { for: document.title === 'Sent' }"
    ) { value throws(ScenarioMistake) in
      guard let script = try value.member("for")?.texts() else {
        return .pass(try value.interval())
      }
      return .wait(script, within: try value.interval("within"))
    },
    StepShape(
      "snapshot", .text(.name), "Takes a picture of each page, into the folder of `--artifacts`.",
      example: "snapshot: after-the-push"
    ) { value throws(ScenarioMistake) in .snapshot(try value.texts()) },
    StepShape(
      "close-pages", .nothing, "Closes all pages of the browser, which goes on running.",
      example: "close-pages"
    ) { _ throws(ScenarioMistake) in .closePages },
  ]

  // MARK: Triggers

  static let scope = FieldShape(
    "scope", .text(.plain), "The worker's scope, where the site has several; a path or a URL.")

  static let triggers: [StepShape] = [
    StepShape(
      "offline", .nothing, "Takes the network from the site's worker: a sync is held from here on.",
      example: "offline"
    ) { _ throws(ScenarioMistake) in .network(.offline) },
    StepShape(
      "online", .nothing, "Gives it back: a held sync fires.", example: "online"
    ) { _ throws(ScenarioMistake) in .network(.online) },
    push,
    StepShape(
      "sync",
      .oneOf([
        .text(.plain),
        .object(
          ObjectShape([
            FieldShape("tag", .text(.plain), isRequired: true, "The tag of the sync."),
            FieldShape("last-chance", .flag, "What `event.lastChance` says; false by itself."),
            scope,
          ])),
      ]),
      "Dispatches a sync event, whether one is registered or not. The browser logs no end of it.",
      example: "sync: outbox"
    ) { value throws(ScenarioMistake) in
      .sync(
        try value.texts("tag"), isLastChance: value.flag("last-chance") ?? false,
        scope: try value.text("scope"))
    },
    StepShape(
      "periodic-sync",
      .oneOf([
        .text(.plain),
        .object(
          ObjectShape([
            FieldShape("tag", .text(.plain), isRequired: true, "The tag of the periodic sync."),
            scope,
          ])),
      ]),
      "Dispatches a periodic sync event.", example: "periodic-sync: news"
    ) { value throws(ScenarioMistake) in
      .periodicSync(try value.texts("tag"), scope: try value.text("scope"))
    },
    StepShape(
      "notification",
      .oneOf([
        .word(["click", "dismiss"]),
        .object(
          ObjectShape([
            FieldShape(
              "do", .word(NotificationStep.Deed.allCases.map(\.rawValue)), isRequired: true,
              "What the person does to it."),
            FieldShape("title", .text(.plain), "Which one; else the newest."),
            FieldShape(
              "button", .text(.plain), "Which button `action` and `reply` press, by its words."),
            FieldShape("text", .text(.plain), "What `reply` types."), within,
          ])),
      ]),
      "Waits for a notification and clicks it, presses one of its buttons, answers it or closes it.",
      example: "notification: { do: action, button: Archive }"
    ) { value throws(ScenarioMistake) in .notification(try NotificationStep(value)) },
  ]

  // MARK: Browser

  static let browsers: [StepShape] = [
    StepShape(
      "restart-browser", .nothing,
      "Closes the browser in good order and starts it again with its profile and no pages.",
      example: "restart-browser"
    ) { _ throws(ScenarioMistake) in .restartBrowser },
    StepShape(
      "close-browser", .nothing,
      "Closes the browser in good order; `restart-browser` starts it again.",
      example: "close-browser"
    ) { _ throws(ScenarioMistake) in .closeBrowser },
    StepShape(
      "kill-browser", .nothing,
      "Kills the browser as a crash would; `restart-browser` starts it again.",
      example: "kill-browser"
    ) { _ throws(ScenarioMistake) in .killBrowser },
  ]
}
