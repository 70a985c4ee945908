#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import NIOCore

/// A child process with its guard and the pipe that it prints into, which end together.
struct GuardedProcess: Sendable {
  let child: ChildProcess
  let guardian: BrowserGuard
  let outputChannel: any Channel

  /// Sees that it and all that it started have ended, also in a task that is cancelled. It gets
  /// `patience` to end by itself, then SIGTERM, and `grace` later SIGKILL.
  func end(patience: Duration? = nil, grace: Duration) async {
    // A cancelled task waits for nothing: the signals would follow each other at once, and who calls
    // would remove what the process still writes.
    await Task {
      if await !endsByItself(within: patience) {
        child.signalGroup(SIGTERM)
        if await child.waitForExit(timeout: grace) == nil {
          child.signalGroup(SIGKILL)
          _ = await child.waitForExit()
        }
      }
      await guardian.dismiss()
      try? await outputChannel.close()
    }.value
  }

  private func endsByItself(within patience: Duration?) async -> Bool {
    guard let patience else { return false }
    return await child.waitForExit(timeout: patience) != nil
  }

  /// What it printed last may still be on its way. Who inherited the pipe may hold it open.
  func readToTheEnd() async {
    let timer = outputChannel.eventLoop.scheduleTask(in: .seconds(1)) {
      outputChannel.close(promise: nil)
    }
    try? await outputChannel.closeFuture.get()
    timer.cancel()
  }
}
