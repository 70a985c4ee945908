/// A problem in plain words: what was seen, what shows it, and what to do next.
package struct Finding: Sendable, Hashable {
  package enum Severity: String, Sendable, CaseIterable, Comparable {
    /// Worth knowing; nothing is wrong by that alone.
    case info
    /// A person may miss something.
    case warning
    /// Something did not work.
    case error

    package static func < (left: Severity, right: Severity) -> Bool {
      left.weight < right.weight
    }

    private var weight: Int {
      switch self {
      case .info: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  /// Such as `push-rejected`.
  package var rule: String
  package var severity: Severity
  /// One or two sentences on what was seen.
  package var message: String
  /// What to do next.
  package var mend: String
  /// The specification's section or the platform's documentation.
  package var reference: String
  /// Nil for what is of a worker as a whole.
  package var service: Service?
  /// Nil for a push to a browser that is not known.
  package var source: SourceName?
  /// Nil for what is of a whole source, such as a gap.
  package var origin: String?
  package var scope: String?
  package var instanceId: String
  /// Nil for what belongs to no operation.
  package var operationId: Int64?
  /// When it came to pass.
  package var at: Timestamp
  /// The numbers of the events that show it, in the order of time.
  package var events: [Int64]
  /// The message that was posted to the push service, if it is of one.
  package var pushId: String?

  package init(
    rule: String, severity: Severity, message: String, mend: String, reference: String,
    service: Service?, source: SourceName?, origin: String?, scope: String?, instanceId: String,
    operationId: Int64?, at: Timestamp, events: [Int64], pushId: String? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.message = message
    self.mend = mend
    self.reference = reference
    self.service = service
    self.source = source
    self.origin = origin
    self.scope = scope
    self.instanceId = instanceId
    self.operationId = operationId
    self.at = at
    self.events = events
    self.pushId = pushId
  }
}
