import OffstageCore
import OffstageTesting
import Testing

/// Ranks are stored: this list may grow, and none of it may change.
@Suite struct `The catalogue of event names` {
  @Test func `has the ranks that stores hold`() {
    let golden = """
      fetch 10 Background Fetch registered
      fetch 20 Background Fetch started
      fetch 30 Background Fetch resuming after browser restart
      fetch 40 Request processing started
      fetch 50 Request processing completed
      fetch 60 Background Fetch completed
      sync 10 Registered sync
      sync 20 Sync event reregistered
      sync 30 Dispatched sync event
      sync 40 sync event failed
      sync 50 Sync completed
      periodic 10 Got next event delay
      periodic 20 Registered periodicsync
      periodic 30 Dispatched periodicsync event
      periodic 40 periodicsync event failed
      periodic 50 periodicsync event completed
      periodic 60 Unregistered periodicsync
      notifications 10 Notification scheduled
      notifications 20 Notification displayed
      notifications 30 Notification clicked
      notifications 40 Notification closed
      push 5 Push message sent
      push 10 Push message received
      push 20 Push event dispatched
      push 30 Push event completed
      push 40 Generic notification shown
      push 50 Unsubscribed due to error
      push 60 Push message acknowledged
      push 70 Push event failed
      payment 10 Install payment handler
      payment 20 Install payment handler result
      payment 30 Can make payment
      payment 40 Can make payment response
      payment 50 Payment request
      payment 60 Change payment method
      payment 61 Change shipping address
      payment 62 Change shipping option
      payment 70 Update with
      payment 80 Abort payment
      payment 90 Abort payment response
      payment 100 Payment response
      """
    let lines = EventCatalogue.entries.map { "\($0.service.shortName) \($0.rank) \($0.name)" }
    #expect(lines.joined(separator: "\n") == golden)
    #expect(Service.allCases.map(\.code) == [1, 2, 3, 4, 5, 6])
    #expect(EventCatalogue.rank(.pushMessaging, "Unheard of") == 255)
    // A name belongs to its service.
    #expect(EventCatalogue.rank(.backgroundSync, "Push message received") == 255)
  }

  @Test(
    arguments: [
      ("Background Fetch registered", .backgroundFetch, [:], .pending),
      ("Push message acknowledged", .pushMessaging, ["Code": "100", "Attempt": "1"], .ok),
      ("Push message acknowledged", .pushMessaging, ["Code": "101", "Attempt": "1"], .failed),
      ("Push message acknowledged", .pushMessaging, ["Code": "102", "Attempt": "1"], .failed),
      ("Push message acknowledged", .pushMessaging, ["Code": "102", "Attempt": "2"], nil),
      ("Push event failed", .pushMessaging, ["Code": "302"], .failed),
      ("Request processing completed", .backgroundFetch, ["Response Status": "204"], .ok),
      ("Request processing completed", .backgroundFetch, ["Response Status": "304"], .ok),
      ("Request processing completed", .backgroundFetch, ["Response Status": "404"], .failed),
      ("Request processing completed", .backgroundFetch, ["Response Status": "x"], .failed),
      ("Request processing completed", .backgroundFetch, [:], .failed),
      (
        "Background Fetch completed", .backgroundFetch,
        ["Event Type": "BackgroundFetchSuccessEvent"], .ok
      ),
      ("Background Fetch completed", .backgroundFetch, ["Failure Reason": "BAD_STATUS"], .failed),
      ("Sync completed", .backgroundSync, ["Status": "succeeded"], .ok),
      ("Sync completed", .backgroundSync, ["Status": "waitUntil rejected"], .failed),
      ("sync event failed", .backgroundSync, [:], .failed),
      ("periodicsync event completed", .periodicBackgroundSync, [:], .ok),
      ("Notification displayed", .notifications, [:], .ok),
      ("Notification clicked", .notifications, [:], nil),
      ("Push message received", .pushMessaging, ["Success": "Yes"], .ok),
      ("Push message received", .pushMessaging, ["Success": "No"], .failed),
      ("Push event completed", .pushMessaging, ["Status": "Success"], .ok),
      ("Push event completed", .pushMessaging, ["Status": "waitUntil Rejected"], .failed),
      ("Push event completed", .pushMessaging, ["Status": "Timeout"], .failed),
      ("Push event completed", .pushMessaging, [:], .failed),
      ("Payment response", .paymentHandler, ["Type": "PAYMENT_EVENT_SUCCESS"], .ok),
      ("Payment response", .paymentHandler, ["Type": "PAYMENT_EVENT_REJECT"], .failed),
      ("Unheard of", .paymentHandler, ["Status": "Success"], nil),
    ] as [(String, Service, [String: String], Outcome?)])
  func `says of success what the event says`(
    _ name: String, _ service: Service, _ metadata: [String: String], _ outcome: Outcome?
  ) {
    #expect(LoggedEvent.sample(name, service, metadata).outcome == outcome)
  }

  @Test func `every name's outcome can be told without metadata`() {
    for entry in EventCatalogue.entries {
      _ = LoggedEvent.sample(entry.name, entry.service).outcome
    }
  }
}
