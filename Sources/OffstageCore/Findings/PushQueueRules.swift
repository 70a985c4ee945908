/// What became of a message that the push service took, as far as the browser's log says nothing of it.
struct PushExpired: PushPostRule {
  let note = RuleNote(
    "push-expired", .warning, "A push was not delivered: its TTL ran out before its browser came.",
    reference: Reference.pushTTL)

  func verdict(on push: PostedPush) -> PushVerdict? {
    let message = push.message
    guard message.delivery.end == .expired, let ended = message.delivery.ended,
      message.injected == nil
    else { return nil }
    let why =
      message.ttl == 0
      ? "its TTL of 0 keeps it for no browser that is away"
      : "its browser did not come within its TTL of \(message.ttl.of("second", "seconds"))"
    return PushVerdict(
      message: "A push was taken at \(message.received.clockWords) and never delivered: \(why).",
      mend: "Give it a TTL as long as what it says is worth knowing, such as a day; a phone or a "
        + "laptop is away for hours.",
      at: ended)
  }
}

struct PushReplaced: PushPostRule {
  let note = RuleNote(
    "push-replaced", .info, "A push was replaced by a later one of its topic before it was sent.",
    reference: Reference.pushTopic)

  func verdict(on push: PostedPush) -> PushVerdict? {
    let message = push.message
    guard message.delivery.end == .replaced, let ended = message.delivery.ended else { return nil }
    return PushVerdict(
      message: "A push with the topic \((message.topic ?? "").quoted) waited "
        + "\((ended - message.received).short) for its browser, and was replaced by the next of that "
        + "topic.",
      mend:
        "Nothing, if only the last one matters. What each of them says needs a topic of its own, "
        + "or none.",
      at: ended)
  }
}

/// The browser is away. No clock is needed: one that is there is sent to at once.
struct PushWaiting: PushPostRule {
  let note = RuleNote(
    "push-waiting", .info, "A push waits for its browser, which is away.",
    reference: Reference.pushTTL)

  func verdict(on push: PostedPush) -> PushVerdict? {
    let message = push.message
    guard message.status == 201, message.delivery.end == nil, message.delivery.firstSent == nil,
      message.injected == nil
    else { return nil }
    let until = message.received + .seconds(Int64(message.ttl))
    return PushVerdict(
      message:
        "A push was taken at \(message.received.clockWords) and waits for its browser, until "
        + "\(until.clockWords) at most.",
      mend: "Start the browser with the same profile and --push.", at: message.received)
  }
}

struct PushEndedWithSubscription: PushPostRule {
  let note = RuleNote(
    "push-ended-with-subscription", .warning,
    "A push was taken and not delivered: its subscription ended before its browser had it.",
    reference: Reference.pushGone)

  func verdict(on push: PostedPush) -> PushVerdict? {
    let message = push.message
    guard message.delivery.end == .unsubscribed, let ended = message.delivery.ended,
      // The browser has it, and ends the subscription for it: what it says of it says why.
      !push.isTold
    else { return nil }
    let why = push.subscription?.end?.reason.words ?? "the page or the browser unsubscribed"
    return PushVerdict(
      message: "A push was taken at \(message.received.clockWords), and its subscription ended "
        + "\((ended - message.received).short) later, before the browser had it: \(why).",
      mend: "Let the page fetch what was missed when it opens next.",
      at: ended)
  }
}

/// The browser said that it has it, and its log does not tell of it.
struct PushNotLogged: PushPostRule {
  let note = RuleNote(
    "push-not-logged", .warning,
    "A browser acknowledged a push, and its log says nothing of it although it was watched.",
    reference: Reference.pushReceiving)

  /// A browser logs it within milliseconds; its recorder writes that some later.
  private static let patience = Interval.seconds(10)

  func verdict(on push: PostedPush) -> PushVerdict? {
    guard push.message.delivery.end == .acknowledged, !push.isLogged,
      let ended = push.message.delivery.ended, let watched = push.watchedUntil,
      watched - ended > Self.patience
    else { return nil }
    return PushVerdict(
      message:
        "The browser acknowledged a push at \(ended.clockWords), and in \((watched - ended).short) "
        + "its log said nothing of it. No worker was told.",
      mend: "The browser dropped it: it has no subscription of that id any more. Have the page "
        + "subscribe anew, and send to the endpoint that it gets.",
      at: ended)
  }
}
