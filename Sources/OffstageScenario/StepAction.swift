package import OffstageCore

/// What a step does.
package enum StepAction: Sendable {
  /// With the status that is expected of its answer; nil: any below 400.
  case open(WrittenText, status: Int?, within: Interval?)
  /// One that something else has opened.
  case page(WrittenText, within: Interval?)
  case evaluate(EvaluateStep)
  case click(WrittenText, within: Interval?)
  /// An expression of the page.
  case wait(WrittenText, within: Interval?)
  case pass(Interval)
  case snapshot(WrittenText)
  case closePages
  case network(Connectivity)
  case push(PushPayload, scope: WrittenText?)
  case realPush(RealPushStep)
  case sync(WrittenText, isLastChance: Bool, scope: WrittenText?)
  case periodicSync(WrittenText, scope: WrittenText?)
  case notification(NotificationStep)
  case restartBrowser
  case closeBrowser
  case killBrowser
  case mark(WrittenText)
  case expect(EventExpectation)
  case expectNone(QuietExpectation)
  case expectOperation(OperationExpectation)
  case expectFinding(FindingExpectation)
  case expectPush(PushExpectation)
}

package enum PushPayload: Sendable {
  case text(WrittenText)
  case json(WrittenText)
  /// The event has none.
  case empty

  var written: WrittenText? {
    switch self {
    case .text(let text), .json(let text): text
    case .empty: nil
    }
  }

  /// Nil for none.
  package func expanded(_ values: [String: String]) -> String? {
    switch self {
    case .text(let text): text.expanded(values)
    case .json(let text): text.text.expandedJSON(values)
    case .empty: nil
    }
  }
}

package struct EvaluateStep: Sendable {
  package var script: WrittenText
  /// JSON.
  package var expected: (value: String, place: ScenarioPlace)?
  package var capture: WrittenText?
  package var hasGesture: Bool
  package var within: Interval?
}

package struct NotificationStep: Sendable {
  package enum Deed: String, Sendable, CaseIterable {
    case click, action, reply, dismiss
  }

  package var deed: Deed
  package var title: WrittenText?
  package var button: WrittenText?
  package var text: WrittenText?
  package var within: Interval?

  init(_ value: WrittenValue) throws(ScenarioMistake) {
    deed = Deed(rawValue: try value.texts("do").text) ?? .click
    title = try value.text("title")
    button = try value.text("button")
    text = try value.text("text")
    within = try value.interval("within")
    if deed == .action, button == nil {
      throw ScenarioMistake("“button” is missing: which one is pressed.", at: value.place)
    }
    if deed == .reply, text == nil {
      throw ScenarioMistake("“text” is missing: what is typed.", at: value.place)
    }
    if deed != .action, let button {
      throw ScenarioMistake("Only an action has a button.", at: button.place)
    }
    if deed != .reply, let text {
      throw ScenarioMistake("Only a reply has a text.", at: text.place)
    }
  }
}

// MARK: Expectations

package struct EventExpectation: Sendable {
  package var filter: WrittenText
  package var count: Int
  package var within: Interval
  package var quiet: Interval?
  package var captures: [Capture]
  /// A mark.
  package var since: WrittenText?

  package static let patience = Interval.seconds(10)

  init(_ value: WrittenValue) throws(ScenarioMistake) {
    filter = try value.texts("filter")
    count = value.number("count") ?? 1
    within = try value.interval("within") ?? Self.patience
    quiet = try value.interval("quiet")
    captures = try (value.member("capture")?.members ?? []).map {
      key, what throws(ScenarioMistake) in
      try Capture(name: key, what: what.texts())
    }
    since = try value.text("since")
  }
}

package struct QuietExpectation: Sendable {
  package var filter: WrittenText
  package var window: Interval
  package var since: WrittenText?

  init(_ value: WrittenValue) throws(ScenarioMistake) {
    filter = try value.texts("filter")
    window = try value.interval("for") ?? .seconds(1)
    since = try value.text("since")
  }
}

package struct OperationExpectation: Sendable {
  package var filter: WrittenText
  /// Empty: any.
  package var states: Set<OperationState>
  package var attempts: Int?
  package var failures: Int?
  package var within: Interval
  package var since: WrittenText?

  init(_ value: WrittenValue) throws(ScenarioMistake) {
    filter = try value.texts("filter")
    let state = value.member("state")
    let words = state?.scalar.map { [$0.text] } ?? state?.elements.compactMap { $0.scalar?.text }
    states = Set((words ?? []).compactMap(OperationState.init(rawValue:)))
    attempts = value.number("attempts")
    failures = value.number("failures")
    within = try value.interval("within") ?? EventExpectation.patience
    since = try value.text("since")
  }
}

package struct FindingExpectation: Sendable {
  package var rule: WrittenText
  package var filter: WrittenText?
  package var within: Interval
  package var since: WrittenText?

  init(_ value: WrittenValue) throws(ScenarioMistake) {
    rule = try value.texts("rule")
    filter = try value.text("filter")
    within = try value.interval("within") ?? EventExpectation.patience
    since = try value.text("since")
  }
}

/// A value of an event that later steps use as `${name}`.
package struct Capture: Sendable, Hashable {
  package var name: WrittenText
  /// One of ``words``, or a key of the event's metadata.
  package var what: WrittenText

  package static let words = ["instance", "event", "origin", "scope", "id"]

  init(name: WrittenText, what: WrittenText) throws(ScenarioMistake) {
    guard name.text.isScenarioName, !ScenarioRun.givenNames.contains(name.text) else {
      throw ScenarioMistake(
        "“\(name.text.escapedForTerminal)” can't be a name.", at: name.place,
        hint: "Letters, digits, - and _ make one; "
          + "\(ScenarioRun.givenNames.joined(separator: " and ")) are taken.")
    }
    self.name = name
    self.what = what
  }

  /// Nil where the event has no such value.
  func value(of event: StoredEvent) -> String? {
    switch what.text {
    case "instance": event.logged.instanceId
    case "event": event.logged.eventName
    case "origin": event.logged.origin.withoutTrailingSlash
    case "scope": event.scope
    case "id": "\(event.id)"
    case let key: event.logged.value(of: key)
    }
  }
}
