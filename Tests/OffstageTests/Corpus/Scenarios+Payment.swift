import CDP
import Foundation
import OffstageTesting

extension CorpusScenario {
  private static let icon = LoopbackSite.Page(
    "image/png",
    bytes: (try? [UInt8](
      Data(
        contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
          .appendingPathComponent("../../../Web/demo/icon-192.png")))) ?? [])

  /// What a wallet must serve; its worker is what the scenario is about.
  static func wallet(_ worker: String) -> [String: LoopbackSite.Page] {
    [
      "/pay": .status(
        200,
        [("Link", "<{{origin}}/pay/methods.json>; rel=\"payment-method-manifest\"")]),
      "/pay/methods.json": LoopbackSite.Page(
        "application/json",
        """
        {"default_applications":["{{origin}}/pay/app.json"],"supported_origins":["{{origin}}"]}
        """),
      "/pay/app.json": LoopbackSite.Page(
        "application/manifest+json",
        """
        {"name":"Wallet","icons":[{"src":"/icon.png","sizes":"192x192","type":"image/png"}],\
        "serviceworker":{"src":"/pay/sw.js","scope":"/pay/","use_cache":false}}
        """),
      "/pay/sw.js": LoopbackSite.Page("text/javascript", worker),
      "/icon.png": icon,
    ]
  }

  private static func onPayment(_ body: String) -> String {
    """
    const forever = new Promise(() => {});
    self.addEventListener('canmakepayment', event => event.respondWith(true));
    self.addEventListener('abortpayment', event => event.respondWith(true));
    self.addEventListener('paymentrequest', event => { \(body) });
    """
  }

  static let paying = onPayment(
    """
    event.respondWith(Promise.resolve({
      methodName: event.methodData[0].supportedMethods, details: { token: 'sample' } }));
    """)

  /// `then` runs when the payment was asked for, which may never settle.
  static func payment(
    _ id: String, options: String = "", then: String = ""
  ) -> String {
    """
    const total = { label: 'Tea', amount: { currency: 'EUR', value: '1.00' } };
    const request = new PaymentRequest(
      [{ supportedMethods: location.origin + '/pay' }], { id: '\(id)', total }, { \(options) });
    globalThis.request = request;
    const settled = request.show().then(
      response => response.complete('success').then(() => 'paid'), error => String(error));
    globalThis.settled = settled;
    \(then)
    """
  }

  private static func paymentFault(
    _ name: String, _ rule: String, _ body: String
  ) -> CorpusScenario {
    .fault(name, rule, on: .payments, pages: wallet(onPayment(body))) { play in
      try await play.page(payment("order-1"))
      try await play.logged("Payment response")
    }
  }

