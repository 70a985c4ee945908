import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A process that we started, from its start until it is reaped.
final class ChildProcess: Sendable {
  private struct State {
    var status: ExitStatus?
    var waiters: [Int: CheckedContinuation<ExitStatus?, Never>] = [:]
    var lastWaiter = 0
  }

  /// Also the id of its process group.
  let pid: pid_t
  private let state = Mutex(State())

  init(_ request: PosixSpawn.Request) throws(CDPError) {
    pid = try PosixSpawn.spawn(request)
    reap()
  }

  var status: ExitStatus? { state.withLock { $0.status } }

  /// The exit status; nil if the task is cancelled first.
  func waitForExit() async -> ExitStatus? {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let status: ExitStatus?? = state.withLock { state in
          if let status = state.status { return .some(status) }
          if Task.isCancelled { return .some(nil) }
          state.waiters[id] = continuation
          return nil
        }
        if let status { continuation.resume(returning: status) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
    }
  }

  /// The exit status, if the process ends within `timeout`.
  func waitForExit(timeout: Duration) async -> ExitStatus? {
    await withTaskGroup { group in
      group.addTask { await self.waitForExit() }
      group.addTask {
        try? await Task.sleep(for: timeout)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first ?? status
    }
  }

  /// Signals the process and all that it started. Nothing if it was reaped: the number may be
  /// somebody else's by now.
  func signalGroup(_ signal: CInt) {
    state.withLock { state in
      guard state.status == nil else { return }
      _ = kill(-pid, signal)
    }
  }

  // MARK: Reaping

  /// Waits for this one process on a thread of its own. A handler of SIGCHLD would be the whole
  /// program's, and a blocked thread of a pool would be missing there for hours.
  private func reap() {
    let box = Unmanaged.passRetained(self)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 256 << 10)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let failed = pthread_create(&thread, &attributes, waitOnThread, box.toOpaque())
    // No thread to be had: the machine is at its end, and so is this.
    precondition(failed == 0, "a thread could not be started: \(Files.errorText(failed))")
  }

  fileprivate func waitAndFinish() {
    // The process stays a zombie, and its number its own, until the lock is held: a signal in
    // between must not reach a stranger.
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    let waiters = state.withLock { state in
      var status: CInt = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      state.status = ExitStatus(waitStatus: status)
      defer { state.waiters = [:] }
      return (state.waiters, state.status)
    }
    for waiter in waiters.0.values { waiter.resume(returning: waiters.1) }
  }
}

#if canImport(Darwin)
  private func waitOnThread(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ChildProcess>.fromOpaque(box).takeRetainedValue().waitAndFinish()
    return nil
  }
#else
  private func waitOnThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<ChildProcess>.fromOpaque(box!).takeRetainedValue().waitAndFinish()
    return nil
  }
#endif
