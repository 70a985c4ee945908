import Synchronization

@testable import CDP

/// The frames that a transport received, as texts, and how many came at once.
final class FrameCollector: Sendable {
  private let batches = Mutex<[[String]]>([])
  private let (signal, input) = AsyncStream<Int>.makeStream()

  var frames: [String] { batches.withLock { $0.flatMap { $0 } } }
  var batchCount: Int { batches.withLock { $0.count } }

  func add(_ frames: [[UInt8]]) {
    let count = batches.withLock { batches in
      batches.append(frames.map { String(decoding: $0, as: UTF8.self) })
      return batches.reduce(0) { $0 + $1.count }
    }
    input.yield(count)
  }

  func wait(count: Int) async {
    for await current in signal where current >= count { return }
  }
}
