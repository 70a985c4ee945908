/// Of a push its way stays: when, how large, what was answered, what became of it.
extension Redaction {
  func redact(_ line: ExchangePush) -> ExchangePush {
    ExchangePush(source: redact(line.source), message: redact(line.message))
  }

  func redact(_ line: ExchangeSubscription) -> ExchangeSubscription {
    ExchangeSubscription(source: redact(line.source), subscription: redact(line.subscription))
  }

  func redact(_ push: PostedPush) -> PostedPush {
    var redacted = push
    redacted.message = redact(push.message)
    redacted.subscription = push.subscription.map(redact)
    redacted.source = push.source.map(redact)
    return redacted
  }

  /// Its id has the code that it has in the browser's log.
  private func redact(_ message: PushMessage) -> PushMessage {
    var message = message
    message.id = mark(message.id)
    message.subscription = mark(message.subscription)
    message.topic = message.topic.map(name)
    message.encoding = message.encoding.map(coding)
    if let refusal = message.refusal {
      // What it says may quote what was sent.
      message.refusal = PushMessage.Refusal(
        code: code(refusal.code), detail: mark(refusal.detail), hint: refusal.hint.map(mark))
    }
    message.headers = message.headers.map(header)
    // Nothing but its size.
    message.body = [UInt8](repeating: 0, count: message.body.count)
    if case .respond(let status, _) = message.injected {
      message.injected = .respond(status, headers: [])
    }
    return message
  }

  private func redact(_ subscription: PushSubscription) -> PushSubscription {
    var subscription = subscription
    subscription.token = mark(subscription.token)
    subscription.device = mark(subscription.device)
    subscription.client =
      switch subscription.client {
      case .chromium(let registration):
        .chromium(
          MCSRegistration(
            app: mark(registration.app), subtype: mark(registration.subtype),
            sender: mark(registration.sender), appID: mark(registration.appID)))
      case .firefox(let channel): .firefox(channel: mark(channel))
      }
    subscription.applicationServerKey = subscription.applicationServerKey.map(mark)
    subscription.origin = subscription.origin.map(address)
    return subscription
  }

  private func header(_ header: PushMessage.Header) -> PushMessage.Header {
    switch header.name.lowercased() {
    case "ttl", "content-length": PushMessage.Header(header.name, number(header.value))
    case "urgency":
      PushMessage.Header(
        header.name,
        PushMessage.Urgency(rawValue: header.value) == nil ? mark(header.value) : header.value)
    case "content-encoding": PushMessage.Header(header.name, coding(header.value))
    case "topic": PushMessage.Header(header.name, name(header.value))
    case "content-type", "encryption", "crypto-key", "user-agent", "prefer":
      PushMessage.Header(header.name, mark(header.value))
    default: PushMessage.Header(mark(header.name), mark(header.value))
    }
  }

  private func coding(_ text: String) -> String {
    ["aes128gcm", "aesgcm"].contains(text) ? text : mark(text)
  }

  /// As the push service writes them.
  private func code(_ text: String) -> String {
    text.wholeMatch(of: /[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,6}/) == nil ? mark(text) : text
  }
}
