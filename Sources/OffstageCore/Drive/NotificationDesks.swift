package import JSON

/// The desks of the browsers that are recorded here.
package protocol NotificationDesks: Sendable {
  /// In the order in which their browsers were started.
  func desks() async -> [(source: SourceName, desk: any NotificationDesk)]
  /// The browsers that are recorded here, in that order.
  func screens() async -> [NotificationScreen]
}

/// Where the notifications of a browser appear.
package struct NotificationScreen: Sendable, Hashable {
  package enum Place: String, Sendable, Hashable, CaseIterable {
    /// Here.
    case offstage
    /// Where the person's other notifications do: what is there can't be known.
    case desktop
  }

  package var source: SourceName
  package var place: Place

  package init(source: SourceName, place: Place) {
    self.source = source
    self.place = place
  }

  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("source", source)
      writer.member("place", place.rawValue)
    }
  }
}

extension NotificationDesks {
  /// What is on the screens now, the oldest first, with what was logged of it.
  ///
  /// - Parameter sources: empty: all.
  package func cards(
    of sources: Set<SourceID> = [], in store: any EventStore
  ) async throws -> [NotificationCard] {
    var cards: [NotificationCard] = []
    for (source, desk) in await desks() where sources.isEmpty || sources.contains(source.id) {
      cards += try await store.logged(await desk.shown(), of: source)
    }
    return cards.sorted { $0.shown.shown < $1.shown.shown }
  }

  /// Does what a person would do to the one that is meant, and gives it as it was before.
  ///
  /// - Throws: `GestureFault` where that can't be done; `.gone` if none is meant.
  package func perform(
    _ gesture: NotificationGesture, on selector: NotificationSelector,
    of sources: Set<SourceID> = [], in store: any EventStore
  ) async throws -> NotificationCard {
    guard let card = selector.choose(among: try await cards(of: sources, in: store)),
      let desk = await desks().first(where: { $0.source.id == card.source.id })?.desk
    else { throw GestureFault.gone }
    try await desk.perform(gesture, on: card.shown.number)
    return card
  }
}

extension NotificationSelector {
  /// Of several that are meant the newest.
  package func choose(among cards: [NotificationCard]) -> NotificationCard? {
    cards.filter(takes).max { $0.shown.shown < $1.shown.shown }
  }

  private func takes(_ card: NotificationCard) -> Bool {
    func fits<Value: Equatable>(_ wanted: Value?, _ value: Value?) -> Bool {
      wanted == nil || wanted == value
    }
    return fits(origin, card.shown.origin) && fits(tag, card.tag)
      && fits(title, card.shown.title) && fits(number, card.shown.number)
  }
}
