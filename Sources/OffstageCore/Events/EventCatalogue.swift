/// The event names that a Chromium 156 is known to log, and those that we give to what our push service
/// sees of Firefox, with the place of each in the order of one microsecond and what it says of success.
///
/// Ranks are stored and part of an event's identity: add names, never renumber them.
package struct EventCatalogue: Sendable {
  package struct Entry: Sendable {
    package let service: Service
    package let name: String
    package let rank: Int
    let verdict: Verdict
  }

  /// How an event's outcome is read.
  enum Verdict: Sendable {
    case none
    case always(Outcome)
    /// `ok` when the metadata `key` has one of `good`; `failed` otherwise, and when it is absent.
    case value(key: String, good: [String])
    /// `ok` when the metadata `key` is absent.
    case absence(key: String)
    /// A 2xx or 3xx status is `ok`.
    case httpStatus(key: String)
    /// By the code that Firefox gave; nil where it may only not have taken a message twice.
    case firefoxCode
  }

  /// The rank of a name that is not in the catalogue.
  package static let unknownRank = 255

  package static let entries: [Entry] = table.map { service, rank, name, verdict in
    Entry(service: service, name: name, rank: rank, verdict: verdict)
  }

  /// By the service's code.
  private static let byName: [[String: Entry]] = {
    let codes = Service.allCases.map(\.code).max() ?? 0
    var out = [[String: Entry]](repeating: [:], count: codes + 1)
    for entry in entries { out[entry.service.code][entry.name] = entry }
    return out
  }()

  package static func entry(_ service: Service, _ name: String) -> Entry? {
    byName[service.code][name]
  }

  package static func rank(_ service: Service, _ name: String) -> Int {
    entry(service, name)?.rank ?? unknownRank
  }

  /// `value` gives the metadata of a key.
  package static func outcome(
    _ service: Service, _ name: String, _ value: (String) -> String?
  ) -> Outcome? {
    guard let entry = entry(service, name) else { return nil }
    switch entry.verdict {
    case .none: return nil
    case .always(let outcome): return outcome
    case .value(let key, let good): return good.contains(value(key) ?? "") ? .ok : .failed
    case .absence(let key): return value(key) == nil ? .ok : .failed
    case .httpStatus(let key):
      guard let status = value(key).flatMap({ Int($0) }) else { return .failed }
      return (200..<400).contains(status) ? .ok : .failed
    case .firefoxCode:
      return PushReport.isDelivered(value).map { $0 ? .ok : .failed }
    }
  }

  private static let table: [(Service, Int, String, Verdict)] = [
    (.backgroundFetch, 10, "Background Fetch registered", .always(.pending)),
    (.backgroundFetch, 20, "Background Fetch started", .always(.pending)),
    (.backgroundFetch, 30, "Background Fetch resuming after browser restart", .always(.pending)),
    (.backgroundFetch, 40, "Request processing started", .always(.pending)),
    (.backgroundFetch, 50, "Request processing completed", .httpStatus(key: "Response Status")),
    (.backgroundFetch, 60, "Background Fetch completed", .absence(key: "Failure Reason")),

    (.backgroundSync, 10, "Registered sync", .always(.pending)),
    (.backgroundSync, 20, "Sync event reregistered", .always(.pending)),
    (.backgroundSync, 30, "Dispatched sync event", .always(.pending)),
    (.backgroundSync, 40, "sync event failed", .always(.failed)),
    (.backgroundSync, 50, "Sync completed", .value(key: "Status", good: ["succeeded"])),

    (.periodicBackgroundSync, 10, "Got next event delay", .none),
    (.periodicBackgroundSync, 20, "Registered periodicsync", .always(.pending)),
    (.periodicBackgroundSync, 30, "Dispatched periodicsync event", .always(.pending)),
    (.periodicBackgroundSync, 40, "periodicsync event failed", .always(.failed)),
    (.periodicBackgroundSync, 50, "periodicsync event completed", .always(.ok)),
    (.periodicBackgroundSync, 60, "Unregistered periodicsync", .none),

    (.notifications, 10, "Notification scheduled", .always(.pending)),
    (.notifications, 20, "Notification displayed", .always(.ok)),
    (.notifications, 30, "Notification clicked", .none),
    (.notifications, 40, "Notification closed", .none),

    (.pushMessaging, 5, "Push message sent", .always(.pending)),
    (.pushMessaging, 10, "Push message received", .value(key: "Success", good: ["Yes"])),
    (.pushMessaging, 20, "Push event dispatched", .always(.pending)),
    (.pushMessaging, 30, "Push event completed", .value(key: "Status", good: ["Success"])),
    (.pushMessaging, 40, "Generic notification shown", .always(.failed)),
    (.pushMessaging, 50, "Unsubscribed due to error", .always(.failed)),
    (.pushMessaging, 60, "Push message acknowledged", .firefoxCode),
    (.pushMessaging, 70, "Push event failed", .always(.failed)),

    (.paymentHandler, 10, "Install payment handler", .always(.pending)),
    (
      .paymentHandler, 20, "Install payment handler result",
      .value(key: "Payment Handler Install Success", good: ["true"])
    ),
    (.paymentHandler, 30, "Can make payment", .always(.pending)),
    (
      .paymentHandler, 40, "Can make payment response",
      .value(key: "Type", good: ["SUCCESS", "PAYMENT_EVENT_SUCCESS"])
    ),
    (.paymentHandler, 50, "Payment request", .always(.pending)),
    (.paymentHandler, 60, "Change payment method", .none),
    (.paymentHandler, 61, "Change shipping address", .none),
    (.paymentHandler, 62, "Change shipping option", .none),
    (.paymentHandler, 70, "Update with", .none),
    (.paymentHandler, 80, "Abort payment", .always(.pending)),
    (
      .paymentHandler, 90, "Abort payment response",
      .value(key: "Payment Aborted", good: ["true"])
    ),
    (
      .paymentHandler, 100, "Payment response",
      .value(key: "Type", good: ["PAYMENT_EVENT_SUCCESS"])
    ),
  ]
}

extension LoggedEvent {
  /// What the event alone says of success; nil where it says nothing.
  ///
  /// It repeats the browser, also where the browser is known to be wrong: a push handler that
  /// throws synchronously is logged as `Success`.
  package var outcome: Outcome? {
    EventCatalogue.outcome(service, eventName) { value(of: $0) }
  }

  /// True for what the browser emits and never keeps: a replay that lacks it proves nothing.
  ///
  /// `Install payment handler` comes before there is a registration and carries the id -1.
  package var isLiveOnly: Bool { serviceWorkerRegistrationId == "-1" }
}
