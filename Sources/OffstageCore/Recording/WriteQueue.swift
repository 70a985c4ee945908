internal import JSON

/// What waits to be written, in order, in runs of one source.
struct WriteQueue: Sendable {
  struct Batch: Sendable {
    var writes: [SourceWrites] = []
    var bytes = 0
    var count = 0
  }

  private struct Run: Sendable {
    var writes: SourceWrites
    var bytes: Int
  }

  /// Runs go into a batch whole, so that nothing is moved within them.
  private let longestRun: Int
  private let limit: Int

  private var runs: [Run] = []
  private(set) var count = 0
  /// Of waiting and of taken but not yet written text.
  private(set) var bytes = 0

  var isEmpty: Bool { count == 0 }

  /// - Parameter limit: of the writes in a batch.
  init(limit: Int) {
    self.limit = limit
    longestRun = min(limit, 512)
  }

  mutating func append(_ write: StoreWrite, of source: SourceID) {
    let size = WriteQueue.size(of: write)
    count += 1
    bytes += size
    if let last = runs.indices.last, runs[last].writes.source == source,
      runs[last].writes.writes.count < longestRun
    {
      runs[last].writes.writes.append(write)
      runs[last].bytes += size
    } else {
      runs.append(Run(writes: SourceWrites(source: source, writes: [write]), bytes: size))
    }
  }

  mutating func take() -> Batch {
    var batch = Batch()
    var taken = 0
    while taken < runs.count, batch.count + runs[taken].writes.writes.count <= limit {
      let run = runs[taken]
      batch.writes.append(run.writes)
      batch.count += run.writes.writes.count
      batch.bytes += run.bytes
      taken += 1
    }
    runs.removeFirst(taken)
    count -= batch.count
    return batch
  }

  mutating func wrote(_ batch: Batch) {
    bytes -= batch.bytes
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
