extension FakeScene {
  /// A background fetch of these addresses; those of `notFound` are answered 404.
  package static func fetch(
    id: String, urls: [String], notFound: Set<String> = []
  ) -> FakeScene {
    let service = FakeService.backgroundFetch
    var scene = FakeScene()
    scene.add(
      service, "Background Fetch registered", id,
      ["Total Requests": String(urls.count), "Start Paused": "No"])
    scene.add(service, "Background Fetch started", id)
    for (index, url) in urls.enumerated() {
      scene.add(
        service, "Request processing started", id,
        ["URL": url, "Request Index": String(index)])
    }
    for (index, url) in urls.enumerated() {
      let isMissing = notFound.contains(url)
      scene.add(
        service, "Request processing completed", id,
        [
          "URL": url, "Request Index": String(index), "Response Status": isMissing ? "404" : "200",
          "Response Size (bytes)": isMissing ? "0" : "48213",
        ], after: 30_000)
    }
    // Docs/browser-facts.md §4: the reason is absent on success.
    if notFound.isEmpty {
      scene.add(
        service, "Background Fetch completed", id, ["Event Type": "BackgroundFetchSuccessEvent"])
    } else {
      scene.add(
        service, "Background Fetch completed", id,
        ["Event Type": "BackgroundFetchFailEvent", "Failure Reason": "BAD_STATUS"])
    }
    return scene
  }

  package enum NotificationEnd: Sendable, Hashable {
    case none, closed
    case clicked(action: Int?)
    case replied(String)
  }

  package static func notification(
    tag: String, title: String, body: String = "", end: NotificationEnd = .none
  ) -> FakeScene {
    let service = FakeService.notifications
    var scene = FakeScene()
    scene.add(service, "Notification displayed", tag, ["Title": title, "Body": body])
    switch end {
    case .none:
      break
    case .closed:
      scene.add(service, "Notification closed", tag, after: 2_000_000)
    case .clicked(let action?):
      scene.add(
        service, "Notification clicked", tag, ["Action Index": String(action)], after: 2_000_000)
    case .clicked(nil):
      scene.add(service, "Notification clicked", tag, after: 2_000_000)
    case .replied(let text):
      scene.add(service, "Notification clicked", tag, ["Reply": text], after: 2_000_000)
    }
    return scene
  }

  /// A payment by the handler of `origin`. The first one installs the handler: that event is of no
  /// registration, so it is shown live and never kept; there is no "Can make payment" then.
  package static func payment(
    id: String, origin: String, isFirst: Bool, succeeds: Bool = true
  ) -> FakeScene {
    let service = FakeService.paymentHandler
    var scene = FakeScene(origin: origin)
    let method = "\(origin)/pay"
    if isFirst {
      scene.add(
        service, "Install payment handler", id,
        [
          "Merchant Payment Request Origin": origin, "Merchant Top Origin": origin,
          "Method Name": method, "Payment Handler Name": "Pay",
          "Service Worker JavaScript File URL": "\(origin)/sw.js",
          "Service Worker Scope": "\(origin)/", "Service Worker Uses Cache": "false",
        ], isLiveOnly: true)
      scene.add(
        service, "Install payment handler result", id,
        ["Payment Handler Install Success": "true"], after: 60_000)
    } else {
      scene.add(
        service, "Can make payment", id,
        [
          "Merchant Payment Request Origin": origin, "Merchant Top Origin": origin,
          "Method Name": method, "Method Data": "{}",
        ])
      scene.add(
        service, "Can make payment response", id,
        ["Can Make Payment": "true", "Type": "PAYMENT_EVENT_SUCCESS"])
    }
    scene.add(
      service, "Payment request", id,
      [
        "Merchant Payment Request Origin": origin, "Merchant Top Origin": origin,
        "Instrument Key": "", "Method Name": method, "Method Data": "{}",
        "Total Currency": "EUR", "Total Value": "9.90",
      ])
    // Docs/browser-facts.md §4: the first two are empty on failure.
    scene.add(
      service, "Payment response", id,
      [
        "Method Name": succeeds ? method : "", "Details": succeeds ? #"{"token":"x"}"# : "",
        "Type": succeeds ? "PAYMENT_EVENT_SUCCESS" : "PAYMENT_EVENT_REJECT",
      ], after: 40_000)
    return scene
  }

  /// Any scene, with identifiers that end in `number`.
  package static func random(number: Int, using random: inout SeededGenerator) -> FakeScene {
    let id = "0:17953570000\(number)%6d1a9c2f"
    let payload = String(repeating: "x", count: Int.random(in: 1...120, using: &random))
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return .push(id: id, payload: payload, notification: "news-\(number)")
    case 1:
      let status = PushStatus.allCases.randomElement(using: &random) ?? .success
      return .push(id: id, payload: "\u{1F514}\n\"\(payload)\"", status: status)
    case 2: return .undecryptablePush(id: id)
    case 3:
      return .sync(tag: "outbox-\(number % 5)", failures: Int.random(in: 0...3, using: &random))
    case 4: return .periodicSync(tag: "daily", failing: Bool.random(using: &random))
    case 5:
      let urls = (0..<Int.random(in: 1...4, using: &random)).map { "https://cdn.example/\($0).bin" }
      let missing: Set<String> = Bool.random(using: &random) ? [urls[0]] : []
      return .fetch(id: "fetch-\(number)", urls: urls, notFound: missing)
    case 6: return .notification(tag: "", title: "Hello", end: .clicked(action: 0))
    case 7:
      return .notification(tag: "t-\(number % 3)", title: "Hello", body: payload, end: .closed)
    default:
      return .payment(
        id: "pay-\(number)", origin: "https://pay.example", isFirst: Bool.random(using: &random),
        succeeds: Bool.random(using: &random))
    }
  }
}
