internal import OffstageCore

/// The shapes that Core writes (`Faces/*+JSON.swift`), as the API's description shows them. A test
/// holds every answer against them.
extension Schema {
  static let service = Schema.named("Service", .oneOf(Service.allCases.map(\.rawValue)))

  static let sourceName = Schema.named("SourceName", .object(["id": .uuid, "name": .string]))

  static let event = Schema.named(
    "Event",
    .object([
      "id": .integer(from: 1, to: nil).saying("Grows with each arrival and never repeats."),
      "timestamp": .moment,
      "timestampMicros": .integer.saying("The browser's, in microseconds since 1970."),
      "receivedMicros": .integer.saying("When Offstage got it."),
      "service": .service,
      "eventName": .string,
      "instanceId": .string.saying("What the browser groups by, such as a sync tag."),
      "origin": .string,
      "storageKey": .orNull(.string),
      "serviceWorkerRegistrationId": .string,
      "scope": .orNull(.string),
      "eventMetadata": .array(.object(["key": .string, "value": .string]))
        .saying("Sorted by key."),
      "source": .sourceName,
      "capture": .oneOf(CaptureKind.allCases.map(\.name)).saying("How it came to Offstage."),
      "outcome": .orNull(.oneOf(Outcome.allCases.map(\.rawValue))),
      "operationId": .orNull(.integer),
      "operationState": .orNull(.oneOf(OperationState.allCases.map(\.rawValue)))
        .saying("How far the operation has come."),
      "triggerId": .optional(.integer).saying("What of Offstage's own caused it."),
      "extra": .optional(.any).saying("What the browser said that Offstage does not know."),
    ]))

  static let eventPage = Schema.named(
    "EventPage",
    .object([
      "events": .array(.event),
      "next": .orNull(.string).saying("The cursor of the page after this one."),
      "lookedUntil": .optional(.string).saying(
        "The page has less than was asked for: it was looked until that moment, and `next` goes on."
      ),
    ]))

  static let eventPieces = Schema.named(
    "EventPieces",
    .object([
      "pieces": .array(
        .object([
          "cursor": .orNull(.string).saying("What the piece's page is asked for with."),
          "startMicros": .orNull(.integer).saying("No event of it lies before that in the order."),
          "events": .count,
        ])),
      "next": .orNull(.string).saying("The cursor with which to go on."),
      "remaining": .count.saying("How many events are likely to lie beyond."),
    ]))

  static let workerContext = Schema.named(
    "WorkerContext",
    .object([
      "script": .orNull(.string).saying("As the browser last told it."),
      "worker": .array(.workerEntry),
    ]))

  static let workerEntry = Schema.named(
    "WorkerEntry",
    .object([
      "at": .moment, "atMicros": .integer,
      "kind": .oneOf(WorkerContext.Kind.allCases.map(\.name)),
      "serviceWorkerRegistrationId": .string, "versionId": .string, "script": .orNull(.string),
      "message": .optional(.string).saying("Of an error."),
      "line": .optional(.orNull(.integer)), "column": .optional(.orNull(.integer)),
      "status": .optional(.string).saying("Of a version, or of the network."),
      "runningStatus": .optional(.orNull(.string)),
    ]))

  static let source = Schema.named(
    "Source",
    .object([
      "id": .uuid, "name": .string,
      "kind": .oneOf(Source.Kind.allCases.map(\.rawValue)),
      "place": .orNull(
        .object([
          "userDataDir": .optional(.string), "profileDir": .optional(.string),
          "browserRun": .optional(.string), "contextId": .optional(.string),
          "series": .optional(.string),
          "digest": .optional(.string).saying("Of the file that was imported."),
        ])
      ).saying("Where its log lives."),
      "browser": .orNull(.string),
      "keepMicros": .orNull(.integer).saying("How long events stay; null: for good."),
      "created": .moment, "createdMicros": .integer,
    ]))

  static let status = Schema.named(
    "ServiceStatus",
    .object([
      "source": .sourceName, "service": .service, "count": .count,
      "isHeld": .boolean.saying("Whether a recorder runs that has the source."),
      "isRecordable": .boolean.saying(
        "What was imported has no browser, and of Firefox there are its pushes only."),
      "wanted": .boolean.saying("What a recorder aims at."),
      "wantedBy": .orNull(.oneOf(["person", "other"])),
      "isRecording": .orNull(.boolean).saying("As the browser last told a recorder."),
      "lease": .orNull(
        .object([
          "renewed": .moment, "renewedMicros": .integer,
          "expires": .moment, "expiresMicros": .integer,
        ])
      ).saying("Until when the browser records without being asked again."),
      "lastReplay": .orNull(
        .object([
          "events": .count, "durationMicros": .count, "ended": .moment, "endedMicros": .integer,
        ])
      ).saying("The last time that the browser's log was read whole."),
      "seenUntil": .orNull(.moment), "seenUntilMicros": .orNull(.integer),
      "clearedUpTo": .orNull(.moment), "clearedUpToMicros": .orNull(.integer),
      "suppressed": .count.saying("Replayed events left out because they had been removed."),
    ]))

  static let originReport = Schema.named(
    "OriginReport",
    .object([
      "url": .string, "origin": .string,
      "browser": .object([
        "product": .string, "isHeadless": .boolean,
        "isOurs": .boolean.saying("It was launched to look."),
      ]),
      "profile": .orNull(.string),
      "checks": .array(
        .object([
          "id": .string.saying("Such as push.handler; stable."), "service": .orNull(.service),
          "verdict": .oneOf(OriginCheck.Verdict.allCases.map(\.rawValue)),
          "message": .string, "mend": .orNull(.string), "reference": .orNull(.string),
        ])),
      "counts": .object([
        "ok": .count, "no": .count, "warning": .count, "unknown": .count, "note": .count,
      ]),
    ]))

