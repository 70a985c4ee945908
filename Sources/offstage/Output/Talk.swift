import Dispatch
import Foundation
import Logging
import Synchronization

/// What is said on stderr, written by a thread of its own: a reader that stalls holds up nobody.
final class Talk: Sendable {
  /// The process has one stderr, and its lines one order.
  static let shared = Talk(to: STDERR_FILENO)

  private struct State {
    var bytes = 0
    var leftOut = 0
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "talk")
  private let state = Mutex(State())

  /// So much may wait; what is said past it is left out.
  private static let limit = 64 << 10

  init(to descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// - Parameter isNeeded: it is never left out, such as an error that ends the process.
  func say(_ text: String, isNeeded: Bool = false) {
    let bytes = Array(text.utf8)
    let isTaken = state.withLock { state in
      let isTaken = isNeeded || state.bytes + bytes.count <= Talk.limit
      if isTaken { state.bytes += bytes.count } else { state.leftOut += 1 }
      return isTaken
    }
    if isTaken { queue.async { self.write(bytes) } }
  }

  private func write(_ bytes: [UInt8]) {
    try? Terminal.write(bytes, to: descriptor)
    let leftOut = state.withLock { state in
      state.bytes -= bytes.count
      guard state.bytes == 0 else { return 0 }
      defer { state.leftOut = 0 }
      return state.leftOut
    }
    if leftOut > 0 { say("… left out, as nobody read on: \(leftOut) lines.\n") }
  }

  /// Waits until all that was said is written, but not for longer than that.
  func flush(within limit: DispatchTimeInterval) {
    let isWritten = DispatchSemaphore(value: 0)
    queue.async { isWritten.signal() }
    _ = isWritten.wait(timeout: .now() + limit)
  }
}

/// The log of the libraries below us.
struct TalkLogHandler: LogHandler {
  var logLevel = Logger.Level.critical
  var metadata = Logger.Metadata()

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    let pairs = all.map { " \($0.key)=\($0.value)" }.joined()
    Talk.shared.say("\(event.level): \(event.message)\(pairs)".escapedLines + "\n")
  }
}
