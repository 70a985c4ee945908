internal import OffstageCore
internal import Synchronization

/// One-time URLs for what a browser is to save: it can't send the token along.
///
/// A URL stands in the browser's list of downloads; a used one is worth nothing.
final class DownloadTickets: Sendable {
  private struct Ticket {
    var code: String
    var export: Export
    var until: Timestamp
  }

  private let tickets = Mutex<[Ticket]>([])

  /// How long a page may take to ask for what it was promised.
  static let lifetime = Interval.minutes(1)
  /// The oldest go first.
  private static let limit = 100

  func issue(_ export: Export, at now: Timestamp) -> String {
    let ticket = Ticket(code: OneTimeCode.random(), export: export, until: now + Self.lifetime)
    tickets.withLock { tickets in
      tickets.append(ticket)
      if tickets.count > Self.limit { tickets.removeFirst() }
    }
    return ticket.code
  }

  /// Once for each code that was issued within the last minute.
  func redeem(_ code: String, at now: Timestamp) -> Export? {
    tickets.withLock { tickets in
      Self.index(of: code, in: &tickets, at: now).map { tickets.remove(at: $0).export }
    }
  }

  /// What a code is good for, which it stays.
  func look(at code: String, at now: Timestamp) -> Export? {
    tickets.withLock { tickets in
      Self.index(of: code, in: &tickets, at: now).map { tickets[$0].export }
    }
  }

  private static func index(
    of code: String, in tickets: inout [Ticket], at now: Timestamp
  ) -> Int? {
    tickets.removeAll { $0.until < now }
    return tickets.firstIndex { RequestGuard.isEqualInConstantTime(code, $0.code) }
  }
}
