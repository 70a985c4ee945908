#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import NIOCore

/// A command of the person's that serves a site, from its start to its end. It and all that it
/// started in its process group end with us, also if we are killed.
///
/// ```swift
/// let command = try await ShellCommand.start("npm start", in: folder, environment: environment)
/// …
/// await command.end(grace: .seconds(2))   // always, also after an error
/// ```
package final class ShellCommand: Sendable {
  /// $1: the command, $2: its folder. This shell outlives a SIGTERM, so that its process group can
  /// still be killed; what the command has left in the background ends with it.
  private static let script = """
    trap : TERM
    ( cd "$2" && eval "$1" )
    code=$?
    kill -s TERM 0 2>/dev/null
    exit "$code"
    """

  private let process: ChildProcess
  private let guardian: BrowserGuard
  private let output: OutputTail
  private let outputChannel: any Channel

  private init(
    process: ChildProcess, guardian: BrowserGuard, output: OutputTail, outputChannel: any Channel
  ) {
    self.process = process
    self.guardian = guardian
    self.output = output
    self.outputChannel = outputChannel
  }

  package static func start(
    _ command: String, in folder: String, environment: [String: String]
  ) async throws(CDPError) -> ShellCommand {
    var printed = try DescriptorPair()
    let mark = "offstage-site-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let process = try ChildProcess(
      PosixSpawn.Request(
        executable: "/bin/sh", arguments: ["-c", script, mark, command, folder],
        environment: environment, descriptors: [1: printed.writingEnd, 2: printed.writingEnd]))
    do {
      let guardian = try BrowserGuard(pid: process.pid, mark: mark, patienceSeconds: 0)
      let output = OutputTail()
      return ShellCommand(
        process: process, guardian: guardian, output: output,
        outputChannel: try await output.read(from: printed.takeReadingEnd()))
    } catch {
      process.signalGroup(SIGKILL)
      throw error as? CDPError
        ?? CDPError(.system, "the command's output could not be read", underlying: "\(error)")
    }
  }

  package var pid: Int32 { process.pid }

  /// Nil while it runs.
  package var exitStatus: ExitStatus? { process.status }

  /// Its end; nil if the task is cancelled first.
  package func waitForExit() async -> ExitStatus? { await process.waitForExit() }

  /// The last that it printed.
  package func lastLines(_ count: Int) -> String { output.lines(count) }

  /// Sees that it has ended: SIGTERM, then after `grace` SIGKILL.
  package func end(grace: Duration) async {
    process.signalGroup(SIGTERM)
    if await process.waitForExit(timeout: grace) == nil {
      process.signalGroup(SIGKILL)
      _ = await process.waitForExit()
    }
    await guardian.dismiss()
    try? await outputChannel.close()
  }
}
