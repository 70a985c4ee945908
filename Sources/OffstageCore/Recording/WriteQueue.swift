internal import JSON

/// What waits to be written, in order, by source.
struct WriteQueue: Sendable {
  struct Batch: Sendable {
    var writes: [SourceWrites] = []
    var bytes = 0
    var count = 0
  }

  private var groups: [SourceWrites] = []
  private(set) var count = 0
  /// Of waiting and of taken but not yet written text.
  private(set) var bytes = 0

  /// The part of `bytes` that was taken and is not yet written.
  private var taken = 0

  var isEmpty: Bool { count == 0 }

  mutating func append(_ write: StoreWrite, of source: SourceID) {
    count += 1
    bytes += WriteQueue.size(of: write)
    if let last = groups.indices.last, groups[last].source == source {
      groups[last].writes.append(write)
    } else {
      groups.append(SourceWrites(source: source, writes: [write]))
    }
  }

  mutating func take(_ limit: Int) -> Batch {
    var batch = Batch()
    if count <= limit {
      swap(&batch.writes, &groups)
      batch.count = count
      count = 0
      batch.bytes = bytes - taken
      taken = bytes
      return batch
    }
    var left = limit
    while left > 0, !groups.isEmpty {
      let group = groups[0]
      let share = min(left, group.writes.count)
      let writes = Array(group.writes.prefix(share))
      batch.writes.append(SourceWrites(source: group.source, writes: writes))
      batch.bytes += writes.reduce(0) { $0 + WriteQueue.size(of: $1) }
      if share == group.writes.count {
        groups.removeFirst()
      } else {
        groups[0].writes.removeFirst(share)
      }
      left -= share
      count -= share
    }
    batch.count = limit - left
    taken += batch.bytes
    return batch
  }

  mutating func wrote(_ batch: Batch) {
    bytes -= batch.bytes
    taken -= batch.bytes
  }

  private static func size(of write: StoreWrite) -> Int {
    guard case .event(let event) = write else { return 256 }
    let logged = event.logged
    let texts = logged.eventName.utf8.count + logged.instanceId.utf8.count
    return logged.metadata.reduce(256 + texts + (logged.extra?.bytes.count ?? 0)) {
      $0 + $1.key.utf8.count + $1.value.utf8.count
    }
  }
}
