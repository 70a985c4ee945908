internal import Hummingbird
internal import JSON
internal import OffstageCore

/// The stories that events belong to.
extension API {
  var operationRoutes: [Route] {
    [
      Route(
        .get, "/operations", "a page of operations, by when they began",
        API.selecting + [.state, .limit, .order, .cursor], giving: .json(.operationPage)
      ) { request in
        let query = request.query
        let page = try await store.operations(
          OperationQuery(
            try await selection(query), states: try query.states(), order: try query.order(),
            limit: try query.limit(), after: try query.operationCursor()))
        return .json { page.write(to: &$0) }
      },
      Route(
        .get, "/operations/{id}",
        "one operation, with its course and its events; an old id gives what became of it",
        giving: .json(.operationScene)
      ) { request in
        let text = try request.parameters.require("id")
        guard let id = Int64(text), let scene = try await store.scene(ofOperation: id) else {
          throw noOperation(text)
        }
        return .json { scene.write(to: &$0) }
      },
      Route(
        .get, "/operations/{id}/scenario",
        "a scenario that makes the operation happen again, as offstage codegen writes it",
        giving: RouteAnswer(contents: ["application/yaml": .string])
      ) { request in
        guard let scenarioWriter else {
          throw Problem(
            404, .notFound, "No scenarios can be written here.",
            hint: "`offstage codegen` writes them.")
        }
        let text = try request.parameters.require("id")
        guard let id = Int64(text) else { throw noOperation(text) }
        let found = try await store.scenes(withNotificationsOf: [id])
        guard found.missing == nil else { throw noOperation(text) }
        var response = Response(
          status: .ok,
          body: .init(byteBuffer: ByteBuffer(string: scenarioWriter.scenario(of: found.scenes))))
        response.headers[.contentType] = "application/yaml"
        return response
      },
    ]
  }

  private func noOperation(_ text: String) -> Problem {
    Problem(
      404, .notFound, "There is no operation \(text.escapedForTerminal).",
      hint: "It may have been removed, or be of another data folder.")
  }
}

extension Schema {
  static let operation = Schema.named("Operation", .object(operationMembers))

  static let operationMembers: KeyValuePairs<String, Schema> = [
    "id": .integer(from: 1, to: nil)
      .saying("It may change while history arrives; the old one still finds it."),
    "service": .service, "instanceId": .string,
    "state": .oneOf(OperationState.allCases.map(\.rawValue)),
    "isOpen": .boolean.saying("More is to come."),
    "outcome": .orNull(.oneOf(Outcome.allCases.map(\.rawValue))),
    "began": .moment, "beganMicros": .integer, "changed": .moment, "changedMicros": .integer,
    "next": .orNull(.moment).saying("When the browser will try again, or shows it."),
    "events": .count,
    "attempts": .count.saying("Dispatches of the handler, or requests that were begun."),
    "answers": .count.saying("Attempts that came to an end."), "failures": .count,
    "total": .count.saying("Requests that a background fetch announced."),
    "course": .string.saying("What happened on the way, in words."),
    "isTruncated": .boolean.saying("Its beginning is not in the log."),
    "hadLastChance": .boolean, "wasReregistered": .boolean,
    "origin": .string, "storageKey": .orNull(.string),
    "serviceWorkerRegistrationId": .string, "scope": .orNull(.string), "source": .sourceName,
  ]

  static let operationPage = Schema.named(
    "OperationPage",
    .object([
      "operations": .array(.operation),
      "next": .orNull(.string).saying("The cursor of the page after this one."),
    ]))

  private static let pushDelivery = Schema.object([
    "status": .integer.saying("What its sender was answered."),
    "ttl": .integer.saying("Seconds."),
    "urgency": .oneOf(PushMessage.Urgency.allCases.map(\.rawValue)),
    "topic": .orNull(.string), "encoding": .orNull(.string), "bytes": .integer,
    "sends": .integer.saying("More than once only if the connection was lost."),
    "injected": .orNull(.string).saying("The fault that was asked for, if it met one."),
    "hops": .array(.object(["name": .string, "micros": .integer])).saying("In the order of time."),
  ])

  static let operationScene = Schema.named(
    "OperationScene",
    .object([
      "operation": .operation,
      "isStalled": .boolean.saying("It ran so long ago that no end will come any more."),
      "runs": .array(
        .object([
          "fromMicros": .integer, "toMicros": .orNull(.integer),
          "outcome": .orNull(.oneOf(Outcome.allCases.map(\.rawValue))),
          "status": .orNull(.string), "isLastChance": .boolean,
          "nextMicros": .orNull(.integer), "eventIds": .array(.integer),
        ])
      ).saying("Each dispatch of the handler until it settled."),
      "requests": .array(
        .object([
          "index": .integer, "url": .string, "fromMicros": .orNull(.integer),
          "toMicros": .orNull(.integer), "status": .orNull(.integer),
          "responseSize": .orNull(.integer).saying("In bytes."),
          "uploadSize": .orNull(.integer).saying("In bytes."),
          "outcome": .orNull(.oneOf(Outcome.allCases.map(\.rawValue))),
          "eventIds": .array(.integer),
        ])
      ).saying("Of a background fetch."),
      "links": .array(
        .object([
          "kind": .oneOf(OperationLink.Kind.allCases.map(\.rawValue)),
          "certainty": .oneOf(OperationLink.Certainty.allCases.map(\.rawValue)),
          "sentence": .string.saying("Both in words: “likely showed”."),
          "operation": .operation,
        ])),
      "events": .array(.event).saying("In the order of time."),
      "shown": .array(
        .object([
          "shown": .moment, "shownMicros": .integer,
          "closed": .orNull(.moment), "closedMicros": .orNull(.integer),
          "origin": .orNull(.string), "title": .string, "body": .string,
          "actions": .array(.notificationAction),
          "requireInteraction": .boolean, "silent": .boolean,
          "iconHash": .orNull(.string).saying("SHA-256 of the PNG."),
          "imageHash": .orNull(.string),
        ])
      ).saying("What of a notification was on a screen of Offstage's."),
      "findings": .array(.finding),
      "gaps": .array(.gap), "worker": .array(.workerEntry),
      "push": .optional(pushDelivery).saying(
        "Its way to the browser, if it came by the push service."),
      "watchedUntil": .moment.saying("What has not come by then may never come."),
    ]))
}
