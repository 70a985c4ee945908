import Foundation
import JSON
import OffstageCore
import Testing

@testable import OffstageInspect

@Suite struct ProfileRecordsTests {
  private func report(_ entries: [SampleDatabase.Entry]) throws -> ProfileReport {
    try ScratchFolder.with { folder in
      try folder.database("Service Worker/Database", entries)
      var report = ProfileReport(
        folder: ProfileFolder(userDataDir: "/x", name: "Default"), read: Timestamp(micros: 0))
      ProfileRecords(try #require(try folder.read("Service Worker/Database"))).fill(&report)
      return report
    }
  }

  // MARK: Events

  @Test func `an event is what the protocol gives`() throws {
    let report = try report([
      Records.event(
        micros: 1_795_355_651_758_174, name: "Push event completed", instance: "0:1",
        registration: 3, metadata: [("Status", "Success"), ("A", "ä\0\u{FFFD}")])
    ])
    let event = try #require(report.events.first)
    #expect(
      event
        == LoggedEvent(
          timestampNumber: try #require(JSONNumber("1795355651.7581742")), service: .pushMessaging,
          eventName: "Push event completed", instanceId: "0:1", origin: "https://app.example/",
          storageKey: "https://app.example/", serviceWorkerRegistrationId: "3",
          metadata: [.init(key: "A", value: "ä\0\u{FFFD}"), .init(key: "Status", value: "Success")])
    )
    #expect(report.faults == [])
  }

  /// As a browser gave them over the protocol.
  @Test(arguments: [
    (1_795_655_629_110_650, "1795655629.1106498"), (1_795_655_629_083_759, "1795655629.083759"),
    (1_795_655_629_317_420, "1795655629.31742"), (1_795_655_629_380_942, "1795655629.3809419"),
    (1_795_356_000_000_000, "1795356000"),
  ])
  func `the number of a moment is the one that the protocol gives`(
    _ micros: Int64, _ text: String
  ) {
    #expect(JSONNumber(browserSeconds: Timestamp(micros: micros)).description == text)
  }

  @Test(
    arguments: [
      (2, .backgroundFetch), (3, .backgroundSync), (4, .pushMessaging), (5, .notifications),
      (6, .paymentHandler), (7, .periodicBackgroundSync),
    ] as [(Int64, Service)])
  func `each service has the browser's number`(_ number: Int64, _ service: Service) throws {
    #expect(try report([Records.event(micros: 5, number: number)]).events.first?.service == service)
    #expect(service.browserNumber == number)
  }

  @Test func `events are in the order of time, and equal ones are told apart by their number`()
    throws
  {
    let report = try report([
      Records.event(micros: 9, uuid: "a"), Records.event(micros: 7, uuid: "b"),
      Records.event(micros: 7, uuid: "c"), Records.event(micros: 8, uuid: "d"),
    ])
    #expect(report.events.map(\.timestamp.micros) == [7, 7, 8, 9])
    #expect(report.identified.map(\.identity.ordinal) == [0, 1, 0, 0])
  }

