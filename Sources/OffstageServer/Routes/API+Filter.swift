internal import Hummingbird
internal import JSON
internal import OffstageCore

/// The filter language for those who write it: what a filter means, and how it could go on.
extension API {
  var filterRoutes: [Route] {
    [
      Route(
        .get, "/filter", "how a filter is understood, what is wrong with it, how it could go on",
        [.filter, .at], giving: .json(.filterReading)
      ) { request in
        let text = try request.query.one(.filter) ?? ""
        let sources = try await store.sources()
        var reading = FilterReading(of: text, FilterContext(now: clock.now(), sources: sources))
        if let place = try request.query.place() {
          reading.completions = FilterCompletion.completions(
            of: text, at: place, from: try await store.vocabulary())
        }
        return .json { reading.write(to: &$0) }
      }
    ]
  }
}

extension Schema {
  fileprivate static let filterReading = Schema.named(
    "FilterReading",
    .object([
      "filter": .orNull(.string).saying("As the language writes it; null where it is mistaken."),
      "terms": .array(
        .object([
          "text": .string, "key": .orNull(.string).saying("What stands before its colon."),
          "value": .orNull(.string).saying("Also of a bare word."),
        ])
      ).saying("What must all hold."),
      "selection": .orNull(.selection),
      "mistake": .orNull(
        .object([
          "detail": .string, "hint": .orNull(.string),
          "kind": .oneOf(FilterMistake.Kind.allCases.map(\.rawValue)),
          "position": .count.saying("In Unicode characters."), "length": .count,
          "words": .array(.string), "guess": .orNull(.string),
        ])),
      "completions": .array(
        .object([
          "text": .string, "position": .count.saying("Of what it stands for."), "length": .count,
          "summary": .string, "isWhole": .boolean.saying("Whether the term ends with it."),
        ])
      ).saying("If “at” was given."),
    ]))

  private static let selection = Schema.named(
    "Selection",
    .object([
      "services": .array(.service), "origins": .array(.string), "hosts": .array(.string),
      "sources": .array(.uuid), "captures": .array(.string), "outcomes": .array(.string),
      "states": .array(.string).saying("Of operations."), "instances": .array(.string),
      "names": .array(.string), "scopes": .array(.string),
      "isTrigger": .orNull(.boolean),
      "pairs": .array(.object(["key": .string, "value": .string])),
      "sinceMicros": .orNull(.integer), "untilMicros": .orNull(.integer),
      "words": .array(.string),
      "rest": .array(.any).saying("Objects with one of: selection, not, any, all."),
    ])
  ).saying("What of each must hold; where a list is empty, anything does.")
}
