internal import GRDB
internal import OffstageCore
internal import Synchronization

/// Tells of commits, this process's at once and others' within a poll.
///
/// SQLite's `data_version` changes, on one connection, with every commit of any other connection.
final class StoreWatcher: Sendable {
  private struct Listeners {
    var next = 0
    var streams: [Int: AsyncStream<Void>.Continuation] = [:]
    var isFinished = false
  }

  private let queue: DatabaseQueue
  private let listeners = Mutex(Listeners())

  private static let pollInterval = Duration.milliseconds(100)

  init(path: String, busyMode: Database.BusyMode = .timeout(5)) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = busyMode
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  func run() async throws {
    var known: Int64?
    while !Task.isCancelled {
      do {
        let version = try await queue.read { db in
          try Int64.fetchOne(db, sql: "PRAGMA data_version")
        }
        if known != nil, version != known { poke() }
        known = version
      } catch is CancellationError {
        return
      } catch {
        if listeners.withLock({ $0.isFinished }) { return }
        let error = StoreError(error, doing: "watch", queue.path)
        // The next look may succeed.
        guard error.isPassing else { throw error }
      }
      do { try await Task.sleep(for: StoreWatcher.pollInterval) } catch { return }
    }
  }

  func poke() {
    // Woken outside the lock: who cancels a task keeps others from waking it until the handlers of
    // the cancellation have returned, and ours takes the lock.
    let streams = listeners.withLock { Array($0.streams.values) }
    for stream in streams { stream.yield() }
  }

  /// Begins with an element, so that what came before is read too.
  func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number: Int? = listeners.withLock { listeners in
      guard !listeners.isFinished else { return nil }
      listeners.next += 1
      listeners.streams[listeners.next] = continuation
      return listeners.next
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.listeners.withLock { $0.streams.removeValue(forKey: number) }
    }
    continuation.yield()
    return stream
  }

  func finish() {
    let streams = listeners.withLock { listeners in
      listeners.isFinished = true
      let streams = Array(listeners.streams.values)
      listeners.streams.removeAll()
      return streams
    }
    for stream in streams { stream.finish() }
  }

  func close() throws {
    finish()
    try queue.close()
  }
}
