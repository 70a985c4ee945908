#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import NIOCore

/// A browser that we started, from its start to its end.
///
/// ```swift
/// let browser = try await BrowserProcess.launch(BrowserLaunch(executable: chromium, flags: flags))
/// let connection = Connection(transport: browser.transport, logger: logger)
/// …                                       // run it, use it; `Browser.close` for a quiet end
/// await browser.end(grace: .seconds(5))   // always, also after an error
/// ```
///
/// If we are killed, the pipe ends and the browser with it; a guard process sees to one that hangs.
package final class BrowserProcess: Sendable {
  package let transport: PipeTransport
  package let userDataDir: String
  package let executable: BrowserExecutable

  private let guarded: GuardedProcess
  private let output: OutputTail

  private init(
    launch: BrowserLaunch, guarded: GuardedProcess, output: OutputTail, transport: PipeTransport
  ) {
    self.executable = launch.executable
    self.userDataDir = launch.flags.userDataDir
    self.guarded = guarded
    self.output = output
    self.transport = transport
  }

  var process: ChildProcess { guarded.child }

  package var pid: Int32 { process.pid }

  /// nil while it runs.
  package var exitStatus: ExitStatus? { process.status }

  /// The last of what it printed.
  package var outputTail: String { output.text }

  /// The end of the browser; nil if the task is cancelled first.
  package func waitForExit() async -> ExitStatus? { await process.waitForExit() }

  /// Ends it and all that it started at once, as a crash would.
  package func kill() { process.signalGroup(SIGKILL) }

  /// Starts a browser. That it started says nothing yet: see ``explain(_:)``.
  package static func launch(_ launch: BrowserLaunch) async throws(CDPError) -> BrowserProcess {
    let folder = launch.flags.userDataDir
    try launch.executable.checkReach(userDataDir: folder, home: launch.home)
    try Files.createDirectory(folder)
    if let holder = ProfileLock.holder(userDataDir: folder) { throw holder.inUse }

    var commands = try DescriptorPair()
    var replies = try DescriptorPair()
    var printed = try DescriptorPair()
    let process = try ChildProcess(
      PosixSpawn.Request(
        executable: launch.executable.path, arguments: launch.flags.arguments,
        environment: launch.environment,
        descriptors: [
          1: printed.writingEnd, 2: printed.writingEnd, 3: commands.readingEnd,
          4: replies.writingEnd,
        ], network: launch.network))
    do {
      let guardian = try BrowserGuard(
        pid: process.pid, mark: folder, patienceSeconds: launch.guardPatienceSeconds)
      let output = OutputTail()
      let outputChannel = try await output.read(from: printed.takeReadingEnd())
      let transport = try await PipeTransport.open(
        reading: replies.takeReadingEnd(), writing: commands.takeWritingEnd())
      return BrowserProcess(
        launch: launch,
        guarded: GuardedProcess(
          child: process, guardian: guardian, outputChannel: outputChannel),
        output: output, transport: transport)
    } catch {
      process.signalGroup(SIGKILL)
      throw error as? CDPError
        ?? CDPError(.system, "the browser's output could not be read", underlying: "\(error)")
    }
  }

  /// Makes of an error on the connection what the person should know, if the browser has ended.
  ///
  /// - Parameter patience: the pipe ends before the process does, by that much at most.
  package func explain(
    _ error: CDPError, patience: Duration = .seconds(2)
  ) async -> CDPError {
    guard let status = await process.waitForExit(timeout: patience) else { return error }
    // It found the folder open. With a window it hands its page over to that browser and goes with
    // 0; else with 21 (RESULT_CODE_PROFILE_IN_USE in chrome/common/chrome_result_codes.h).
    if status == .exited(0) || status == .exited(21),
      let holder = ProfileLock.holder(userDataDir: userDataDir)
    {
      return holder.inUse
    }
    await guarded.readToTheEnd()
    let lines = output.lines(12)
    return CDPError(
      .browserDied, "the browser \(executable.path) ended with \(status)",
      hint: lines.isEmpty ? "It printed nothing." : "The last it printed:\n\(lines)",
      underlying: error.context)
  }

  /// From now on it gets so long to quit by itself if we are killed.
  package func hasPatience(seconds: Int) { guarded.guardian.wait(seconds: seconds) }

  /// Sees that the browser and all that it started have ended. Ask it first by `Browser.close` if
  /// there is a connection. It gets `grace` to finish, then SIGTERM and `grace` again, then SIGKILL.
  package func end(grace: Duration) async {
    // The end of the pipe alone makes it quit.
    await transport.close()
    await guarded.end(patience: grace, grace: grace)
  }
}

/// What to start, and with what.
package struct BrowserLaunch: Sendable {
  package var executable: BrowserExecutable
  package var flags: BrowserFlags
  package var environment: [String: String]
  /// How long the guard leaves the browser alone after we were killed.
  package var guardPatienceSeconds: Int
  /// That it runs in; nil for the machine's.
  package var network: NetworkNamespace?

  package init(
    executable: BrowserExecutable, flags: BrowserFlags,
    environment: [String: String] = Machine.environment, guardPatienceSeconds: Int = 5
  ) {
    self.executable = executable
    self.flags = flags
    self.environment = environment
    self.guardPatienceSeconds = guardPatienceSeconds
  }

  var home: String { environment["HOME"] ?? "/" }
}
