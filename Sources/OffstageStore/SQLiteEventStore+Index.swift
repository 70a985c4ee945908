internal import GRDB
internal import OffstageCore

/// Keeping the search index: it lags behind, so that no event waits for it.
extension SQLiteEventStore {
  /// So many blocks may wait while events come in a storm.
  private static let patientBlocks = 64
  private static let pause = Duration.seconds(1)
  /// More events than these in a pause are a storm.
  private static let storm: Int64 = 5000
  /// Blocks that are made in a pause of a storm that lasts: more than any browser fills.
  private static let stormBlocks = 8

  func keepIndex() async throws {
    var last: Int64 = 0
    /// No full block before this one waits.
    var done: Int64 = -1
    while !Task.isCancelled {
      do {
        let newest = try await newestId()
        let isStorm = newest - last > Self.storm
        last = newest
        if newest / index.size != done, try await makeSome(isStorm: isStorm) {
          done = newest / index.size
        }
      } catch is CancellationError {
        return
      } catch let error as StoreError where error.isPassing || error.code == .full {
        // What is there is searched without it.
      }
      do { try await Task.sleep(for: Self.pause) } catch { return }
    }
  }

  /// True if nothing more waits.
  private func makeSome(isStorm: Bool) async throws -> Bool {
    let waiting = try await read { [index] in try index.waiting($0).blocks }
    guard !isStorm || waiting > Self.patientBlocks else { return false }
    let began = ContinuousClock.now
    for _ in 0..<(isStorm ? Self.stormBlocks : .max) {
      guard try await indexNext() else { return true }
      // What comes meanwhile is seen to in between.
      if began + Self.pause < .now { break }
    }
    return false
  }

  /// Makes one signature, of the newest events that have none, or puts some together; false if there
  /// is nothing to do.
  func indexNext() async throws -> Bool {
    if try await groupNext() { return true }
    let index = index
    let made = try await read { db -> (Int64, SignatureBuilder)? in
      guard let block = try index.waiting(db).newest else { return nil }
      return (block, try index.signature(of: block, db))
    }
    guard let (block, signature) = made else { return false }
    return try await write { try index.store(signature, of: block, $0) }
  }

  /// Puts signatures of blocks together, a part in each transaction.
  private func groupNext() async throws -> Bool {
    let index = index
    let made = try await read { db -> (Int64, [UInt64])? in
      guard let group = try index.groupWaiting(db) else { return nil }
      return try index.signature(ofGroup: group, db).map { (group, $0) }
    }
    guard let (group, signature) = made else { return false }
    for start in stride(from: 0, to: SearchShape.groupChunks, by: SearchIndex.chunksAtOnce) {
      let chunks = start..<min(start + SearchIndex.chunksAtOnce, SearchShape.groupChunks)
      try await write { try index.store(signature, ofGroup: group, chunks: chunks, $0) }
    }
    return try await write { try index.use(group: group, $0) }
  }

  /// How many events of full blocks are searched by reading them, until they are indexed.
  package func eventsOutOfIndex() async throws -> Int64 {
    try await read { [index] in Int64(try index.waiting($0).blocks) * index.size }
  }

  /// After events were removed.
  func dropEmptyBlocks() async throws {
    let size = index.size
    while try await write({ try EventBlock.dropEmpty($0, size: size) }) {}
  }
}
