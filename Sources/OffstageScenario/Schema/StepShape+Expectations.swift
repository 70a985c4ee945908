import OffstageCore

/// Steps that do nothing and say what has to be.
extension StepShape {
  private static let filter = FieldShape(
    "filter", .text(.filter), isRequired: true, "Which ones, in the filter language.")
  private static let within = FieldShape(
    "within", .text(.duration), "How long it is waited for at most; 10s by itself.")
  private static let since = FieldShape(
    "since", .text(.name), "Only what came after this mark, not after the beginning.")

  static let expectations: [StepShape] = [
    StepShape(
      "mark", .text(.name), "A place in time that later expectations can begin at.",
      example: "mark: back-online"
    ) { value throws(ScenarioMistake) in .mark(try value.texts()) },
    StepShape(
      "expect",
      .oneOf([
        .text(.filter),
        .object(
          ObjectShape([
            filter, within,
            FieldShape("count", .number(1...1_000_000), "So many at least; 1 by itself."),
            FieldShape(
              "quiet", .text(.duration), "That there are no more is watched for so long."),
            FieldShape(
              "capture", .map(of: .text(.plain), keys: []),
              "Values of the last of them for later steps: a name, and "
                + "\(Capture.words.joined(separator: ", ")) or a key of its metadata."),
            since,
          ])),
      ]),
      "Waits for an event. Those that came since the beginning of the scenario count too.",
      example: "expect: event:\"Sync completed\" tag:outbox outcome:ok"
    ) { value throws(ScenarioMistake) in .expect(try EventExpectation(value)) },
    StepShape(
      "expect-none",
      .oneOf([
        .text(.filter),
        .object(
          ObjectShape([
            filter,
            FieldShape("for", .text(.duration), "How long none may come; 1s by itself."), since,
          ])),
      ]),
      "No such event has come, and none comes for a while.",
      example: "expect-none: { filter: 'event:\"Dispatched sync event\"', for: 2s }"
    ) { value throws(ScenarioMistake) in .expectNone(try QuietExpectation(value)) },
    StepShape(
      "expect-operation",
      .oneOf([
        .text(.filter),
        .object(
          ObjectShape([
            filter,
            FieldShape(
              "state",
              .oneOf([
                .word(OperationState.allCases.map(\.rawValue)),
                .list(.word(OperationState.allCases.map(\.rawValue))),
              ]), "How far it has come, or one of several."),
            FieldShape("attempts", .number(0...10_000), "How often it was tried."),
            FieldShape("failures", .number(0...10_000), "How often that failed."),
            within, since,
          ])),
      ]),
      "Waits for an operation: the whole story of one push, sync, fetch, notification or payment.",
      example:
        "expect-operation: { filter: service:sync tag:outbox, state: succeeded, attempts: 3 }"
    ) { value throws(ScenarioMistake) in .expectOperation(try OperationExpectation(value)) },
    StepShape(
      "expect-finding",
      .oneOf([
        .word(rules),
        .object(
          ObjectShape([
            FieldShape("rule", .word(rules), isRequired: true, "What is found (Docs/findings.md)."),
            FieldShape("filter", .text(.filter), "In which events it is looked for."),
            within, since,
          ])),
      ]),
      "Waits for a finding, as `offstage explain` gives them.",
      example: "expect-finding: push-silent"
    ) { value throws(ScenarioMistake) in .expectFinding(try FindingExpectation(value)) },
    StepShape(
      "expect-push",
      .object(
        ObjectShape([
          FieldShape("message", .text(.plain), isRequired: true, "Its id, as `push` captures it."),
          FieldShape(
            "end", .word(PushMessage.End.allCases.map(\.rawValue)), isRequired: true,
            "What becomes of it up to the browser."),
          within,
        ])),
      "Waits for what becomes of a real push at the push service.",
      example: "expect-push: { message: some-id, end: expired }"
    ) { value throws(ScenarioMistake) in .expectPush(try PushExpectation(value)) },
  ]

  private static let rules = Findings.notes.map(\.id).sorted()
}
