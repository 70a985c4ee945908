#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells the time and waits; tests turn it by hand.
package protocol WallClock: Sendable {
  func now() -> Timestamp
  func sleep(for interval: Interval) async throws(CancellationError)
}

/// The system's clock.
package struct SystemClock: WallClock {
  package init() {}

  package func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(micros: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  package func sleep(for interval: Interval) async throws(CancellationError) {
    do {
      try await Task.sleep(for: .microseconds(interval.micros))
    } catch {
      throw CancellationError()
    }
  }
}
