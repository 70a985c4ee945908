/// What a filter is understood by: terms mean nothing without it.
package struct FilterContext: Sendable {
  /// What `since:2h` is counted from.
  package var now: Timestamp
  /// Those that there are; nil while it is only read whether a filter is well formed.
  package var sources: [Source]?

  package init(now: Timestamp, sources: [Source]? = nil) {
    self.now = now
    self.sources = sources
  }
}

/// What stands before the colon of a term. All that is to be known of a key stands in `all`: whoever
/// adds one adds an element there, and a field to `EventSelection` if none says it yet.
package struct FilterKey: Sendable {
  package let name: String
  /// A sentence for people.
  package let summary: String
  package let example: String
  /// The only values there are; empty where it takes any.
  package let words: [String]
  /// Keys that are kept for later are not offered.
  package var isOffered = true
  /// Values that are known beside others. An unquoted one that is nearly one of them was mistyped.
  package var known: [String] = []
  /// What can be offered for it.
  package var values: @Sendable (FilterVocabulary) -> [String] = { _ in [] }
  /// Takes from an empty selection what has not the value.
  package let narrow:
    @Sendable (inout EventSelection, String, FilterContext) throws(UsageError) -> Void

  package static func named(_ name: String) -> FilterKey? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// What an unquoted value that is not known was probably to be.
  func doubt(_ value: String) -> String? {
    known.contains { $0.isAlike(value) } ? nil : NearestWord.to(value, among: known)
  }

  package var help: String {
    words.isEmpty
      ? "It is written \(example)." : "One of \(words.joined(separator: ", ")) follows."
  }
}

