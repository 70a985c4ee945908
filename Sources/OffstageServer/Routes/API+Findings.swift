internal import Hummingbird
internal import JSON
internal import OffstageCore

/// What went wrong, in plain words.
extension API {
  var findingRoutes: [Route] {
    [
      Route(
        .get, "/findings",
        "what went wrong in a page of operations, the newest first; with the first page also what "
          + "workers reported, what the push service refused or could not deliver, and where events "
          + "may be missing",
        API.selecting + [.limit, .cursor], giving: .json(.findings)
      ) { request in
        let query = request.query
        let search = FindingSearch(
          try await selection(query), operations: try query.limit(),
          after: try query.operationCursor())
        let result = try await search.run(store: store)
        return .json { result.write(to: &$0) }
      },
      Route(
        .get, "/findings/count",
        "how many of the newest operations are in trouble: have a warning or an error",
        API.selecting + [.limit], giving: .json(.troubleCount)
      ) { request in
        let query = request.query
        let count = try await TroubleCount(
          try await selection(query), atMost: try query.limit(), store: store)
        return .json { count.write(to: &$0) }
      },
      Route(
        .get, "/findings/elsewhere",
        "the newest warnings and errors that are of no operation: what workers reported, what the push "
          + "service refused or could not deliver, and where events may be missing",
        API.selecting + [.limit], giving: .json(.findings)
      ) { request in
        let query = request.query
        var result = try await FindingSearch(try await selection(query), operations: 0)
          .run(store: store)
        result.findings = Array(
          result.findings.filter { $0.severity > .info }.suffix(try query.limit()))
        return .json { result.write(to: &$0) }
      },
      Route(
        .get, "/findings/operations", "the warnings and errors of some operations",
        [.id], required: [.id], giving: .json(.operationTroubles)
      ) { request in
        var troubles: [OperationTrouble] = []
        for id in try request.query.ids() {
          guard let scene = try await store.scene(ofOperation: id) else { continue }
          troubles.append(OperationTrouble(of: scene, asked: id))
        }
        return .json { writer in
          writer.object { writer in
            writer.memberArray("operations") { writer in
              for trouble in troubles { trouble.write(to: &writer) }
            }
          }
        }
      },
    ]
  }
}

extension Schema {
  static let finding = Schema.named(
    "Finding",
    .object([
      "rule": .oneOf(Findings.notes.map(\.id)),
      "severity": .oneOf(Finding.Severity.allCases.map(\.rawValue)),
      "message": .string.saying("What was seen."), "mend": .string.saying("What to do next."),
      "reference": .string.saying("The specification's section or the platform's documentation."),
      "service": .orNull(.service).saying("None of a worker as a whole."),
      "origin": .orNull(.string).saying("None of a gap."),
      "scope": .orNull(.string), "instanceId": .string, "operationId": .orNull(.integer),
      "at": .moment, "atMicros": .integer,
      "source": .orNull(.sourceName).saying("None of a push to a browser that is not known."),
      "events": .array(.integer).saying("The ids of the events that show it."),
      "pushId": .orNull(.string).saying("The message at the push service, if it is of one."),
    ]))

  static let troubleCount = Schema.named(
    "TroubleCount",
    .object([
      "operations": .count.saying("In trouble."),
      "severity": .orNull(.oneOf(Finding.Severity.allCases.map(\.rawValue)))
        .saying("The worst."),
      "looked": .count.saying("How many were looked at, the newest first."),
      "isWhole": .boolean.saying("No other is selected."),
    ]))

  static let operationTroubles = Schema.named(
    "OperationTroubles",
    .object([
      "operations": .array(
        .object([
          "id": .integer.saying("As it was asked for; one that is gone is left out."),
          "findingsCount": .count.saying("Without those that are only worth knowing."),
          "severity": .orNull(.oneOf(Finding.Severity.allCases.map(\.rawValue)))
            .saying("The worst."),
          "findings": .array(.finding),
        ]))
    ]))

  static let findings = Schema.named(
    "Findings",
    .object([
      "findings": .array(.finding).saying("In the order of time."),
      "counts": .object(["error": .count, "warning": .count, "info": .count]),
      "operations": .count.saying("How many operations were looked at."),
      "next": .orNull(.string).saying("The cursor of the operations that were not looked at yet."),
    ]))
}
