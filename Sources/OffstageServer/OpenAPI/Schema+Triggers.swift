internal import OffstageCore

extension Schema {
  /// The members beside `kind` depend on it (`Docs/drive.md`).
  static let triggerAction = Schema.named(
    "TriggerAction",
    .object([
      "kind": .oneOf(TriggerAction.kinds),
      "origin": .optional(.orNull(.string)).saying("Whose worker is meant, or whose data."),
      "scope": .optional(.orNull(.string)).saying("Which of an origin's workers is meant."),
      "data": .optional(.orNull(.string)).saying("A push's; null: none."),
      "real": .optional(.boolean).saying(
        "A push that goes through the push service, not the protocol's."),
      "tag": .optional(.orNull(.string)), "lastChance": .optional(.boolean),
      "change": .optional(.oneOf(WorkerChange.allCases.map(\.rawValue))).saying("Of a worker."),
      "id": .optional(.string).saying("Of a background fetch."),
      "name": .optional(.string).saying("Of a permission."),
      "setting": .optional(.oneOf(PermissionSetting.allCases.map(\.rawValue))),
      "title": .optional(.orNull(.string)).saying("Of a notification."),
      "number": .optional(.orNull(.integer)).saying("Of a notification."),
      "gesture": .optional(.oneOf(["click", "action", "reply", "dismiss"])),
      "button": .optional(.count).saying("Of the gesture “action”, from 0."),
      "text": .optional(.string).saying("Of the gesture “reply”."),
    ]))

  static let knownWorker = Schema.named(
    "KnownWorker",
    .object([
      "source": .sourceName,
      "serviceWorkerRegistrationId": .string.saying("The browser's number of it."),
      "origin": .orNull(.string).saying("Of the scope."), "scope": .string,
      "script": .orNull(.string).saying("As the browser last told it."),
    ]))

  static let trigger = Schema.named(
    "Trigger",
    .object([
      "id": .integer(from: 1, to: nil), "source": .sourceName,
      "askedBy": .oneOf(StoredTrigger.Asker.allCases.map(\.rawValue)),
      "action": .triggerAction,
      "waitMicros": .count.saying("How long something may take to come of it."),
      "asked": .moment, "askedMicros": .integer,
      "taken": .orNull(.moment).saying("When a recorder took it."),
      "takenMicros": .orNull(.integer),
      "ended": .orNull(.moment), "endedMicros": .orNull(.integer),
      "verdict": .orNull(.oneOf(TriggerAnswer.Verdict.allCases.map(\.rawValue)))
        .saying("Null while it is on its way."),
      "reason": .orNull(.string).saying("One sentence, where there is something to say."),
      "hint": .orNull(.string).saying("What to do about it."),
      "events": .array(.integer).saying("The ids of those that it caused."),
      "operations": .array(.integer).saying("The ids of those that these belong to."),
    ]))

  static let triggerPage = Schema.named(
    "TriggerPage",
    .object([
      "triggers": .array(.trigger),
      "next": .orNull(.string).saying("The cursor of the page after this one."),
    ]))
}
