import NIOCore

/// Says when a channel is read again: at once after a pause, and in a burst twice a millisecond.
///
/// A browser that replays its log writes message by message. Waking for each costs more than all
/// that is done with it; meanwhile the kernel's buffer collects them.
struct ReadPacer {
  private static let window = TimeAmount.milliseconds(1)
  private static let readsInWindow = 2

  private var windowEnd = NIODeadline.uptimeNanoseconds(0)
  private var reads = 0

  mutating func readAgain(_ channel: any Channel) {
    let now = NIODeadline.now()
    if now >= windowEnd {
      windowEnd = now + Self.window
      reads = 0
    }
    reads += 1
    if reads <= Self.readsInWindow {
      channel.read()
    } else {
      channel.eventLoop.scheduleTask(deadline: windowEnd) { channel.read() }
    }
  }
}
