extension Conversation {
  func playRefusals() async throws {
    try await open("A", as: "hidden", isHidden: true)
    let page = try await open("A", as: "page", url: "\(stage.site)/")
    try await stage.registerWorker(
      page: session("page") ?? "", context: context, by: try client("A"))
    let all = try await call("A", .init("Target.getTargets", #"{"filter":[{}]}"#))
    for target in all["targetInfos"] as? [[String: Any]] ?? [] {
      guard target["browserContextId"] as? String == context,
        let id = target["targetId"] as? String, id != page,
        let type = target["type"] as? String, type == "service_worker" || type == "tab",
        session(type) == nil
      else { continue }
      try await attach("A", to: id, as: type)
    }
    try await skip()
    try await step("A", "hidden", .observe("bad"))
    try await step("A", "hidden", .record("bad"))
    try await step("A", "hidden", .clear("bad"))
    try await step("A", "hidden", .stop("bad"))
    try await step("A", "hidden", .init("BackgroundService.startObserving"))
    try await step("A", "hidden", .init("BackgroundService.startObserving", #"{"service":5}"#))
    try await step(
      "A", "hidden", .init("BackgroundService.setRecording", #"{"service":"notifications"}"#))
    try await step("A", "hidden", .init("BackgroundService.nothing"))
    try await step("A", "hidden", .init("SystemInfo.getInfo"))
    try await step(
      "A", "hidden",
      .init(
        "ServiceWorker.deliverPushMessage",
        #"{"origin":"\#(stage.site)","registrationId":"0","data":"x"}"#))
    try await step("A", "service_worker", .observe("pushMessaging"))
    try await step("A", "service_worker", .init("ServiceWorker.enable"))
    try await step("A", "tab", .observe("pushMessaging"))
    try await step("A", nil, .observe("pushMessaging"))
    try await step("A", nil, .init("Runtime.enable"))
    try await step("A", nil, .init("Nothing.nothing"))
    try await step("A", nil, .init("Target.attachToTarget", #"{"targetId":"x","flatten":true}"#))
    try await step("A", nil, .init("Target.closeTarget", #"{"targetId":"x"}"#))
    try await step("A", nil, .init("Target.detachFromTarget", #"{"sessionId":"x"}"#))
    try await step("A", nil, .init("Target.disposeBrowserContext", #"{"browserContextId":"x"}"#))
    try await step(
      "A", nil, .init("Target.createTarget", #"{"url":"about:blank","browserContextId":"x"}"#))
    try await step("A", "nobody", .observe("pushMessaging"))
  }

  func playPrivateContext() async throws {
    try await open("A", as: "hidden", isHidden: true)
    try await skip()
    try await step("A", "hidden", .observe("notifications"), more: 1)
    try await step("A", "hidden", .record("notifications"), more: 1)
    let made = try await call("A", .init("Target.createBrowserContext"))
    context = made["browserContextId"] as? String
    try await open("A", as: "private", isHidden: true)
    try await skip()
    try await step("A", "private", .observe("notifications"), more: 1)
    try await step("A", "private", .observe("backgroundFetch"), more: 1)
    try await step("A", "private", .record("notifications", false), more: 1)
    try await step("A", "private", .record("backgroundFetch"), more: 1)
    try await step("A", "hidden", .observe("backgroundFetch"), more: 1)
    try await step("A", "hidden", .record("notifications", false), more: 1)
  }

  func playDisposed() async throws {
    try await open("A", as: "page")
    try await open("A", as: "hidden", isHidden: true)
    try await skip()
    try await step(
      "A", nil,
      .init("Target.disposeBrowserContext", #"{"browserContextId":"\#(context ?? "")"}"#),
      more: 1)
    try await step("A", "hidden", .observe("notifications"), more: 1)
    try await step(
      "A", nil,
      .init("Target.createTarget", #"{"url":"about:blank","browserContextId":"\#(context ?? "")"}"#)
    )
  }

  func playOrphan() async throws {
    let url = await stage.url
    try await BareClient.with(url) { c in
      enter("C", c)
      let target = try await open("C", as: "owner's", isHidden: true)
      try await attach("A", to: target, as: "guest's")
      try await skip()
      try await step("A", "guest's", .observe("notifications"), more: 1)
      leave("C")
    }
    try? await waitForLines(1)
    try await Task.sleep(for: stage.patience)
    collect(first: "A")
    try await step("A", "guest's", .stop("notifications"))
  }

  func playClosing() async throws {
    let page = try await open("A", as: "page", url: "\(stage.site)/")
    try await attach("B", to: page, as: "same")
    try await skip()
    try await skip()
    try await step(
      "B", nil, .init("Target.closeTarget", #"{"targetId":"\#(page)"}"#), more: 4)
    try await step("A", "page", .observe("notifications"))
  }
}
