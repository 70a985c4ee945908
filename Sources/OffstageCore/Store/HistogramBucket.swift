/// How many events one origin had of one service within one stretch of time.
package struct HistogramBucket: Sendable, Hashable {
  /// A multiple of the width that was asked for.
  package var start: Timestamp
  package var service: Service
  /// Without a trailing slash.
  package var origin: String
  package var events: Int64
  package var failed: Int64

  package init(
    start: Timestamp, service: Service, origin: String, events: Int64, failed: Int64 = 0
  ) {
    self.start = start
    self.service = service
    self.origin = origin
    self.events = events
    self.failed = failed
  }

  /// By start, service, and the bytes of the origin.
  package static func isInOrder(_ left: HistogramBucket, _ right: HistogramBucket) -> Bool {
    if left.start != right.start { return left.start < right.start }
    if left.service != right.service { return left.service.code < right.service.code }
    return left.origin.utf8.lexicographicallyPrecedes(right.origin.utf8)
  }
}

extension Timestamp {
  /// The last multiple of `width` that is not after it.
  package func rounded(downTo width: Interval) -> Timestamp {
    let rest = micros % width.micros
    return self - Interval(micros: rest < 0 ? rest + width.micros : rest)
  }
}
