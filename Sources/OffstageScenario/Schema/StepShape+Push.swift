import OffstageCore

/// Pushes, simulated and real.
extension StepShape {
  private static let longestTTL = 28 * 24 * 3600

  static let push = StepShape(
    "push",
    .oneOf([
      .text(.plain),
      .object(
        ObjectShape(
          [
            FieldShape("text", .text(.plain), "The payload."),
            FieldShape("json", .anything, "The payload, as JSON."),
            FieldShape("empty", .flag, "No payload at all."), scope,
            FieldShape(
              "real", .oneOf([.flag, .object(real)]),
              "Encrypted, signed and posted to the site's subscription, as its server does it."),
          ], oneOf: [["text", "json", "empty"]])),
    ]),
    "Delivers a push message to the site's worker: simulated, which needs no subscription, or with "
      + "`real` through the push service.",
    example: "push: { json: { title: News }, real: true }"
  ) { value throws(ScenarioMistake) in
    let scope = try value.text("scope")
    let payload: PushPayload =
      if let json = try value.json("json") {
        .json(WrittenText(json.value, at: json.place))
      } else {
        try value.optionalTexts("text").map { .text($0) } ?? .empty
      }
    guard let real = value.member("real"), real.scalar == nil || value.flag("real") == true else {
      return .push(payload, scope: scope)
    }
    return .realPush(try RealPushStep(real, payload, scope: scope))
  }

  private static let real = ObjectShape([
    FieldShape(
      "to", .text(.plain),
      "The subscription, as `JSON.stringify` writes it; by itself the one that the browser has."),
    FieldShape(
      "ttl", .number(0...longestTTL), "How many seconds it may wait for the browser; 60 by itself."),
    FieldShape("topic", .text(.plain), "A later one of the same topic replaces it while it waits."),
    FieldShape(
      "urgency", .word(PushMessage.Urgency.allCases.map(\.rawValue)), "How soon it has to be there."
    ),
    FieldShape(
      "vapid-key", .text(.plain),
      "The private key that signs it, or a file with it beside this one; by itself that of "
        + "`${application-server-key}`."),
    FieldShape(
      "status", .number(200...599), "What the push service has to answer; 201 by itself."),
    FieldShape(
      "capture", .text(.name),
      "Keeps the message's id under this name: the browser's events have it as their instance."),
  ])
}
