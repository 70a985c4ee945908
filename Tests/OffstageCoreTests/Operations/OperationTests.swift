import OffstageCore
import OffstageTesting
import Testing

/// Operations as transcripts: an event a line, with the operation that it went to and what it made
/// of it.
@Suite struct OperationTests {
  @Test func `a push is received, dispatched and completed`() {
    expect(
      .pushMessaging,
      [
        "Push message received | Success=Yes", "Push event dispatched",
        "Push event completed | Status=Success",
      ],
      ["1 waiting", "1 running", "1 succeeded"])
    expect(
      .pushMessaging,
      [
        "Push message received | Success=Yes", "Push event dispatched",
        "Push event completed | Status=Timeout",
      ],
      ["1 waiting", "1 running", "1 failed"])
  }

  @Test func `a push that can't be decrypted is over`() {
    expect(.pushMessaging, ["Push message received | Success=No"], ["1 failed"])
  }

  @Test func `a push into Firefox is sent and taken, and fails if its handler does`() {
    expect(
      .pushMessaging,
      [
        "Push message sent | Attempt=1", "Push message acknowledged | Code=100",
        "Push event failed | Code=302",
      ],
      ["1 waiting", "1 delivered", "1 failed"])
    expect(
      .pushMessaging,
      ["Push message sent | Attempt=1", "Push message acknowledged | Code=101"],
      ["1 waiting", "1 failed"])
    expect(
      .pushMessaging,
      [
        "Push message sent | Attempt=1", "Push message sent | Attempt=2",
        "Push message acknowledged | Code=100",
      ],
      ["1 waiting", "1 waiting", "1 delivered"])
    expect(.pushMessaging, ["Push event failed | Code=301"], ["1 failed truncated"])
  }

  @Test func `a push whose end is not logged stays open until its id is used again`() {
    expect(
      .pushMessaging,
      [
        "Push message received | Success=Yes", "Push event dispatched",
        "Push message received | Success=Yes",
      ],
      ["1 waiting", "1 running", "2 waiting (1 unfinished)"])
  }

  @Test func `pushes without an id are paired first in, first out`() {
    expect(
      .pushMessaging, instance: "",
      [
        "Push event dispatched", "Push event dispatched", "Push event completed | Status=Success",
        "Push event completed | Status=waitUntil Rejected",
      ],
      ["1 running", "2 running", "1 succeeded", "2 failed"])
  }

  @Test func `a push without an id whose worker was stopped does not take another's end`() {
    expect(
      .pushMessaging, instance: "", every: .seconds(100),
      [
        "Push event dispatched", "Push message received", "Push event dispatched",
        "Push event completed | Status=Success",
      ],
      ["1 running", "2 failed", "3 running (1 running) (2 failed)", "3 succeeded"])
  }

  @Test func `the browser's own notification belongs to the push that was silent`() {
    expect(
      .pushMessaging,
      [
        "Push message received | Success=Yes", "Push event dispatched",
        "Push event completed | Status=Success", "Generic notification shown",
      ],
      ["1 waiting", "1 running", "1 succeeded", "1 succeeded"])
  }

  @Test func `a sync is tried again until it succeeds`() {
    expect(
      .backgroundSync,
      [
        "Registered sync", "Dispatched sync event | Last Chance=No",
        "sync event failed | Next Attempt Delay (ms)=300000",
        "Dispatched sync event | Last Chance=No", "Sync completed | Status=succeeded",
        "Registered sync",
      ],
      [
        "1 waiting", "1 running", "1 retrying next 302 s", "1 running", "1 succeeded",
        "2 waiting (1 succeeded)",
      ])
  }

  @Test func `a sync is given up after its last chance`() {
    expect(
      .backgroundSync,
      [
        "Registered sync", "Dispatched sync event | Last Chance=Yes",
        "Sync completed | Status=waitUntil rejected",
      ],
      ["1 waiting", "1 running", "1 failed"])
  }

  @Test func `a sync that was registered again while it ran goes on`() {
    expect(
      .backgroundSync,
      [
        "Registered sync", "Dispatched sync event | Last Chance=No", "Sync event reregistered",
        "Dispatched sync event | Last Chance=No", "Sync completed | Status=succeeded",
      ],
      ["1 waiting", "1 running", "1 waiting", "1 running", "1 succeeded"])
  }

  @Test func `a sync over CDP tells no end and is none of a failure`() {
    expect(
      .backgroundSync,
      ["Dispatched sync event | Last Chance=No", "Dispatched sync event | Last Chance=No"],
      ["1 simulated", "2 simulated (1 simulated)"])
    // Its end shows that the last of them was a real one, whose beginning is not in the log.
    expect(
      .backgroundSync,
      ["Dispatched sync event | Last Chance=No", "Sync completed | Status=succeeded"],
      ["1 simulated", "1 succeeded truncated"])
  }

