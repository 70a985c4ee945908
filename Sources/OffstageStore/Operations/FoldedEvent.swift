internal import GRDB
internal import OffstageCore

/// What a fold needs of an event.
struct FoldedEvent {
  var id: Int64
  var timestamp: Timestamp
  var step: OperationStep
  /// As it is stored; nil of an event that came late.
  var operation: Int64?

  /// Columns as `init(_:)` takes them, in the order in which events are folded.
  static func select(_ condition: String) -> String {
    """
    SELECT id, timestamp, place, metadata, operation FROM event WHERE \(condition)
    ORDER BY timestamp, place, digest, ordinal
    """
  }

  init(_ row: RawStatement) {
    // What can't be read says nothing; `verify` tells of it.
    let metadata = (try? EventReader.metadata(row.bytes(3))) ?? []
    id = row.int(0)
    timestamp = Timestamp(micros: row.int(1))
    step = OperationStep(EventPlace(rawValue: Int(row.int(2)))) { key in
      metadata.first { $0.key == key }?.value
    }
    operation = row.optionalInt(4)
  }

  static func all(
    of operation: Operation, thread: Int64, _ db: Database
  ) throws -> [FoldedEvent] {
    try db.rows(select("thread = ?1 AND timestamp BETWEEN ?2 AND ?3 AND operation = ?4")) {
      $0.bind(thread, at: 1)
      $0.bind(operation.began.micros, at: 2)
      $0.bind(operation.changed.micros, at: 3)
      $0.bind(operation.id, at: 4)
    } _: {
      FoldedEvent($0)
    }
  }
}

extension Operation {
  /// Fed with the first of its events again.
  init(id: Int64, service: Service, marks: Marks, events: [FoldedEvent]) {
    self.init(
      id: id, service: service, at: events.first?.timestamp ?? Timestamp(micros: 0),
      isCut: marks.contains(.cut))
    for event in events { take(event.step, at: event.timestamp) }
  }
}
