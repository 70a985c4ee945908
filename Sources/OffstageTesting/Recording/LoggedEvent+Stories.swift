package import OffstageCore

/// Courses of services as a Chromium logs them, also broken ones.
extension LoggedEvent {
  /// A sync that fails `failures` times, and then succeeds or is given up.
  package static func sync(
    at timestamp: Timestamp, tag: String, failures: Int, isGivenUp: Bool = false
  ) -> [LoggedEvent] {
    var events = [sample("Registered sync", .backgroundSync, at: timestamp, instance: tag)]
    var time = timestamp
    for attempt in 0..<failures {
      time = time + .seconds(1)
      events.append(
        sample(
          "Dispatched sync event", .backgroundSync, at: time, instance: tag,
          ["Last Chance": "No"]))
      time = time + Interval(micros: 5000)
      events.append(
        sample(
          "sync event failed", .backgroundSync, at: time, instance: tag,
          [
            "Next Attempt Delay (ms)": "\(1000 << attempt)",
            "Failure Reason": "waitUntil rejected",
          ]))
    }
    time = time + .seconds(1)
    events.append(
      sample(
        "Dispatched sync event", .backgroundSync, at: time, instance: tag,
        ["Last Chance": isGivenUp ? "Yes" : "No"]))
    events.append(
      sample(
        "Sync completed", .backgroundSync, at: time + Interval(micros: 5000), instance: tag,
        ["Status": isGivenUp ? "waitUntil rejected" : "succeeded"]))
    return events
  }

  /// A background fetch of some requests, one after the other.
  package static func backgroundFetch(
    at timestamp: Timestamp, id: String, statuses: [Int], failure: String? = nil
  ) -> [LoggedEvent] {
    var time = timestamp
    func event(_ name: String, _ metadata: [String: String]) -> LoggedEvent {
      time = time + Interval(micros: 1500)
      return sample(name, .backgroundFetch, at: time, instance: id, metadata)
    }
    var events = [
      event(
        "Background Fetch registered",
        ["Total Requests": "\(statuses.count)", "Start Paused": "No"]),
      event("Background Fetch started", [:]),
    ]
    for (index, status) in statuses.enumerated() {
      let request = ["URL": "https://app.example/\(index)", "Request Index": "\(index)"]
      events.append(event("Request processing started", request))
      events.append(
        event(
          "Request processing completed",
          request.merging(
            ["Response Status": "\(status)", "Response Size (bytes)": "1000"]) { $1 }))
    }
    var end = [
      "Event Type": failure == nil ? "BackgroundFetchSuccessEvent" : "BackgroundFetchFailEvent"
    ]
    end["Failure Reason"] = failure
    events.append(event("Background Fetch completed", end))
    return events
  }

  package static func notification(
    at timestamp: Timestamp, tag: String, _ ends: [String] = []
  ) -> [LoggedEvent] {
    var events = [
      sample(
        "Notification displayed", .notifications, at: timestamp, instance: tag,
        ["Title": "News", "Body": ""])
    ]
    for (index, end) in ends.enumerated() {
      events.append(
        sample(
          "Notification \(end)", .notifications, at: timestamp + .seconds(Int64(index) + 1),
          instance: tag))
    }
    return events
  }

  /// A push over CDP: it has no id.
  package static func simulatedPush(
    at timestamp: Timestamp, lasting duration: Interval?
  ) -> [LoggedEvent] {
    var events = [sample("Push event dispatched", .pushMessaging, at: timestamp, instance: "")]
    if let duration {
      events.append(
        sample(
          "Push event completed", .pushMessaging, at: timestamp + duration, instance: "",
          ["Status": "Success"]))
    }
    return events
  }

  package static func payment(
    at timestamp: Timestamp, id: String, answer: String? = "PAYMENT_EVENT_SUCCESS"
  ) -> [LoggedEvent] {
    var events = [
      sample(
        "Install payment handler", .paymentHandler, at: timestamp, instance: id,
        registration: "-1"),
      sample(
        "Install payment handler result", .paymentHandler,
        at: timestamp + Interval(micros: 900), instance: id,
        ["Payment Handler Install Success": "true"]),
      sample(
        "Payment request", .paymentHandler, at: timestamp + Interval(micros: 1900), instance: id),
    ]
    if let answer {
      events.append(
        sample(
          "Payment response", .paymentHandler, at: timestamp + .seconds(2), instance: id,
          ["Type": answer]))
    }
    return events
  }

  package static func periodicSync(at timestamp: Timestamp, tag: String) -> [LoggedEvent] {
    func event(
      _ name: String, _ seconds: Int64, _ metadata: [String: String] = [:]
    ) -> LoggedEvent {
      sample(
        name, .periodicBackgroundSync, at: timestamp + .seconds(seconds), instance: tag, metadata)
    }
    let delay = ["Next Attempt Delay (ms)": "2000"]
    return [
      event("Got next event delay", 0, delay), event("Registered periodicsync", 0),
      event("Dispatched periodicsync event", 2),
      event("periodicsync event failed", 3, delay.merging(["Failure Reason": "timeout"]) { $1 }),
      event("Dispatched periodicsync event", 5),
      event("periodicsync event completed", 6, delay), event("Unregistered periodicsync", 7),
    ]
  }
}
