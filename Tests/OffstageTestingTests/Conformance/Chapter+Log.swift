extension Conversation {
  /// A hidden target and a page with an active worker; gives the hidden target's id.
  @discardableResult
  fileprivate func openSite() async throws -> String {
    let hidden = try await open("A", as: "hidden", isHidden: true)
    try await open("A", as: "page", url: "\(stage.site)/")
    try await stage.registerWorker(
      page: session("page") ?? "", context: context, by: try client("A"))
    try await call("A", .init("ServiceWorker.enable"), session: session("page"))
    // Comes after the reply; a line of it must not stand under the first step.
    try await client("A").wait("the registration") { messages in
      messages.contains {
        String(decoding: $0, as: UTF8.self).contains("ServiceWorker.workerVersionUpdated")
      }
    }
    try await skip()
    return hidden
  }

  private func push(_ data: String) -> Command {
    Command(
      "ServiceWorker.deliverPushMessage",
      #"{"origin":"\#(stage.site)","registrationId":"0","data":"\#(data)"}"#)
  }

  private func sync(_ tag: String, isLast: Bool = false) -> Command {
    Command(
      "ServiceWorker.dispatchSyncEvent",
      #"{"origin":"\#(stage.site)","registrationId":"0","tag":"\#(tag)","lastChance":\#(isLast)}"#)
  }

  func playObserving() async throws {
    try await openSite()
    try await step("A", "hidden", .record("pushMessaging"))
    try await step("A", "page", push("one"))
    try await step("A", "page", push("two"))
    try await step("A", "hidden", .observe("pushMessaging"), more: 5)
    try await step("A", "hidden", .observe("pushMessaging"))
    try await step("A", "hidden", .stop("pushMessaging"))
    try await step("A", "hidden", .observe("pushMessaging"), more: 5)
    try await step("A", "page", push("live"), more: 2, order: .repliesFirst)
    try await step("A", "hidden", .record("pushMessaging", false), more: 1)
    try await step("A", "page", push("not recorded"))
    try await call("A", .clear("pushMessaging"), session: session("hidden"))
    try await call(
      "A", .init("ServiceWorker.unregister", #"{"scopeURL":"\#(stage.site)/"}"#),
      session: session("page"))
  }

  func playPipelined() async throws {
    try await openSite()
    try await step(
      "A", "hidden", .record("pushMessaging"), .record("backgroundSync"),
      .record("notifications"))
    try await step("A", "page", push("one"), sync("outbox"))
    try await step(
      "A", "hidden", .observe("pushMessaging"), .observe("backgroundSync"),
      .observe("periodicBackgroundSync"), .observe("backgroundFetch"), .observe("notifications"),
      .observe("paymentHandler"), more: 9, order: .byService)
  }

  func playCopies() async throws {
    let hidden = try await openSite()
    try await attach("B", to: hidden, as: "same")
    try await skip()
    try await step("A", "hidden", .record("pushMessaging"))
    try await step("A", "page", push("one"))
    try await step("A", "hidden", .observe("pushMessaging"), more: 3)
    try await step("A", "page", .observe("pushMessaging"), more: 3)
    try await step("B", "same", .observe("pushMessaging"), more: 3)
    try await step("A", "page", push("live"), more: 6, order: .repliesFirst)
    try await step("B", "same", .stop("pushMessaging"))
    try await step("A", "page", push("without B"), more: 4, order: .repliesFirst)
  }

  func playStates() async throws {
    let hidden = try await open("A", as: "hidden", isHidden: true)
    try await attach("B", to: hidden, as: "same")
    try await skip()
    try await step("A", "hidden", .record("notifications"))
    try await step("A", "hidden", .observe("notifications"), more: 1)
    try await step("B", "same", .record("notifications"), more: 1)
    try await step("B", "same", .observe("notifications"), more: 1)
    try await step("B", "same", .record("notifications"), more: 2)
    try await step("A", "hidden", .record("notifications", false), more: 2)
    try await step("A", "hidden", .record("notifications", false), more: 2)
    try await step("A", "hidden", .record("pushMessaging"))
  }

  func playSimulated() async throws {
    try await openSite()
    try await step("A", "hidden", .observe("backgroundSync"), more: 1)
    try await step("A", "hidden", .observe("periodicBackgroundSync"), more: 1)
    try await step("A", "page", sync("not recorded"))
    try await step("A", "hidden", .record("backgroundSync"), more: 1)
    try await step("A", "hidden", .record("periodicBackgroundSync"), more: 1)
    try await step("A", "page", sync("outbox"), more: 1, order: .repliesFirst)
    try await step("A", "page", sync("outbox", isLast: true), more: 1, order: .repliesFirst)
    let periodic = Command(
      "ServiceWorker.dispatchPeriodicSyncEvent",
      #"{"origin":"\#(stage.site)","registrationId":"0","tag":"daily"}"#)
    try await step("A", "page", periodic, more: 1, order: .repliesFirst)
    let unknown = Command(
      "ServiceWorker.deliverPushMessage",
      #"{"origin":"\#(stage.site)","registrationId":"99","data":"x"}"#)
    try await step("A", "page", unknown)
  }

  func playClearing() async throws {
    let hidden = try await openSite()
    try await attach("B", to: hidden, as: "same")
    try await skip()
    try await step("A", "hidden", .record("pushMessaging"), .record("backgroundSync"))
    try await step("A", "page", push("one"), sync("outbox"))
    try await step("A", "hidden", .observe("pushMessaging"), more: 3)
    try await step("A", "hidden", .observe("backgroundSync"), more: 2)
    try await step("B", "same", .clear("pushMessaging"))
    try await step("A", "hidden", .stop("pushMessaging"))
    try await step("A", "hidden", .observe("pushMessaging"), more: 1)
    try await step("A", "hidden", .stop("backgroundSync"))
    try await step("A", "hidden", .observe("backgroundSync"), more: 2)
  }

  func playUnregistering() async throws {
    try await openSite()
    try await step("A", "hidden", .record("pushMessaging"))
    try await step("A", "page", push("one"))
    try await step("A", "hidden", .observe("pushMessaging"), more: 3)
    try await step(
      "A", "page", .init("ServiceWorker.unregister", #"{"scopeURL":"\#(stage.site)/"}"#),
      more: 1, order: .repliesFirst)
    try await step("A", "hidden", .stop("pushMessaging"))
    try await step("A", "hidden", .observe("pushMessaging"), more: 1)
  }

  func playRegistrations() async throws {
    try await openSite()
    try await step("A", "hidden", .init("ServiceWorker.enable"), more: 1)
    try await step("A", "hidden", .init("ServiceWorker.enable"))
  }

  func playBeforeRestart() async throws {
    try await openSite()
    try await step("A", "hidden", .record("pushMessaging"))
    try await step("A", "hidden", .record("notifications"))
    try await step("A", "page", push("one"))
  }

  func playAfterRestart() async throws {
    try await open("A", as: "hidden", isHidden: true)
    try await skip()
    try await step("A", "hidden", .init("ServiceWorker.enable"), more: 1)
    try await step("A", "hidden", .observe("pushMessaging"), more: 3)
    try await step("A", "hidden", .observe("notifications"), more: 1)
    try await step("A", "hidden", .observe("backgroundSync"), more: 1)
  }

  func playLease() async throws {
    let hidden = try await open("A", as: "hidden", isHidden: true)
    try await attach("B", to: hidden, as: "same")
    try await skip()
    try await step("A", "hidden", .observe("pushMessaging"), more: 3)
    try await step("A", "hidden", .observe("notifications"), more: 1)
    try await stage.leasesEnd()
    lines.append("the leases end")
    try await step("A", "hidden", .init("ServiceWorker.enable"), more: 1)
    try await step("B", "same", .observe("pushMessaging"), more: 3)
    try await step("A", "hidden", push("lost"), more: 2, order: .repliesFirst)
    try await step("B", "same", .observe("notifications"), more: 1)
    try await step("A", "hidden", .record("pushMessaging"), more: 2)
    try await step("A", "hidden", push("kept"), more: 4, order: .repliesFirst)
    try await step("A", "hidden", .stop("pushMessaging"))
    try await step("A", "hidden", .observe("pushMessaging"), more: 5)
  }
}
