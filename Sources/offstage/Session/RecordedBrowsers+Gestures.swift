import OffstageCapture
import OffstageCore

extension RecordedBrowsers {
  /// How often it is looked whether the notification that is meant is there by now.
  private static let pause = Interval(micros: 50_000)

  /// Does what a person would do to a notification, as soon as one that is meant is there.
  func perform(
    _ gesture: NotificationGesture, on selector: NotificationSelector, _ action: TriggerAction,
    as trigger: Int64, in source: SourceID, patience: Interval
  ) async -> TriggerAnswer? {
    guard let browser = all.first(where: { $0.profile?.id == source }) else { return nil }
    guard let desk = browser.desk, let capture = browser.capture else {
      return .notOnOurDesk
    }
    let began = clock.now()
    guard let card = await card(selector, of: source, until: began + patience) else {
      return TriggerAnswer(.gone)
    }
    // Time enough for what comes of it, however long it was looked for.
    let rest = max(patience.micros - (clock.now() - began).micros, 1_000_000)
    return await capture.perform(
      action, gesture, on: card, at: desk, as: trigger, patience: Interval(micros: rest))
  }

  /// The one that is meant, with its event if that comes in the time given.
  private func card(
    _ selector: NotificationSelector, of source: SourceID, until end: Timestamp
  ) async -> NotificationCard? {
    var found: NotificationCard?
    while true {
      let cards = (try? await cards(of: [source], in: store)) ?? []
      found = selector.choose(among: cards)
      // What is shown is logged, and stored, a moment later.
      if found?.event != nil || clock.now() >= end { return found }
      guard (try? await clock.sleep(for: Self.pause)) != nil else { return found }
    }
  }
}
