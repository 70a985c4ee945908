import NIOCore
import Synchronization

/// Hands frames from an event loop to the one task that reads them.
///
/// Bounded: above ``highWaterMark`` bytes the channel is not read until the task has caught up, and
/// so the other side is slowed by the kernel's own buffers. At most one socket read and one frame
/// stand above the mark.
final class FrameQueue: Sendable {
  static let highWaterMark = 1 << 20

  private enum Waiter {
    case none
    case reader(CheckedContinuation<Void, Never>)
  }

  private struct State {
    var frames: [[UInt8]] = []
    var byteCount = 0
    var isPaused = false
    var end: CDPError?
    var waiter = Waiter.none

    mutating func takeWaiter() -> Waiter {
      defer { waiter = .none }
      return waiter
    }
  }

  private let channel: any Channel
  private let state = Mutex(State())

  init(channel: any Channel) {
    self.channel = channel
  }

  /// Called by the channel's handler. False if the channel should not be read on.
  func append(_ frames: [[UInt8]]) -> Bool {
    let (waiter, goesOn) = state.withLock { state in
      state.frames.append(contentsOf: frames)
      for frame in frames { state.byteCount += frame.count }
      state.isPaused = state.byteCount >= Self.highWaterMark
      return (frames.isEmpty ? .none : state.takeWaiter(), !state.isPaused)
    }
    Self.wake(waiter)
    return goesOn
  }

  /// The first cause counts. Frames that came before it are still read.
  func finish(_ cause: CDPError) {
    let waiter = state.withLock { state in
      if state.end == nil { state.end = cause }
      return state.takeWaiter()
    }
    Self.wake(waiter)
  }

  /// All frames there are; waits if there are none. Throws the end when all have been read.
  func next() async throws(CDPError) -> [[UInt8]] {
    while true {
      let (frames, end, resumes) = state.withLock { state in
        let frames = state.frames
        let resumes = state.isPaused
        state.frames = []
        state.byteCount = 0
        state.isPaused = false
        return (frames, state.end, resumes)
      }
      if resumes { channel.read() }
      if !frames.isEmpty { return frames }
      if let end { throw end }
      await wait()
    }
  }

  private func wait() async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if !state.frames.isEmpty || state.end != nil { return true }
        state.waiter = .reader(continuation)
        return false
      }
      if isReady { continuation.resume() }
    }
  }

  private static func wake(_ waiter: Waiter) {
    if case .reader(let continuation) = waiter { continuation.resume() }
  }
}

extension FrameQueue {
  /// Reads until the end: returns if it was ours, throws if it was not.
  func drain(into receive: @Sendable ([[UInt8]]) async -> Void) async throws(CDPError) {
    let outcome: Result<Void, CDPError> = await withTaskCancellationHandler {
      do throws(CDPError) {
        while true { await receive(try await next()) }
      } catch {
        return error == .endedByUs ? .success(()) : .failure(error)
      }
    } onCancel: {
      finish(CDPError(.cancelled, "the connection was given up"))
      channel.close(promise: nil)
    }
    try outcome.get()
  }
}
