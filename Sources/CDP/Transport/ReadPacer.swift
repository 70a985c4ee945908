import NIOCore

/// When a channel is read again: at once after a pause, and in a burst twice a millisecond.
///
/// A browser that replays its log writes message by message. Waking for each costs more than all
/// that is done with it; meanwhile the kernel's buffer collects them.
struct ReadPacer {
  private static let window = TimeAmount.milliseconds(1)
  private static let readsInWindow = 2

  private var windowEnd = NIODeadline.uptimeNanoseconds(0)
  private var reads = 0

  /// Not before `now`.
  mutating func nextRead(at now: NIODeadline) -> NIODeadline {
    if now >= windowEnd {
      windowEnd = now + Self.window
      reads = 0
    }
    reads += 1
    return reads <= Self.readsInWindow ? now : windowEnd
  }

  mutating func readAgain(_ channel: any Channel) {
    let now = NIODeadline.now()
    let next = nextRead(at: now)
    if next == now {
      channel.read()
    } else {
      channel.eventLoop.scheduleTask(deadline: next) { channel.read() }
    }
  }
}
