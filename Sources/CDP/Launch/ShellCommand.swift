#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import NIOCore

/// A command of the person's that serves a site, from its start to its end. It and all that it
/// started end with us, also if we are killed; what left its process group does so on Linux, as
/// long as it kept the environment that it was started with.
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

  /// By it those are known that leave the process group.
  private static let variable = "OFFSTAGE_SITE"

  private let guarded: GuardedProcess
  private let output: OutputTail

  private init(guarded: GuardedProcess, output: OutputTail) {
    self.guarded = guarded
    self.output = output
  }

  package static func start(
    _ command: String, in folder: String, environment: [String: String]
  ) async throws(CDPError) -> ShellCommand {
    var printed = try DescriptorPair()
    let mark = "offstage-site-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let process = try ChildProcess(
      PosixSpawn.Request(
        executable: "/bin/sh", arguments: ["-c", script, mark, command, folder],
        environment: environment.merging([Self.variable: mark]) { $1 },
        descriptors: [1: printed.writingEnd, 2: printed.writingEnd]))
    do {
      let guardian = try BrowserGuard(
        pid: process.pid, mark: mark, patienceSeconds: 0,
        environmentMark: "\(Self.variable)=\(mark)")
      let output = OutputTail()
      return ShellCommand(
        guarded: GuardedProcess(
          child: process, guardian: guardian,
          outputChannel: try await output.read(from: printed.takeReadingEnd())),
        output: output)
    } catch {
      process.signalGroup(SIGKILL)
      throw error as? CDPError
        ?? CDPError(.system, "the command's output could not be read", underlying: "\(error)")
    }
  }

  package var pid: Int32 { guarded.child.pid }

  /// Nil while it runs.
  package var exitStatus: ExitStatus? { guarded.child.status }

  /// Its end, with all that it printed read; nil if the task is cancelled first.
  package func waitForExit() async -> ExitStatus? {
    guard let status = await guarded.child.waitForExit() else { return nil }
    await guarded.readToTheEnd()
    return status
  }

  /// The last that it printed.
  package func lastLines(_ count: Int) -> String { output.lines(count) }

  /// Sees that it has ended: SIGTERM, then after `grace` SIGKILL.
  package func end(grace: Duration) async {
    await guarded.end(grace: grace)
  }
}
