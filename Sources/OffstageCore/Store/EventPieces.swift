/// How a long list is cut into pieces of known sizes, so that any part of it can be asked for.
package struct EventPieces: Sendable, Hashable {
  package struct Piece: Sendable, Hashable {
    /// Where the piece begins: its page is asked for with this cursor. Nil at the list's beginning.
    package var start: EventCursor?
    package var events: Int64

    package init(start: EventCursor?, events: Int64) {
      self.start = start
      self.events = events
    }
  }

  package var pieces: [Piece]
  /// Where to go on; nil when the pieces are all that there is.
  package var next: EventCursor?
  /// How many events are likely to lie beyond `next`.
  package var remaining: Int64

  package init(pieces: [Piece], next: EventCursor?, remaining: Int64) {
    self.pieces = pieces
    self.next = next
    self.remaining = remaining
  }
}

extension EventCursor {
  /// Before every event of that moment in either order: none has the place 0.
  package init(before moment: Timestamp) {
    self.init(
      identity: EventIdentity(
        timestamp: moment, place: EventPlace(rawValue: 0), digest: 0, ordinal: 0),
      sourceNumber: 0)
  }
}
