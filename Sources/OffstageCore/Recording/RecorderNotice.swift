/// What a recorder tells whoever watches it work.
package enum RecorderNotice: Sendable {
  /// History is coming in.
  case replaying(SourceName, events: Int64, elapsed: Interval)
  /// All six histories are in and durable.
  ///
  /// - Parameter off: not recorded, as a person or another client wanted it.
  case caughtUp(SourceName, events: Int64, elapsed: Interval, off: Set<Service>)
  case recording(SourceName, Service, Bool)
  case gap(SourceName, Service, Gap.Reason)
  case refused(SourceName, Service, message: String)
  /// A new place turned out to hold a known source.
  case moved(SourceName)
  /// Nothing can be written for now; the browser keeps the events.
  case stuck(StoreError)
  case unstuck
}
