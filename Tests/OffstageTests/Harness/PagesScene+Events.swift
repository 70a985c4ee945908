import OffstageCore
import OffstageTesting

/// What a day of an app looks like: every service, some of it failed.
extension PagesScene {
  static var writes: [StoreWrite] {
    let start = SystemClock().now() - .hours(6)
    var second: Int64 = 0
    let stories = (0..<6).flatMap { number in story(number, start, &second) }
    let states = Service.allCases.map { service in
      StoreWrite.serviceState(
        service,
        ServiceStateChange(
          wanted: service != .paymentHandler, wantedBy: .person,
          isRecording: service != .paymentHandler, lease: Lease(lastRenewal: start),
          seenUntil: SystemClock().now()))
    }
    let gaps: [StoreWrite] = [
      .registration(
        WorkerRegistration(
          registrationId: "0", scope: "https://app.example/", isDeleted: false), at: start),
      .gapOpened(
        .pushMessaging, .leaseExpired, from: start + .seconds(30), to: start + .seconds(40), .yes),
      .gapOpened(.paymentHandler, .turnedOff, from: start + .hours(1), to: nil, .yes),
      .worker(
        WorkerContext(
          kind: .error, registrationId: "0", versionId: "1",
          scriptURL: "https://app.example/sw.js", text: "Uncaught TypeError: x is not a function",
          line: 13, column: 4), at: start + .seconds(3)),
    ]
    return stories + states + gaps
  }

  /// What was triggered, with what came of it.
  static let triggers: [(TriggerAction, TriggerAnswer)] = {
    let worker = WorkerSelector(origin: "https://app.example", scope: "https://app.example/")
    return [
      (.push(worker, data: #"{"unread":3}"#), TriggerAnswer(.done)),
      (.network(.offline, worker), TriggerAnswer(.done)),
      (
        .sync(worker, tag: "outbox", isLastChance: true),
        TriggerAnswer(
          .failed, reason: "The worker is offline: the sync would be swallowed.",
          hint: "Take it online first.")
      ),
      (
        .periodicSync(worker, tag: "news"),
        TriggerAnswer(.nothing, reason: "The worker does not handle periodicsync.")
      ),
    ]
  }()

  private static func story(
    _ number: Int, _ start: Timestamp, _ second: inout Int64
  ) -> [StoreWrite] {
    let fetch = "job-\(number)"
    let push = "0:17953561298376\(number)%6d1a"
    let payload = #"{"title":"Hello","count":\#(number),"tags":["a","b"],"more":{"x":null}}"#
    let steps: [(Service, String, String, [String: String])] = [
      (.pushMessaging, "Push message received", push, ["Success": "Yes"]),
      (.pushMessaging, "Push event dispatched", push, ["Payload": payload]),
      (.notifications, "Notification displayed", "note-\(number)", ["Title": "Hello", "Body": ""]),
      (
        .pushMessaging, "Push event completed", push,
        ["Status": number.isMultiple(of: 3) ? "waitUntil Rejected" : "Success"]
      ),
      (.notifications, "Notification clicked", "note-\(number)", [:]),
      (.backgroundFetch, "Background Fetch registered", fetch, ["Total Requests": "2"]),
      (.backgroundFetch, "Background Fetch started", fetch, [:]),
      (
        .backgroundFetch, "Request processing started", fetch,
        ["Request Index": "0", "URL": "https://app.example/video.mp4"]
      ),
      (
        .backgroundFetch, "Request processing completed", fetch,
        [
          "Request Index": "0", "Response Status": number == 1 ? "404" : "200",
          "Response Size (bytes)": "4242000", "URL": "https://app.example/video.mp4",
        ]
      ),
      (
        .backgroundFetch, "Request processing started", fetch,
        ["Request Index": "1", "URL": "https://app.example/subtitles/en.vtt"]
      ),
      (
        .backgroundFetch, "Background Fetch completed", fetch,
        number == 1 ? ["Failure Reason": "bad-status"] : [:]
      ),
      (.backgroundSync, "Registered sync", "outbox", [:]),
      (.backgroundSync, "Dispatched sync event", "outbox", ["Last Chance": "No"]),
      (
        .backgroundSync, number == 2 ? "sync event failed" : "Sync completed", "outbox",
        number == 2
          ? ["Failure Reason": "waitUntil rejected", "Next Attempt Delay (ms)": "300000"]
          : ["Status": "succeeded"]
      ),
      (.periodicBackgroundSync, "Registered periodicsync", "news", ["Minimum Interval": "12h"]),
      (.periodicBackgroundSync, "Dispatched periodicsync event", "news", [:]),
      (.paymentHandler, "Payment request", "pay-\(number)", ["Payment Request ID": "order-7"]),
    ]
    return steps.map { service, name, instance, metadata in
      second += 1
      return .event(
        .sample(name, service, at: start + .seconds(second), instance: instance, metadata), .live)
    }
  }
}
