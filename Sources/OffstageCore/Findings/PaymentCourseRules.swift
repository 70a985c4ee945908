/// What happens around a payment that its answer does not tell.
enum PaymentInstallFailed: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-install-failed", .error, "The browser could not install a payment handler.",
    reference: "https://w3c.github.io/payment-method-manifest/")

  static func verdict(on subject: OperationCase) -> Verdict? {
    let result = subject.lastEvent("Install payment handler result")
    let response = subject.lastEvent("Payment response")
    guard
      result?.logged.value(of: "Payment Handler Install Success") == "false"
        || response?.logged.value(of: "Type") == "PAYMENT_HANDLER_INSTALL_FAILED"
    else { return nil }
    let asked = subject.event("Install payment handler")
    let script = asked?.logged.value(of: "Service Worker JavaScript File URL")
    return subject.verdict(
      "The browser could not install the payment handler for \(subject.subject.lowercasedFirst)"
        + (script.map { ": its worker is to be \($0.quoted)." } ?? "."),
      mend:
        "Open the worker's address in a tab: it must be served as JavaScript, with a scope that "
        + "it may control, and load without a mistake. See also serviceworker.src in the manifest.",
      [asked, result, response].compactMap { $0 })
  }
}

enum PaymentOtherMethod: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-other-method", .warning,
    "A payment was answered with a method that was not asked for, and the browser took it.",
    reference: Reference.paymentResponse)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let request = subject.lastEvent("Payment request"),
      let response = subject.lastEvent("Payment response"),
      response.logged.value(of: "Type") == "PAYMENT_EVENT_SUCCESS",
      let method = response.logged.value(of: "Method Name")
    else { return nil }
    let asked = request.logged.metadata.filter { $0.key.hasPrefix("Method Name") }.map(\.value)
    guard !asked.isEmpty, !asked.contains(method) else { return nil }
    return subject.verdict(
      "\(subject.subject) asked for \(asked.map(\.quoted).joined(separator: ", ")) and was "
        + "answered with \(method.quoted). The browser logs that as a success.",
      mend: "Answer with the methodName of event.methodData. A merchant should not take another.",
      [request, response])
  }
}

enum CanMakePaymentThrew: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-can-make-payment-threw", .error,
    "A canmakepayment handler threw or did not answer, and the browser says true all the same.",
    reference: Reference.canMakePayment)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let asked = subject.lastEvent("Can make payment"),
      let answer = subject.lastEvent("Can make payment response"),
      let type = answer.logged.value(of: "Type"), type != "SUCCESS",
      type != "PAYMENT_EVENT_SUCCESS"
    else { return nil }
    let says = answer.logged.value(of: "Can Make Payment") ?? "nothing"
    let mistake = subject.mistakes(
      from: asked.logged.timestamp, to: answer.logged.timestamp
    ).first
    return subject.verdict(
      "When \(subject.subject.lowercasedFirst) was asked for, the canmakepayment handler gave no "
        + "answer (\(type)), and the browser says \(says.quoted) to the merchant all the same."
        + (mistake.map { " The worker reported \($0.words)." } ?? ""),
      mend: "Call event.respondWith(true or false) in each case. In current Chromium "
        + "event.methodData may be undefined there: don't rely on it.",
      [asked, answer])
  }
}

enum PaymentCannotPay: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-cannot-pay", .info, "A wallet said that it can't pay.",
    reference: Reference.canMakePayment)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let answer = subject.lastEvent("Can make payment response"),
      answer.logged.value(of: "Can Make Payment") == "false"
    else { return nil }
    return subject.verdict(
      "The wallet answered canmakepayment with false for \(subject.subject.lowercasedFirst).",
      mend: "If it should be able to, see what its canmakepayment handler decides by; a merchant "
        + "then offers another way to pay.",
      subject.events("Can make payment") + [answer])
  }
}

enum PaymentAbortRefused: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-abort-refused", .warning, "A wallet refused to abort a payment.",
    reference: Reference.payment)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let answer = subject.lastEvent("Abort payment response"),
      answer.logged.value(of: "Payment Aborted") == "false"
    else { return nil }
    return subject.verdict(
      "The merchant's page wanted to abort \(subject.subject.lowercasedFirst), and the wallet "
        + "refused. The payment goes on.",
      mend: "Answer abortpayment with true unless money has moved already; without a handler the "
        + "browser takes it for a refusal.",
      subject.events("Abort payment") + [answer])
  }
}

enum PaymentMerchantGone: OperationRule {
  static let services: Set<Service> = [.paymentHandler]
  static let note = RuleNote(
    "payment-merchant-gone", .warning,
    "A payment was never answered: its merchant's page went away, or the browser ended.",
    reference: Reference.payment)

  /// A handler that does not answer is ended after some 330 s.
  private static let patience = Interval.seconds(360)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .running || subject.state == .unfinished, let run = subject.lastRun,
      run.to == nil, let request = subject.lastEvent("Payment request")
    else { return nil }
    let ended = subject.browserEnd(after: run.from).flatMap {
      $0 < subject.scene.watchedUntil ? $0 : nil
    }
    let passed = subject.watched(since: run.from)
    guard ended != nil || passed > patience || subject.state == .unfinished else { return nil }
    let why =
      ended.map { "the browser ended \(($0 - run.from).short) later" }
      ?? "the page that asked for it is gone"
    return subject.verdict(
      "\(subject.subject) was requested at \(run.from.clockWords) and never answered: \(why). The "
        + "wallet was not told.",
      mend:
        "Let the wallet's server forget payments that nobody confirms. A merchant should abort() "
        + "before its page goes.",
      [request])
  }
}
