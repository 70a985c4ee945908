public import Foundation

/// A recorded event, as `GET /api/v1/events` gives it.
public struct RecordedEvent: Sendable, Hashable, Decodable {
  public struct Metadatum: Sendable, Hashable, Decodable {
    public var key: String
    public var value: String
  }

  public var id: Int
  /// In microseconds since 1970, by the browser's clock.
  public var timestampMicros: Int64
  /// Such as `pushMessaging`; the names of CDP's `BackgroundService`.
  public var service: String
  public var eventName: String
  public var instanceId: String
  /// Empty of one of an imported file that tells none.
  public var origin: String
  public var eventMetadata: [Metadatum]
  /// `ok`, `failed` or `pending`; nil if it says nothing of its success.
  public var outcome: String?
  public var operationId: Int?
  /// Of what made it happen, if that was Offstage.
  public var triggerId: Int?

  /// The first value of its metadata with the key.
  public subscript(key: String) -> String? { eventMetadata.first { $0.key == key }?.value }

  public var date: Date { Date(timeIntervalSince1970: Double(timestampMicros) / 1e6) }
}

/// A story that events belong to: a push from its arrival to its handler's end, a sync with its
/// attempts.
public struct RecordedOperation: Sendable, Hashable, Decodable {
  public var id: Int
  public var service: String
  public var instanceId: String
  /// Such as `succeeded`, `failed`, `waiting`.
  public var state: String
  public var isOpen: Bool
  public var attempts: Int
}

/// What went wrong, in words.
public struct Finding: Sendable, Hashable, Decodable {
  public var rule: String
  /// `error`, `warning` or `info`.
  public var severity: String
  public var message: String
  /// What to do about it.
  public var mend: String?
  public var operationId: Int?
}

/// What came of a trigger.
public struct TriggerAnswer: Sendable, Hashable, Decodable {
  public var id: Int
  /// `done`, `nothing` or `failed`.
  public var verdict: String
  public var reason: String?
  public var hint: String?
  /// The ids of the events that it caused, and of the operations that these belong to.
  public var events: [Int]
  public var operations: [Int]
}

/// Why Offstage did not do what it was asked, in words.
public struct Problem: Error, Sendable, Hashable, Decodable, CustomStringConvertible {
  /// Of HTTP; 0 if it is none of the API's.
  public var status: Int
  public var detail: String
  /// What to do about it.
  public var hint: String?

  public var description: String { hint.map { "\(detail) \($0)" } ?? detail }
}
