internal import OffstageCore

extension EventCursor {
  func isBeyond(_ other: EventCursor, _ order: EventQuery.Order) -> Bool {
    order == .ascending ? other.isBefore(self) : isBefore(other)
  }

  private func isBefore(_ other: EventCursor) -> Bool {
    if identity.timestamp != other.identity.timestamp {
      return identity.timestamp < other.identity.timestamp
    }
    if identity.place != other.identity.place {
      return identity.place.rawValue < other.identity.place.rawValue
    }
    if identity.digest != other.identity.digest {
      return identity.digest < other.identity.digest
    }
    if sourceNumber != other.sourceNumber { return sourceNumber < other.sourceNumber }
    return identity.ordinal < other.identity.ordinal
  }
}
