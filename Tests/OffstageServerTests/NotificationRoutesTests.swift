import Foundation
import OffstageCore
import OffstageServer
import Testing

@Suite(.timeLimit(.minutes(3))) struct NotificationRoutesTests {
  /// Two browsers, of which the first one's notifications are with us.
  private struct Desks: NotificationDesks {
    struct Desk: NotificationDesk {
      func shown() async -> [ShownNotification] {
        [
          ShownNotification(
            number: 7, title: "Ada \u{202E}", body: "a\nb\u{0}", origin: "https://app.example",
            actions: [.init(title: "Say", isReply: true)], icon: [1, 2, 3], shown: Bench.start)
        ]
      }

      func changes() async -> AsyncStream<NotificationChange> { AsyncStream { $0.finish() } }

      func perform(_ gesture: NotificationGesture, on number: UInt32) async throws(GestureFault) {}
    }

    let ours = SourceName(id: SourceID(), name: "ours")
    let theirs = SourceName(id: SourceID(), name: "theirs")

    func desks() async -> [(source: SourceName, desk: any NotificationDesk)] { [(ours, Desk())] }

    func screens() async -> [NotificationScreen] {
      [
        NotificationScreen(source: ours, place: .offstage),
        NotificationScreen(source: theirs, place: .desktop),
      ]
    }
  }

  @Test func `notifications are given, and where those of each browser appear`() async throws {
    let desks = Desks()
    try await Bench.with { configuration, _ in
      configuration.desks = desks
    } _: { bench in
      let answer = try await bench.ask("GET", "/api/v1/notifications")
      let cards = try answer.list("notifications")
      #expect(cards.map { $0["title"] as? String } == ["Ada \u{202E}"])
      #expect(cards.first?["body"] as? String == "a\nb\u{0}")
      #expect(cards.first?["icon"] as? String == "AQID")
      #expect(cards.first?["tag"] is NSNull && cards.first?["eventId"] is NSNull)
      let screens = try answer.list("screens")
      #expect(screens.map { $0["place"] as? String } == ["offstage", "desktop"])
      let names = screens.map { ($0["source"] as? [String: Any])?["name"] as? String }
      #expect(names == ["ours", "theirs"])
    }
  }
}
