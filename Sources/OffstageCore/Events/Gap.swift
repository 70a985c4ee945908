/// A stretch in which events of a service may have been lost for good.
package struct Gap: Sendable, Hashable {
  package var id: Int64
  package var source: SourceName
  package var service: Service
  package var from: Timestamp
  /// Nil while it lasts.
  package var to: Timestamp?
  package var reason: Reason
  package var browserRan: BrowserRan

  package enum Reason: String, Sendable, CaseIterable {
    /// The browser stops recording three days after it was last asked to.
    case leaseExpired
    /// Another client turned recording off.
    case turnedOff
    /// A person turned recording off with Offstage.
    case switchedOff
    /// The browser's log lacks what an earlier replay had: it was cleared, or its worker removed.
    case wiped
    /// The browser gives nothing of a log that does hold events.
    case unreadable
    /// The connection ended and what happened meanwhile can't be caught up.
    case connectionLost
    /// The browser died before it had written what it was asked to keep.
    case crash
    /// The browser's clock went back.
    case clock
    /// What the store held was on a page of its file that can't be read any more.
    case damaged

    /// One sentence for a person.
    package var sentence: String {
      switch self {
      case .leaseExpired:
        "The browser had stopped recording by itself, 3 days after it was last asked."
      case .turnedOff: "Another client turned recording off."
      case .switchedOff: "Recording was turned off with Offstage."
      case .wiped: "The browser's log was cleared or its service worker was removed."
      case .unreadable: "The browser's log of this service can't be read."
      case .connectionLost: "The connection to the browser was lost."
      case .crash: "The browser died before it had saved that it records."
      case .clock: "The browser's clock went back."
      case .damaged: "The store was damaged, and what it held could not be read any more."
      }
    }
  }

  package enum BrowserRan: String, Sendable, CaseIterable {
    case yes, no, unknown
  }

  package init(
    id: Int64, source: SourceName, service: Service, from: Timestamp, to: Timestamp?,
    reason: Reason, browserRan: BrowserRan
  ) {
    self.id = id
    self.source = source
    self.service = service
    self.from = from
    self.to = to
    self.reason = reason
    self.browserRan = browserRan
  }
}