  static let gap = Schema.named(
    "Gap",
    .object([
      "id": .integer(from: 1, to: nil), "source": .sourceName, "service": .service,
      "from": .moment, "fromMicros": .integer,
      "to": .orNull(.moment).saying("Null while it lasts."), "toMicros": .orNull(.integer),
      "reason": .oneOf(Gap.Reason.allCases.map(\.rawValue)),
      "browserRan": .oneOf(Gap.BrowserRan.allCases.map(\.rawValue)),
      "sentence": .string,
    ]))

  static let notificationAction = Schema.object([
    "type": .oneOf(["button", "text"]), "title": .string, "placeholder": .orNull(.string),
  ])

  static let notification = Schema.named(
    "Notification",
    .object([
      "source": .sourceName,
      "number": .integer(from: 1, to: nil).saying("One that takes another's place keeps it."),
      "shown": .moment, "shownMicros": .integer,
      "origin": .orNull(.string),
      "tag": .orNull(.string).saying("As it was logged; null until then."),
      "title": .string, "body": .string,
      "actions": .array(.notificationAction),
      "requireInteraction": .boolean, "silent": .boolean,
      "icon": .orNull(.string).saying("A PNG, in base64."),
      "image": .orNull(.string).saying("A PNG, in base64, not larger than 200 by 100."),
      "eventId": .orNull(.integer).saying("Of the event that it was displayed."),
      "operationId": .orNull(.integer),
      "isSure": .boolean.saying("No other event fits as well."),
    ]))

  static let notificationScreen = Schema.named(
    "NotificationScreen",
    .object([
      "source": .sourceName,
      "place": .oneOf(NotificationScreen.Place.allCases.map(\.rawValue))
        .saying("With us, or where the person's other notifications appear."),
    ]))

  static let histogram = Schema.named(
    "Histogram",
    .object([
      "widthMicros": .integer(from: 1, to: nil), "fromMicros": .orNull(.integer),
      "toMicros": .orNull(.integer),
      "events": .count, "failed": .count,
      "lanes": .array(
        .object(["service": .service, "origin": .string, "events": .count, "failed": .count])
      ).saying("Of each service and origin."),
      "totals": .array(
        .object(["startMicros": .integer, "events": .count, "failed": .count])
      ).saying("Of each stretch of time."),
      "buckets": .array(
        .object([
          "startMicros": .integer, "service": .service, "origin": .string, "events": .count,
          "failed": .count,
        ])),
    ]))

  static let instanceSpan = Schema.named(
    "InstanceSpan",
    .object([
      "source": .sourceName, "service": .service, "origin": .string, "instanceId": .string,
      "first": .moment, "firstMicros": .integer, "last": .moment, "lastMicros": .integer,
      "events": .integer(from: 1, to: nil),
      "outcome": .orNull(.oneOf(Outcome.allCases.map(\.rawValue))),
      "eventId": .integer(from: 1, to: nil).saying("The event that says so."),
    ]))

  static let importResult = Schema.named(
    "ImportResult",
    .object([
      "format": .oneOf(ExportFormat.allCases.map(\.rawValue)), "sources": .array(.source),
      "added": .count, "known": .count.saying("Events that were there already."),
      "beside": .object([
        "gap": .optional(.count), "trigger": .optional(.count), "notification": .optional(.count),
        "push": .optional(.count), "subscription": .optional(.count),
      ]).saying("What else the file has."),
      "ignored": .count.saying("Lines of kinds that this version does not know."),
      "unknown": .any.saying("How many lines of which such kind."),
      "skipped": .count.saying("Parts that can't be read."),
      "faults": .array(
        .object([
          "text": .string, "line": .orNull(.count), "column": .orNull(.count),
          "byte": .orNull(.count),
        ])
      ).saying("What is wrong with the first of them."),
    ]))

  static let index = Schema.object([
    "name": .string, "version": .string,
    "routes": .array(
      .object([
        "method": .string, "path": .string, "summary": .string, "parameters": .array(.string),
      ])),
  ])

  static let problem = Schema.named(
    "Problem",
    .object([
      "type": .oneOf(Problem.Code.allCases.map(\.type)), "title": .string,
      "status": .integer(from: 400, to: 599),
      "detail": .string.saying("One sentence about this occurrence."),
      "hint": .orNull(.string).saying("What to do about it."),
      "parameter": .optional(.string).saying("What of the request is at fault."),
      "kind": .optional(.oneOf(FilterMistake.Kind.allCases.map(\.rawValue)))
        .saying("Of a mistake in a filter."),
      "position": .optional(.count).saying("Where it is in the filter, in Unicode characters."),
      "length": .optional(.count),
      "words": .optional(.array(.string)).saying("All that can stand there, if they are few."),
      "guess": .optional(.orNull(.string)).saying("What was probably meant."),
    ]))

  static let uuid = Schema.text(format: "uuid")
  static let moment = Schema.text(format: "date-time")

  /// An object with one member, a list.
  static func list(_ name: String, of schema: Schema) -> Schema {
    .object(KeyValuePairs(dictionaryLiteral: (name, .array(schema))))
  }
}