  @Test func `a periodic sync goes from run to run until it is unregistered`() {
    expect(
      .periodicBackgroundSync,
      [
        "Got next event delay | Next Attempt Delay (ms)=2000", "Registered periodicsync",
        "Dispatched periodicsync event",
        "periodicsync event failed | Next Attempt Delay (ms)=1000",
        "Dispatched periodicsync event",
        "periodicsync event completed | Next Attempt Delay (ms)=7000", "Unregistered periodicsync",
        "Dispatched periodicsync event",
      ],
      [
        "1 waiting next 2 s", "1 waiting next 2 s", "1 running", "1 retrying next 4 s", "1 running",
        "1 waiting next 12 s", "1 unregistered", "2 simulated (1 unregistered)",
      ])
  }

  @Test func `a background fetch ends with its completion, and its id begins another`() {
    expect(
      .backgroundFetch,
      [
        "Background Fetch registered | Total Requests=2", "Background Fetch started",
        "Request processing started", "Request processing completed | Response Status=200",
        "Background Fetch completed | Failure Reason=BAD_STATUS",
        "Request processing completed | Response Status=404",
        "Background Fetch registered | Total Requests=1",
      ],
      [
        "1 waiting", "1 running", "1 running", "1 running", "1 failed", "1 failed",
        "2 waiting (1 failed)",
      ])
    expect(
      .backgroundFetch,
      [
        "Background Fetch registered | Total Requests=2",
        "Background Fetch completed | Failure Reason=CANCELLED_BY_DEVELOPER",
      ],
      ["1 waiting", "1 aborted"])
  }

  @Test func `a notification is clicked and closed, or replaced by the next of its tag`() {
    expect(
      .notifications,
      [
        "Notification displayed", "Notification clicked", "Notification closed",
        "Notification displayed", "Notification displayed",
      ],
      ["1 shown", "1 clicked", "1 closed", "2 shown (1 closed)", "3 shown (2 replaced)"])
    expect(
      .notifications,
      [
        "Notification scheduled | Show Trigger Timestamp=2026-11-22T14:00:10Z",
        "Notification displayed",
      ],
      ["1 waiting next 10 s", "1 shown"])
  }

  @Test func `of notifications without a tag the newest is clicked and closed first`() {
    expect(
      .notifications, instance: "",
      [
        "Notification displayed", "Notification displayed", "Notification clicked",
        "Notification closed", "Notification closed",
      ],
      ["1 shown", "2 shown", "2 clicked", "2 closed", "1 closed"])
  }

  @Test func `a payment goes from the handler's installation to its answer`() {
    expect(
      .paymentHandler,
      [
        "Install payment handler",
        "Install payment handler result | Payment Handler Install Success=true",
        "Payment request", "Payment response | Type=PAYMENT_EVENT_SUCCESS", "Can make payment",
        "Can make payment response", "Payment request", "Abort payment",
        "Abort payment response | Payment Aborted=true",
      ],
      [
        "1 waiting", "1 waiting", "1 running", "1 succeeded", "2 waiting (1 succeeded)",
        "2 waiting",
        "2 running", "2 running", "2 aborted",
      ])
  }

  @Test func `what is not known goes along with what it came after`() {
    expect(
      .backgroundSync, ["Registered sync", "Sync did something new"], ["1 waiting", "1 waiting"])
  }

  /// An event a second, from 2026-11-22T14:00:00Z on; the times of the next attempt are from there.
  private func expect(
    _ service: Service, instance: String = "x", every pace: Interval = .seconds(1),
    _ events: [String], _ transcript: [String], at location: SourceLocation = #_sourceLocation
  ) {
    let start = Timestamp(micros: 1_795_356_000_000_000)
    var thread = OperationThread(service: service, instanceId: instance)
    var names: [String] = []
    var found: [String] = []
    for (index, event) in events.enumerated() {
      let parts = event.split(separator: " | ").map(String.init)
      let pair = parts.dropFirst().first.map { $0.split(separator: "=").map(String.init) }
      let time = start + Interval(micros: Int64(index) * pace.micros)
      let logged = LoggedEvent.sample(
        parts[0], service, at: time, instance: instance, pair.map { [$0[0]: $0[1]] } ?? [:])
      let step = OperationStep(of: logged)
      let placement = thread.placement(of: step, at: time)
      if placement == .begins { names.append("\(names.count + 1)") }
      let taken = thread.take(step, at: time, placement, id: Int64(names.count))
      var line = "\(taken.operation.id) \(taken.operation.state)"
      if taken.operation.isTruncated { line += " truncated" }
      if let next = taken.operation.next {
        line += " next \((next - start).micros / 1_000_000) s"
      }
      for left in taken.left { line += " (\(left.id) \(left.state))" }
      found.append(line)
    }
    #expect(found == transcript, sourceLocation: location)
  }
}
