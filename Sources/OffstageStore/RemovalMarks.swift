internal import GRDB
internal import OffstageCore

/// When removed events stay removed.
struct RemovalMarks {
  private struct Cleared {
    var everywhere: [ClosedRange<Int64>] = []
    var ofOrigin: [ExactText: [ClosedRange<Int64>]] = [:]
  }

  /// By service code.
  private var cleared: [Int: Cleared] = [:]
  private var horizon: [Int: Int64] = [:]

  init(of source: Int64, _ db: Database) throws {
    let cleared = try db.rows(
      """
      SELECT service, (SELECT value FROM text WHERE id = origin), since, up_to
      FROM cleared WHERE source = ?1 AND since <= up_to
      """
    ) {
      $0.bind(source, at: 1)
    } _: {
      (service: Int($0.int(0)), origin: $0.optionalText(1), range: $0.int(2)...$0.int(3))
    }
    for mark in cleared {
      if let origin = mark.origin {
        self.cleared[mark.service, default: Cleared()]
          .ofOrigin[ExactText(origin), default: []].append(mark.range)
      } else {
        self.cleared[mark.service, default: Cleared()].everywhere.append(mark.range)
      }
    }
    let horizons = try db.rows(
      "SELECT service, horizon FROM service_state WHERE source = ?1 AND horizon IS NOT NULL"
    ) {
      $0.bind(source, at: 1)
    } _: {
      (service: Int($0.int(0)), horizon: $0.int(1))
    }
    for mark in horizons { horizon[mark.service] = mark.horizon }
  }

  func cover(_ event: LoggedEvent) -> Bool {
    let code = event.service.code
    let time = event.timestamp.micros
    if let horizon = horizon[code], time <= horizon { return true }
    guard let cleared = cleared[code] else { return false }
    return cleared.everywhere.contains { $0.contains(time) }
      || cleared.ofOrigin[ExactText(event.origin)]?.contains { $0.contains(time) } ?? false
  }
}

extension Database {
  /// Only services, whole or of one origin, and stretches of time can be kept from coming back.
  func mark(_ selection: EventSelection, cleared stretch: ClosedRange<Int64>) throws {
    let services = selection.services.isEmpty ? Set(Service.allCases) : selection.services
    let sources =
      selection.sources.isEmpty
      ? try rows("SELECT id FROM source", { _ in }) { $0.int(0) }
      : try selection.sources.map { try sourceNumber(of: $0) }
    var origins: [Int64] = [0]
    if !selection.origins.isEmpty {
      origins = try selection.originSpellings.map { try textNumber(of: $0) }
    }
    for source in sources {
      for service in services {
        for origin in origins {
          try run(
            """
            INSERT INTO cleared (source, service, origin, since, up_to)
            VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET up_to = max(up_to, excluded.up_to)
            """
          ) {
            $0.bind(source, at: 1)
            $0.bind(service.code, at: 2)
            $0.bind(origin, at: 3)
            $0.bind(stretch.lowerBound, at: 4)
            $0.bind(stretch.upperBound, at: 5)
          }
        }
      }
    }
  }
}

extension EventSelection {
  /// The browser's log writes an origin with a slash, the HTML specification without one.
  var originSpellings: [String] {
    origins.flatMap { [$0.withoutTrailingSlash, $0.withoutTrailingSlash + "/"] }
  }
}
