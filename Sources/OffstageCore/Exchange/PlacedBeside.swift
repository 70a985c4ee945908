/// A line of what stands beside events, as it lies in a store.
package struct PlacedBeside<Line: Sendable & Hashable>: Sendable, Hashable {
  package var line: Line
  package var place: BesidePlace

  package init(_ line: Line, at place: BesidePlace) {
    self.line = line
    self.place = place
  }
}

/// A place in the order in which a store gives such lines out.
package struct BesidePlace: Sendable, Hashable {
  package var at: Timestamp
  package var number: Int64

  package init(at: Timestamp, number: Int64) {
    self.at = at
    self.number = number
  }
}
