import JSON
import Synchronization

@testable import CDP

/// A transport without a socket: the test says what comes in and sees what goes out.
final class ScriptedTransport: Transport {
  enum Step: Sendable {
    case frames([String])
    case end(CDPError?)
  }

  let name = "scripted"
  let sent: AsyncStream<String>
  private let steps: AsyncStream<Step>
  private let input: AsyncStream<Step>.Continuation
  private let output: AsyncStream<String>.Continuation

  init() {
    (steps, input) = AsyncStream.makeStream()
    (sent, output) = AsyncStream.makeStream()
  }

  func run(_ receive: @Sendable ([[UInt8]]) async -> Void) async throws(CDPError) {
    for await step in steps {
      switch step {
      case .frames(let frames): await receive(frames.map { Array($0.utf8) })
      case .end(let error):
        if let error { throw error }
        return
      }
    }
  }

  func send(_ frame: [UInt8]) { output.yield(String(decoding: frame, as: UTF8.self)) }

  func close() async { input.yield(.end(nil)) }

  func receives(_ frames: String...) { input.yield(.frames(frames)) }

  func ends(_ error: CDPError) { input.yield(.end(error)) }
}
