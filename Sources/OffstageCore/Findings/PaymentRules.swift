/// How a payment request was answered.
enum PaymentRejected: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-rejected", .error, "A payment handler rejected the promise of its answer.",
    reference: Reference.paymentResponse)

  static func verdict(on subject: OperationCase) -> Verdict? {
    PaymentEnd(subject, ["PAYMENT_EVENT_REJECT"])?.verdict(
      { name, _ in "\(name) was refused: the promise given to respondWith() was rejected." },
      mend: "If the person cancelled, that is right. Else mend the handler; the merchant's show() "
        + "is rejected, or hangs until its page calls abort().")
  }
}

enum PaymentNoResponse: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-no-response", .error, "A payment handler threw, or did not answer.",
    reference: Reference.paymentResponse)

  static func verdict(on subject: OperationCase) -> Verdict? {
    PaymentEnd(subject, ["PAYMENT_EVENT_NO_RESPONSE"])?.verdict(
      { name, _ in
        "\(name) got no answer: its handler threw, or returned without event.respondWith()."
      },
      mend: "Call event.respondWith() at once, before anything is awaited, with a promise of the "
        + "answer.")
  }
}

enum PaymentTimeout: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-timeout", .error, "A payment handler did not answer in the time that it is given.",
    reference: Reference.paymentResponse)

  static func verdict(on subject: OperationCase) -> Verdict? {
    PaymentEnd(subject, ["PAYMENT_EVENT_TIMEOUT"])?.verdict(
      { "\($0) was not answered in \($1.short), so the browser ended it." },
      mend:
        "The promise given to respondWith() never settled. Reject it when the person closes the "
        + "wallet's window, or waits too long.")
  }
}

enum PaymentWorkerFailed: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-worker-failed", .error,
    "The worker of a payment handler was stopped, or could not be started.",
    reference: Reference.workerLifetime)

  static let types = [
    "PAYMENT_EVENT_BROWSER_ERROR", "PAYMENT_EVENT_INTERNAL_ERROR",
    "PAYMENT_EVENT_SERVICE_WORKER_ERROR",
  ]

  static func verdict(on subject: OperationCase) -> Verdict? {
    PaymentEnd(subject, types)?.verdict(
      { "\($0) ended after \($1.short), because the handler's worker was stopped or failed." },
      mend: "See whether the worker's script loads without a mistake, and whether DevTools or "
        + "another client stops it.")
  }
}

enum PaymentAnswerIncomplete: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-answer-incomplete", .error,
    "A payment handler's answer lacks something that was asked for.",
    reference: Reference.paymentResponse)

  static let missing = [
    "PAYMENT_METHOD_NAME_EMPTY": "methodName is empty",
    "PAYMENT_DETAILS_ABSENT": "details is missing",
    "PAYMENT_DETAILS_NOT_OBJECT": "details is no object",
    "PAYMENT_DETAILS_STRINGIFY_ERROR": "details can't be written as JSON",
    "PAYER_NAME_EMPTY": "payerName is missing, which the merchant asked for",
    "PAYER_EMAIL_EMPTY": "payerEmail is missing, which the merchant asked for",
    "PAYER_PHONE_EMPTY": "payerPhone is missing, which the merchant asked for",
    "SHIPPING_ADDRESS_INVALID": "shippingAddress is missing or incomplete",
    "SHIPPING_OPTION_EMPTY": "shippingOption is missing, which the merchant asked for",
  ]

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = PaymentEnd(subject, Array(missing.keys)), let what = missing[end.type] else {
      return nil
    }
    return end.verdict(
      { name, _ in "\(name) was answered, but \(what)." },
      mend: "Answer with all of methodName, details (plain JSON), and what event.paymentOptions "
        + "asks for; delegate only what the wallet has (paymentManager.enableDelegations).")
  }
}

enum PaymentWindowClosed: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-window-closed", .warning, "The wallet's window was closed before it had answered.",
    reference: Reference.paymentRequestEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    PaymentEnd(subject, ["PAYMENT_HANDLER_WINDOW_CLOSING"])?.verdict(
      { "\($0) ended after \($1.short), because the wallet's window was closed." },
      mend: "If a person closed it, that is a cancelled payment. Else settle respondWith() before "
        + "the window calls close().")
  }
}

enum PaymentWindowFailed: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-window-failed", .error, "The wallet's window failed to load, or left its origin.",
    reference: Reference.paymentRequestEvent)

  static let reasons = [
    "PAYMENT_HANDLER_INSECURE_NAVIGATION": "it went to a page that is not secure",
    "PAYMENT_HANDLER_FAIL_TO_LOAD_MAIN_FRAME": "its page failed to load",
    "PAYMENT_HANDLER_ACTIVITY_DIED": "it was ended by the system",
  ]

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = PaymentEnd(subject, Array(reasons.keys)), let why = reasons[end.type] else {
      return nil
    }
    return end.verdict(
      { name, _ in "\(name) failed with the wallet's window: \(why)." },
      mend:
        "Open a page of the wallet's own origin over HTTPS with event.openWindow(), and try its "
        + "address in a tab.")
  }
}

/// What a payment was answered with, and what came before it.
struct PaymentEnd {
  var type: String
  private let subject: OperationCase
  private let response: StoredEvent

  init?(_ subject: OperationCase, _ types: [String]) {
    guard let response = subject.lastEvent("Payment response"),
      let type = response.logged.value(of: "Type"), types.contains(type)
    else { return nil }
    self.type = type
    self.subject = subject
    self.response = response
  }

  /// `message` is given the payment's name, and how long it took to be answered.
  func verdict(_ message: (String, Interval) -> String, mend: String) -> Verdict {
    let request = subject.lastEvent("Payment request")
    let time = request.map { response.logged.timestamp - $0.logged.timestamp }
    let said = subject.lastRun.map { subject.mistakeSentence(of: $0) } ?? ""
    return subject.verdict(
      message(subject.subject, time ?? Interval(micros: 0)) + said + " The browser says \(type).",
      mend: mend, (request.map { [$0] } ?? []) + [response])
  }
}
