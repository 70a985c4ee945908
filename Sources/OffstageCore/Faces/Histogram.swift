package import JSON

/// How many events there were when: what a timeline shows from afar.
package struct Histogram: Sendable, Hashable {
  /// An answer has no more widths than this between its ends.
  package static let mostWidths: Int64 = 4000
  /// As many as a screen shows, where no width is named.
  private static let fewWidths: Int64 = 300

  package var width: Interval
  /// What was asked for, or else the first and the last event; nil if there is none.
  package var from: Timestamp?
  package var to: Timestamp?
  package var buckets: [HistogramBucket]

  package init(width: Interval, from: Timestamp?, to: Timestamp?, buckets: [HistogramBucket]) {
    self.width = width
    self.from = from
    self.to = to
    self.buckets = buckets
  }

  /// - Parameter width: nil for a round one that suits the range.
  package init(
    of selection: EventSelection, width: Interval?, store: any EventStore
  ) async throws {
    var bounded = selection
    if bounded.since == nil {
      bounded.since = try await Histogram.end(selection, .ascending, store)
    }
    if bounded.until == nil {
      bounded.until = try await Histogram.end(selection, .descending, store)
    }
    let (from, to) = (bounded.since, bounded.until)
    let length = from.flatMap { from in to.map { $0 - from } } ?? Interval(micros: 0)
    let width = width ?? Histogram.roundWidth(for: length)
    guard width.micros > 0, length.micros / width.micros < Histogram.mostWidths else {
      throw UsageError(
        "A histogram has no more than \(Histogram.mostWidths) widths.",
        hint: "Name a greater width or a shorter range; without a width a suitable one is taken.")
    }
    self.init(width: width, from: from, to: to, buckets: [])
    if from != nil, to != nil { buckets = try await store.histogram(bounded, width: width) }
  }

  private static func end(
    _ selection: EventSelection, _ order: EventQuery.Order, _ store: any EventStore
  ) async throws -> Timestamp? {
    try await store.events(EventQuery(selection, order: order, limit: 1))
      .events.first?.logged.timestamp
  }

  private static let roundWidths: [Interval] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500].map { Interval(micros: $0 * 1000) }
    + [1, 2, 5, 10, 15, 30].map(Interval.seconds) + [1, 2, 5, 10, 15, 30].map(Interval.minutes)
    + [1, 2, 3, 6, 12].map(Interval.hours) + [1, 2, 7, 14, 28].map(Interval.days)

  private static func roundWidth(for length: Interval) -> Interval {
    roundWidths.first { length.micros / $0.micros < fewWidths }
      ?? Interval(micros: length.micros / fewWidths + 1)
  }

  // MARK: Sums

  package struct Lane: Sendable, Hashable {
    package var service: Service
    package var origin: String
    package var sum: Sum
  }

  package struct Total: Sendable, Hashable {
    package var start: Timestamp
    package var sum: Sum
  }

  package struct Sum: Sendable, Hashable {
    package var events: Int64 = 0
    package var failed: Int64 = 0
  }

  /// Of each service and origin, sorted by these.
  package var lanes: [Lane] {
    struct Key: Hashable {
      var service: Service
      var origin: String
    }
    return sums { Key(service: $0.service, origin: $0.origin) }
      .map { Lane(service: $0.service, origin: $0.origin, sum: $1) }
      .sorted { ($0.service.code, $0.origin) < ($1.service.code, $1.origin) }
  }

  /// Of each stretch of time, over all services and origins.
  package var totals: [Total] {
    sums(by: \.start).map { Total(start: $0, sum: $1) }.sorted { $0.start < $1.start }
  }

  package var sum: Sum { sums { _ in true }[true] ?? Sum() }

  private func sums<Key: Hashable>(by key: (HistogramBucket) -> Key) -> [Key: Sum] {
    var sums: [Key: Sum] = [:]
    for bucket in buckets {
      sums[key(bucket), default: Sum()].events += bucket.events
      sums[key(bucket), default: Sum()].failed += bucket.failed
    }
    return sums
  }
}

// MARK: - JSON

extension Histogram {
  /// The histogram in HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("widthMicros", width.micros)
      writer.member(orNull: "fromMicros", from?.micros)
      writer.member(orNull: "toMicros", to?.micros)
      sum.write(to: &writer)
      writer.memberArray("lanes") { writer in
        for lane in lanes {
          writer.object { writer in
            writer.member("service", lane.service.rawValue)
            writer.member("origin", lane.origin)
            lane.sum.write(to: &writer)
          }
        }
      }
      writer.memberArray("totals") { writer in
        for total in totals {
          writer.object { writer in
            writer.member("startMicros", total.start.micros)
            total.sum.write(to: &writer)
          }
        }
      }
      writer.memberArray("buckets") { writer in
        for bucket in buckets { bucket.write(to: &writer) }
      }
    }
  }
}

extension Histogram.Sum {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("events", events)
    writer.member("failed", failed)
  }
}

extension HistogramBucket {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("startMicros", start.micros)
      writer.member("service", service.rawValue)
      writer.member("origin", origin)
      writer.member("events", events)
      writer.member("failed", failed)
    }
  }
}
