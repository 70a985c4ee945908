import CDP
import JSON
import OffstageCore
import OffstagePush
import OffstageStore

/// The sample site's application server: encrypts and signs two pushes for the page's subscription,
/// of which the worker does not show the first.
struct DemoPushes: Sendable {
  let script: DemoScript
  let page: SessionID

  private let key = VAPIDKey()

  init(script: DemoScript, page: SessionID) {
    self.script = script
    self.page = page
  }

  func send() async throws {
    do {
      let subscription = try await subscription()
      try await noteBrowser(of: subscription)
      // The browser shows one of its own only if nothing of the site is in sight: no page, and no
      // notification.
      try await show("about:blank")
      try await post("In silence: the kettle is on.", to: subscription)
      try await waitForEvent("Generic notification shown")
      try await show(script.origin + "/")
      try await post("The kettle boils.", to: subscription)
    } catch let error as CDPError where error.code != .closed {
      script.session.terminal.warn("demo: the pushes did not work: \(error.context)")
    } catch let error as any PushFault {
      script.session.terminal.warn("demo: the pushes did not work: \(error)")
    } catch let error as JSONError {
      script.session.terminal.warn("demo: the page has no subscription: \(error)")
    }
  }

  private func subscription() async throws -> SubscriptionJSON {
    let value = try await script.evaluate(
      "demo.subscribe(\(key.applicationServerKey.jsonQuoted))", in: page)
    var reader = JSONReader(value?.bytes ?? [])
    return try SubscriptionJSON(parsing: Array(reader.readString().utf8))
  }

  /// Also what is refused is then told of with the demo's events.
  private func noteBrowser(of subscription: SubscriptionJSON) async throws {
    let token = subscription.endpoint.path.split(separator: "/").last
    guard let token, let source = script.session.notices.sources.first else { return }
    try await script.session.store.noteBrowser(ofSubscription: String(token), is: source)
  }

  private func post(_ text: String, to subscription: SubscriptionJSON) async throws {
    let answer = try await PushSender().send(
      OutgoingPush(payload: Array(text.utf8)), to: subscription, signedBy: key,
      as: "mailto:demo@localhost", until: script.session.clock.now() + .hours(12))
    guard answer.isSuccess else {
      throw CDPError(.unreachable, "the push service answered \(answer.status)")
    }
  }

  private func show(_ url: String) async throws {
    _ = try await script.connection.call(Page.Navigate(url: url), session: page)
  }

  private func waitForEvent(_ name: String) async throws {
    let store = script.session.store
    for await _ in store.changes() {
      let events = try await store.events(
        EventQuery(
          EventSelection(
            services: [.pushMessaging], origins: [script.origin],
            sources: script.session.notices.sources), limit: 100)
      ).events
      if events.contains(where: { $0.logged.eventName == name }) { return }
    }
    throw CancellationError()
  }
}