  static let payments: [CorpusScenario] = [
    .fault(
      "a-payment-that-nobody-answers-times-out", "payment-timeout", on: .slowPayments,
      pages: wallet(onPayment("event.respondWith(forever);"))
    ) { play in
      try await play.page(payment("order-1"))
      try await play.logged("Payment response", within: .seconds(400))
    },
    paymentFault(
      "a-payment-is-rejected-by-its-handler", "payment-rejected",
      "event.respondWith(Promise.reject(new Error('the card has expired')));"),
    paymentFault(
      "a-payment-handler-throws", "payment-no-response", "throw new Error('no wallet');"),
    paymentFault(
      "a-payment-handler-does-not-respond", "payment-no-response", "console.log('later');"),
    paymentFault(
      "a-payment-is-answered-without-a-method", "payment-answer-incomplete",
      "event.respondWith({ methodName: '', details: { token: 'sample' } });"),
    paymentFault(
      "a-payment-is-answered-without-details", "payment-answer-incomplete",
      "event.respondWith({ methodName: event.methodData[0].supportedMethods });"),
    paymentFault(
      "a-payment-is-answered-with-what-is-no-json", "payment-answer-incomplete",
      """
      const details = {}; details.self = details;
      event.respondWith({ methodName: event.methodData[0].supportedMethods, details });
      """),
    .fault(
      "a-payment-is-answered-without-the-payers-name", "payment-answer-incomplete", on: .payments,
      pages: wallet(paying)
    ) { play in
      try await play.page(payment("order-1", then: "return await settled"))
      try await play.page(
        """
        const wallet = await navigator.serviceWorker.getRegistration('/pay/');
        await wallet.paymentManager.enableDelegations(['payerName']);
        """)
      let second = try await play.anotherPage()
      try await play.page(
        payment("order-2", options: "requestPayerName: true"), of: second.session)
      try await play.logged("Payment response", 2)
    },
    paymentFault(
      "a-payment-is-answered-by-another-method", "payment-other-method",
      "event.respondWith({ methodName: 'https://other.example/pay', details: { token: 'x' } });"),
    .fault(
      "a-payment-handlers-worker-is-stopped", "payment-worker-failed", on: .payments,
      pages: wallet(onPayment("event.respondWith(forever);"))
    ) { play in
      try await play.page(payment("order-1"))
      try await play.logged("Payment request")
      _ = try await play.client.connection.call(
        ServiceWorker.StopAllWorkers(), session: play.worker.page)
      try await play.logged("Payment response")
    },
    .fault(
      "canmakepayment-throws-and-says-true", "payment-can-make-payment-threw", on: .payments,
      pages: wallet(
        """
        self.addEventListener('canmakepayment', event => {
          if (event.methodData[0]) event.respondWith(true);
        });
        self.addEventListener('paymentrequest', event => event.respondWith({
          methodName: event.methodData[0].supportedMethods, details: { token: 'x' } }));
        """)
    ) { play in
      try await play.page(payment("order-1", then: "return await settled"))
      try await play.logged("Payment response")
      // Only a wallet that is installed is asked whether it can pay.
      let second = try await play.anotherPage()
      try await play.page(payment("order-2", then: "return await settled"), of: second.session)
      try await play.logged("Payment response", 2)
      try await play.close(second)
    },
    .fault(
      "a-wallet-says-that-it-cannot-pay", "payment-cannot-pay", on: .payments,
      pages: wallet(
        """
        self.addEventListener('canmakepayment', event => event.respondWith(false));
        self.addEventListener('paymentrequest', event => event.respondWith({
          methodName: event.methodData[0].supportedMethods, details: { token: 'x' } }));
        """)
    ) { play in
      try await play.page(payment("order-1", then: "return await settled"))
      let second = try await play.anotherPage()
      try await play.page(payment("order-2"), of: second.session)
      try await play.logged("Can make payment response")
      try await play.close(second)
    },
    .fault(
      "a-merchant-goes-away-amid-a-payment", "payment-merchant-gone", on: .abandonedPayments,
      pages: wallet(onPayment("event.respondWith(forever);"))
    ) { play in
      let merchant = try await play.anotherPage()
      try await play.page(payment("order-1"), of: merchant.session)
      try await play.logged("Payment request")
      try await play.close(merchant)
      try await play.pass(.seconds(375))
    },
    .fault(
      "a-payment-handler-can-not-be-installed", "payment-install-failed", on: .payments,
      pages: wallet(paying).merging(["/pay/sw.js": .status(404)]) { $1 }
    ) { play in
      try await play.page(payment("order-1"))
      try await play.logged("Install payment handler result")
      try await play.pass(.seconds(1))
    },
    .fault(
      "a-wallet-refuses-to-abort", "payment-abort-refused", "payment-worker-failed", on: .payments,
      pages: wallet(
        """
        const forever = new Promise(() => {});
        self.addEventListener('canmakepayment', event => event.respondWith(true));
        self.addEventListener('abortpayment', event => event.respondWith(false));
        self.addEventListener('paymentrequest', event => event.respondWith(forever));
        """)
    ) { play in
      try await play.page(payment("order-1"))
      try await play.logged("Payment request")
      try await play.page("return await globalThis.request.abort()")
      try await play.logged("Abort payment response")
      _ = try await play.client.connection.call(
        ServiceWorker.StopAllWorkers(), session: play.worker.page)
    },
  ]
}

extension CorpusPlay {
  struct Page: Sendable {
    var target: Target.TargetID
    var session: SessionID
  }

  func anotherPage() async throws -> Page {
    let target = try await client.connection.call(
      Target.CreateTarget(url: site.origin + "/")
    ).targetId
    let session = try await client.attach(target)
    try await eventually("the page") {
      try await client.text(of: "location.href", in: session).hasPrefix(site.origin)
    }
    return Page(target: target, session: session)
  }

  func close(_ page: Page) async throws {
    _ = try await client.connection.call(Target.CloseTarget(targetId: page.target))
  }
}
