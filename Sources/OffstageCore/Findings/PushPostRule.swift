/// Looks at a message as it was posted to the push service.
protocol PushPostRule: Sendable {
  var note: RuleNote { get }
  func verdict(on push: PostedPush) -> PushVerdict?
}

struct PushVerdict {
  var message: String
  var mend: String
  var at: Timestamp
}

/// The push service did not take it, for one of these reasons. What it answered says what is wrong and
/// what to do, and is said again here.
struct PushRefusedRule: PushPostRule {
  let note: RuleNote
  private let isMeant: @Sendable (_ code: String) -> Bool

  private init(
    _ id: String, _ about: String, reference: String = Reference.vapid,
    _ severity: Finding.Severity = .error, of isMeant: @escaping @Sendable (String) -> Bool
  ) {
    note = RuleNote(id, severity, about, reference: reference)
    self.isMeant = isMeant
  }

  static let all: [any PushPostRule] = [
    PushRefusedRule(
      "push-not-signed", "A push was refused because its sender did not say who it is."
    ) { $0 == "vapid-missing" },
    PushRefusedRule(
      "push-token-expired",
      "A push was refused because its sender's token had ended, or would end too late."
    ) { ["exp-past", "exp-too-late", "exp-missing", "exp-not-a-number"].contains($0) },
    PushRefusedRule(
      "push-wrong-audience",
      "A push was refused because its sender's token is for another push service."
    ) { $0.hasPrefix("aud-") },
    PushRefusedRule(
      "push-wrong-key",
      "A push was refused because it was signed with another key than the page subscribed with."
    ) { ["vapid-key-of-another", "jwt-signature"].contains($0) },
    PushRefusedRule(
      "push-token-malformed", "A push was refused because its sender's token can't be read."
    ) { code in
      ["vapid-", "jwt-", "sub-"].contains { code.hasPrefix($0) }
        && !["vapid-missing", "vapid-key-of-another", "jwt-signature"].contains(code)
    },
    PushRefusedRule(
      "push-without-ttl", "A push was refused because it does not say how long it may wait.",
      reference: Reference.pushTTL
    ) { $0.hasPrefix("ttl-") },
    PushRefusedRule(
      "push-header-malformed",
      "A push was refused because its urgency, its topic or its encoding is none.",
      reference: Reference.pushPost
    ) {
      ["urgency-unknown", "topic-malformed", "encoding-missing", "encoding-unknown"].contains($0)
    },
    PushRefusedRule(
      "push-too-large", "A push was refused because it is too large.",
      reference: Reference.pushSize
    ) { $0 == "too-large" },
    PushRefusedRule(
      "push-queue-full", "A push was refused because too many wait for its browser.",
      reference: Reference.pushOverload, .warning
    ) { $0 == "queue-full" },
  ]

  func verdict(on push: PostedPush) -> PushVerdict? {
    guard let refusal = push.refusalOfItsOwn, isMeant(refusal.code) else { return nil }
    return PushVerdict(
      message: "A push was refused with \(push.message.status): \(refusal.detail)",
      mend: refusal.hint ?? "Mend what the application server sends, and send it again.",
      at: push.message.received)
  }
}

/// To a token that nobody has got.
struct PushEndpointUnknown: PushPostRule {
  let note = RuleNote(
    "push-endpoint-unknown", .error,
    "A push was refused because the push service never had such a subscription.",
    reference: Reference.pushPost)

  func verdict(on push: PostedPush) -> PushVerdict? {
    guard push.refusalOfItsOwn?.code == "subscription-unknown" else { return nil }
    return PushVerdict(
      message: "A push was refused with \(push.message.status): the push service knows no "
        + "subscription \(push.message.subscription.quoted).",
      mend:
        "The endpoint is another push service's, of another data folder, or cut off. Send to the "
        + "one of pushManager.getSubscription() in a browser opened with --push.",
      at: push.message.received)
  }
}

/// The end of a subscription is how a sender learns of it: that is in order, once.
struct PushEndpointGone: PushPostRule {
  let note = RuleNote(
    "push-endpoint-gone", .info,
    "A push was refused because its subscription has ended: its sender learns of it so.",
    reference: Reference.pushGone)

  func verdict(on push: PostedPush) -> PushVerdict? {
    guard push.refusalOfItsOwn?.code == "subscription-gone", push.toldGone == nil else {
      return nil
    }
    let end = push.subscription?.end.map { " It ended at \($0.at.clockWords)." } ?? ""
    return PushVerdict(
      message: "A push was refused with \(push.message.status), because its subscription has ended."
        + end,
      mend: "Nothing, if the application server forgets the subscription now.",
      at: push.message.received)
  }
}

struct PushEndpointGoneAgain: PushPostRule {
  let note = RuleNote(
    "push-endpoint-gone-again", .warning,
    "A push was sent to a subscription after its sender had been told that it has ended.",
    reference: Reference.pushGone)

  func verdict(on push: PostedPush) -> PushVerdict? {
    guard push.refusalOfItsOwn?.code == "subscription-gone", let told = push.toldGone else {
      return nil
    }
    return PushVerdict(
      message:
        "A push was sent to a subscription that has ended, although its sender was told so at "
        + "\(told.clockWords) already.",
      mend: "On 404 and 410 delete the subscription where the application server keeps it. Push "
        + "services slow down or lock out whom they have to tell again and again.",
      at: push.message.received)
  }
}

/// What was asked for is nobody's mistake.
struct PushFaultInjected: PushPostRule {
  let note = RuleNote(
    "push-fault-injected", .info, "A push met a fault that was asked for (offstage push fault).",
    reference: Reference.pushPost)

  func verdict(on push: PostedPush) -> PushVerdict? {
    guard let injected = push.message.injected else { return nil }
    return PushVerdict(
      message: "A push was \(injected.words), because that was asked for (\(injected.text)).",
      mend: "See what the application server does about it. offstage push fault --clear ends it.",
      at: push.message.received)
  }
}

extension PostedPush {
  /// Nil also of one that somebody asked for.
  var refusalOfItsOwn: PushMessage.Refusal? {
    message.injected == nil ? message.refusal : nil
  }
}
