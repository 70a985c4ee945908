internal import OffstageCore

extension Schema {
  static let pushSubscription = Schema.named(
    "PushSubscription",
    .object([
      "endpoint": .string.saying("Who knows it may post to it."),
      "origin": .orNull(.string).saying("Of the page."), "browser": .string,
      "applicationServerKey": .orNull(.string).saying("In base64url."),
      "created": .moment, "createdMicros": .integer,
      "ended": .orNull(.moment), "endedMicros": .orNull(.integer),
      "endReason": .orNull(.string),
    ]))

  static let pushMessage = Schema.named(
    "PushMessage",
    .object([
      "id": .string.saying("What the browser logs as the instance of its events."),
      "subscription": .string.saying("The last part of its endpoint."),
      "received": .moment, "receivedMicros": .integer,
      "status": .integer.saying("What its sender was answered."),
      "refusal": .optional(
        .object(["code": .string, "detail": .string, "hint": .orNull(.string)])),
      "ttl": .count.saying("In seconds."),
      "urgency": .oneOf(PushMessage.Urgency.allCases.map(\.rawValue)),
      "topic": .orNull(.string), "encoding": .orNull(.string),
      "headers": .array(.object(["name": .string, "value": .string])),
      "body": .string.saying("As it was posted, in base64."),
      "sends": .count.saying("How often it was sent to the browser."),
      "sent": .orNull(.moment), "sentMicros": .orNull(.integer),
      "ended": .orNull(.moment), "endedMicros": .orNull(.integer),
      "answer": .orNull(.integer).saying("Firefox's code as it took it."),
      "failure": .orNull(.integer).saying("Firefox's code, if its handler failed."),
      "failed": .orNull(.moment), "failedMicros": .orNull(.integer),
      "injected": .orNull(.string).saying("What was done to it on purpose."),
      "end": .orNull(.oneOf(PushMessage.End.allCases.map(\.rawValue))),
    ]))
}