extension FilterKey: Hashable {
  package static func == (left: FilterKey, right: FilterKey) -> Bool { left.name == right.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension FilterKey {
  package static let all: [FilterKey] = [
    FilterKey(
      name: "service", summary: "One of the six services.", example: "service:push",
      words: Service.allCases.map(\.shortName)
    ) { selection, value, _ throws(UsageError) in
      selection.services = [try Service(parsing: value)]
    },
    FilterKey(
      name: "origin",
      summary: "The origin. A host stands for its every scheme and port.",
      example: "origin:app.example", words: [], values: { $0.origins }
    ) { selection, value, _ throws(UsageError) in
      if value.firstRange(of: "://") != nil {
        selection.origins = [value.withoutTrailingSlash]
      } else {
        selection.hosts = [value.withoutTrailingSlash.lowercasedASCII]
      }
    },
    FilterKey(
      name: "event", summary: "The event's name.", example: "event:\"Sync completed\"", words: [],
      known: EventCatalogue.entries.map(\.name),
      values: { $0.names }
    ) { selection, value, _ throws(UsageError) in selection.names = [value] },
    FilterKey(
      name: "tag",
      summary: "The instance: a sync's or notification's tag, a fetch's id, a push message's id.",
      example: "tag:outbox", words: [], values: { $0.instances }
    ) { selection, value, _ throws(UsageError) in selection.instances = [value] },
    FilterKey(
      name: "source", summary: "The source: its name, or the beginning of its id.",
      example: "source:default", words: [], values: { $0.sources }
    ) { selection, value, context throws(UsageError) in
      guard let sources = context.sources else { return }
      selection.sources = try SourceSelector.resolve([value], among: sources)
    },
    FilterKey(
      name: "scope", summary: "The worker's scope, whole or only its path.",
      example: "scope:/shop/", words: [], values: { $0.scopes }
    ) { selection, value, _ throws(UsageError) in selection.scopes = [value] },
    FilterKey(
      name: "capture", summary: "How the event came to Offstage.", example: "capture:live",
      words: CaptureKind.allCases.map(\.name)
    ) { selection, value, _ throws(UsageError) in
      selection.captures = [try CaptureKind(parsing: value)]
    },
    FilterKey(
      name: "outcome", summary: "What the event says of success.", example: "outcome:failed",
      words: Outcome.allCases.map(\.rawValue)
    ) { selection, value, _ throws(UsageError) in
      selection.outcomes = [try Outcome(parsing: value)]
    },
    FilterKey(
      name: "status", summary: "How far its operation has come.", example: "status:retrying",
      words: OperationState.allCases.map(\.rawValue)
    ) { selection, value, _ throws(UsageError) in
      selection.states = [try OperationState(parsing: value)]
    },
    FilterKey(
      name: "is", summary: "What the event is besides.", example: "is:trigger",
      words: states.map(\.word)
    ) { selection, value, _ throws(UsageError) in
      guard let state = states.first(where: { $0.word == value }) else {
        throw UsageError(
          "An event can't be “\(value.escapedForTerminal)”.",
          hint: "It can be \(states.map(\.word).joined(separator: ", ")).")
      }
      state.narrow(&selection)
    },
    FilterKey(
      name: "since", summary: "Not older: how long ago, or a date as RFC 3339 has it.",
      example: "since:2h", words: [], values: { _ in ["15m", "1h", "1d", "3d"] }
    ) { selection, value, context throws(UsageError) in
      selection.since = try TimeBound(parsing: value, now: context.now).timestamp
    },
    FilterKey(
      name: "until", summary: "Not newer: how long ago, or a date as RFC 3339 has it.",
      example: "until:2026-11-22", words: [], values: { _ in ["15m", "1h", "1d", "3d"] }
    ) { selection, value, context throws(UsageError) in
      selection.until = try TimeBound(parsing: value, now: context.now).timestamp
    },
  ]

  /// What can follow `is:`.
  private static let states: [(word: String, narrow: @Sendable (inout EventSelection) -> Void)] = [
    ("trigger", { $0.isTrigger = true }),
    ("open", { $0.states = Set(OperationState.allCases.filter(\.isOpen)) }),
  ]
}

extension FilterKey {
  /// The keys that a Chromium 156 is known to give (Docs/browser-facts.md), and ours of Firefox.
  package static let metadataKeys = [
    "Action Index", "Active Requests", "Attempt", "Body", "Can Make Payment", "Code",
    "Completed Requests", "Details", "Error", "Error Reason", "Event Type", "Failure Reason",
    "Instrument Key", "Last Chance",
    "Meaning",
    "Merchant Payment Request Origin", "Merchant Top Origin", "Method Data", "Method Name",
    "Next Attempt Delay (ms)", "Payload", "Payment Aborted", "Payment Handler Install Success",
    "Payment Handler Name", "Reason", "Reply", "Request Index", "Response Size (bytes)",
    "Response Status", "Service Worker JavaScript File URL", "Service Worker Scope",
    "Service Worker Uses Cache", "Shipping Option Id", "Show Trigger Timestamp", "Start Paused",
    "Status", "Success", "Title", "Total Currency", "Total Requests", "Total Value", "Type",
    "Upload Size (bytes)", "URL", "Was Encrypted", "minInterval",
  ]

  /// Unquoted, what is nearly a known key is one that was mistyped.
  static func doubt(metadataKey name: String, at range: Range<Int>) throws(FilterMistake) {
    guard !metadataKeys.contains(where: { $0.isAlike(name) }) else { return }
    let keys = all.filter(\.isOffered).map(\.name)
    let known = keys.first { $0.isAlike(name) } ?? NearestWord.to(name, among: keys)
    let metadata = NearestWord.to(name, among: metadataKeys)
    guard let guess = known ?? metadata.map({ $0.contains(" ") ? "\"\($0)\"" : $0 }) else { return }
    let shown = name.escapedForTerminal
    throw FilterMistake(
      .unknownKey, "There is no term “\(shown):”.",
      hint: "Terms are \(keys.joined(separator: ", ")). Metadata of that key is written "
        + "\"\(shown)\":….",
      at: range, words: keys, guess: "\(guess):")
  }
}

extension CaptureKind {
  package init(parsing text: String) throws(UsageError) {
    guard let kind = CaptureKind.allCases.first(where: { $0.name == text }) else {
      throw UsageError(
        "Events don't come by “\(text.escapedForTerminal)”.",
        hint: "They come by \(CaptureKind.allCases.map(\.name).joined(separator: ", ")).")
    }
    self = kind
  }
}

extension String {
  /// A host, as an origin has it.
  var lowercasedASCII: String { String(decoding: utf8.map(\.inLowerCase), as: UTF8.self) }
}
