package import JSON

/// One thing that the browser logged, exactly as CDP gives it.
///
/// Source: `BackgroundService.BackgroundServiceEvent` of the Chrome DevTools Protocol.
///
/// A value like any other: it never changes. A class, because it goes through many hands on its way
/// into the store, and a copy of a struct costs a count up and down for each text in it.
package final class LoggedEvent: Sendable {
  package let timestamp: Timestamp
  /// The browser's own number, in seconds since 1970, as it wrote it.
  package let timestampNumber: JSONNumber
  package let service: Service
  package let eventName: String
  /// Groups related events: a sync tag, a fetch id, a push message id, a notification tag.
  package let instanceId: String
  package let origin: String
  package let storageKey: String?
  /// The worker registration's number as text; `"0"` is a valid one, `"-1"` stands for none yet.
  package let serviceWorkerRegistrationId: String
  /// Sorted by key: the browser's own order is random and differs between live and replay.
  package let metadata: [Metadata]
  /// An object with the members that this version of Offstage does not know.
  package let extra: RawJSON?
  /// The event in the words of the file that it was imported from, without white space; nil where
  /// what is printed of it is the same. No part of what the event is.
  package let written: RawJSON?

  package struct Metadata: Sendable, Hashable, Comparable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }

    package static func < (left: Metadata, right: Metadata) -> Bool {
      // By bytes: Swift's own order takes canonically equal texts for one.
      let order = compareBytes(left.key, right.key)
      return order == 0 ? compareBytes(left.value, right.value) < 0 : order < 0
    }
  }

  /// Less than, equal to or greater than 0, as `memcmp`; of two that begin alike the shorter is less.
  private static func compareBytes(_ left: String, _ right: String) -> Int {
    var (left, right) = (left, right)
    return left.withUTF8 { left in
      right.withUTF8 { right in
        let shared = min(left.count, right.count)
        for position in 0..<shared where left[position] != right[position] {
          return left[position] < right[position] ? -1 : 1
        }
        return left.count - right.count
      }
    }
  }

  /// Sorts `metadata`. Nil when `timestampNumber` is no time.
  package init?(
    timestampNumber: JSONNumber, service: Service, eventName: String, instanceId: String,
    origin: String, storageKey: String?, serviceWorkerRegistrationId: String,
    metadata: [Metadata], extra: RawJSON? = nil, written: RawJSON? = nil
  ) {
    guard let timestamp = Timestamp(seconds: timestampNumber) else { return nil }
    self.timestamp = timestamp
    self.timestampNumber = timestampNumber
    self.service = service
    self.eventName = eventName
    self.instanceId = instanceId
    self.origin = origin
    self.storageKey = storageKey
    self.serviceWorkerRegistrationId = serviceWorkerRegistrationId
    self.metadata = metadata.count > 1 ? metadata.sorted() : metadata
    self.extra = extra
    self.written = written
  }

  package func value(of key: String) -> String? {
    metadata.first { $0.key == key }?.value
  }
}

extension LoggedEvent: Hashable {
  package static func == (left: LoggedEvent, right: LoggedEvent) -> Bool {
    left === right
      || left.timestampNumber == right.timestampNumber && left.service == right.service
        && left.eventName == right.eventName && left.instanceId == right.instanceId
        && left.origin == right.origin && left.storageKey == right.storageKey
        && left.serviceWorkerRegistrationId == right.serviceWorkerRegistrationId
        && left.metadata == right.metadata && left.extra == right.extra
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(timestamp)
    hasher.combine(service)
    hasher.combine(eventName)
    hasher.combine(instanceId)
  }
}

/// How an event came to us.
package enum CaptureKind: Int, Sendable, CaseIterable {
  case live = 1
  case replay = 2
  case inspect = 3
  case push = 4
  case `import` = 5

  /// It had happened, and been kept by the browser, before we got it.
  package var isFromLog: Bool { self == .replay || self == .inspect }

  package var name: String {
    switch self {
    case .live: "live"
    case .replay: "replay"
    case .inspect: "inspect"
    case .push: "push"
    case .import: "import"
    }
  }
}

/// What an event says of the success of what it reports.
package enum Outcome: String, Sendable, CaseIterable {
  case ok
  case failed
  case pending

  /// A number that never changes: it is stored. 0 stands for none.
  package var code: Int64 {
    switch self {
    case .ok: 1
    case .failed: 2
    case .pending: 3
    }
  }

  package init(parsing text: String) throws(UsageError) {
    guard let outcome = Outcome(rawValue: text) else {
      throw UsageError(
        "There is no outcome “\(text.escapedForTerminal)”.",
        hint: "Outcomes are \(Outcome.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    self = outcome
  }
}