  @Test func `records that can't be read are counted, and the others are given`() throws {
    let late = Message().int(1, .max).text(2, "o").int(4, 4).text(5, "name")
    let report = try report([
      Records.event(micros: 1, uuid: "a"),
      // No time, no service, a name that is a number, a service and a time that there are not.
      Records.event(Message().text(2, "o").int(4, 4).text(5, "name"), uuid: "b"),
      Records.event(Message().int(1, 1).text(2, "o").text(5, "name"), uuid: "c"),
      Records.event(Message().int(1, 1).text(2, "o").int(4, 4).int(5, 5), uuid: "d"),
      Records.event(Message().int(1, 1).text(2, "o").int(4, 99).text(5, "name"), uuid: "e"),
      Records.event(late, uuid: "f"),
      Records.userData(0, "devtools_background_services_4_g", [0xFF, 0xFF, 0xFF]),
      Records.userData(0, "BackgroundSyncUserData", [0x0A, 0x7F]),
      ("REG:https://app.example/\09".bytes, [0x0A]),
      ("RES:1\00".bytes, [0x0A]),
    ])
    #expect(report.events.count == 1)
    #expect(
      report.faults == [
        "6 of the logged events can't be read.", "1 of the pending syncs can't be read.",
        "1 of the service worker registrations can't be read.",
        "1 of the worker scripts can't be read.",
      ])
  }

  @Test func `texts that are no UTF-8 are repaired`() throws {
    let message = Message().int(1, Records.epoch).text(2, "o").int(4, 4)
      .bytes(5, [0x61, 0xFF, 0x62])
    #expect(try report([Records.event(message)]).events.first?.eventName == "a\u{FFFD}b")
  }

  @Test func `keys that are of nothing known, or of nothing at all, are passed over`() throws {
    let keys = [
      "", "\0", "REG:", "REG:x", "REG_USER_DATA:", "REG_USER_DATA:\0", "RES:1", "INITDATA_X",
    ]
    let report = try report(keys.map { ($0.bytes, [0xFF]) })
    #expect(report.events == [] && report.registrations == [] && report.faults == [])
  }

  // MARK: The rest

  @Test func `a registration comes with its scripts`() throws {
    let report = try report([
      Records.registration(3, scope: "https://app.example/shop/"),
      ("RES:11\01".bytes, Message().int(1, 1).text(2, "https://app.example/b.js").bytes),
      (
        "RES:11\00".bytes,
        Message().text(2, "https://app.example/a.js").int(3, 20).text(4, "AB").bytes
      ),
    ])
    let registration = try #require(report.registrations.first)
    #expect(registration.id == "3" && registration.isActive && !registration.hasFetchHandler)
    #expect(registration.scope == "https://app.example/shop/")
    #expect(registration.lastUpdateCheck == Timestamp(micros: 1_000_000))
    #expect(registration.bytes == 1234)
    #expect(
      registration.scripts.map(\.url) == ["https://app.example/a.js", "https://app.example/b.js"])
    #expect(registration.scripts.first?.sha256 == "ab")
  }

  @Test func `syncs are given with when they fire next`() throws {
    let once = Message().text(2, "outbox").int(7, 1).int(8, Records.epoch + 60_000_000).int(10, 3)
    let again = Message().text(2, "news").int(7, 0).int(8, 0)
      .message(9, Message().int(1, 43_200_000))
    let report = try report([
      Records.userData(
        3, "BackgroundSyncUserData",
        Message().message(1, once).message(1, again).text(3, "https://app.example").bytes)
    ])
    #expect(
      report.syncs == [
        PendingSync(
          tag: "news", origin: "https://app.example", registrationId: "3", attempts: 0,
          maxAttempts: nil, notBefore: nil, minInterval: .hours(12)),
        PendingSync(
          tag: "outbox", origin: "https://app.example", registrationId: "3", attempts: 1,
          maxAttempts: 3, notBefore: Timestamp(micros: 60_000_000), minInterval: nil),
      ])
  }

  @Test func `a subscription is given by hashes alone`() throws {
    let report = try report([
      Records.registration(3, scope: "https://app.example/"),
      Records.userData(3, "push_registration_id", "a secret token".bytes),
      Records.userData(3, "push_sender_id", "BKey".bytes),
    ])
    let subscription = try #require(report.subscriptions.first)
    #expect(subscription.scope == "https://app.example/")
    // printf %s 'a secret token' | sha256sum
    #expect(
      subscription.tokenHash == "95044bdf738862f8ee1a87391ff45a631fd085622228ea58bfc89e8a0d7b4db2")
    var writer = JSONWriter()
    ProfileReport.write([report], to: &writer) { _ in nil }
    #expect(!writer.string.contains("secret"))
    #expect(!writer.string.contains("BKey"))
  }
}
