#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import NIOCore
import NIOPosix

/// A Firefox that we started, from its start to its end.
///
/// It has no pipe to end it: if we are killed, a guard process does.
package final class FirefoxProcess: Sendable {
  private let launch: FirefoxLaunch
  private let guarded: GuardedProcess
  private let output: FirefoxOutput

  private init(_ launch: FirefoxLaunch, guarded: GuardedProcess, output: FirefoxOutput) {
    self.launch = launch
    self.guarded = guarded
    self.output = output
  }

  package var pid: Int32 { guarded.child.pid }

  package static func start(
    _ launch: FirefoxLaunch, output: FirefoxOutput
  ) async throws(CDPError) -> FirefoxProcess {
    try launch.seed()
    var printed = try DescriptorPair()
    let process = try ChildProcess(
      PosixSpawn.Request(
        executable: launch.executable.path, arguments: launch.arguments,
        environment: launch.fullEnvironment,
        descriptors: [1: printed.writingEnd, 2: printed.writingEnd]))
    do {
      let guardian = try BrowserGuard(pid: process.pid, mark: launch.profile, patienceSeconds: 0)
      let channel = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .takingOwnershipOfDescriptor(input: printed.takeReadingEnd()) { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(OutputHandler(output))
            return channel
          }
        }
      return FirefoxProcess(
        launch,
        guarded: GuardedProcess(child: process, guardian: guardian, outputChannel: channel),
        output: output)
    } catch {
      process.signalGroup(SIGKILL)
      throw error as? CDPError
        ?? CDPError(.system, "Firefox's output could not be read", underlying: "\(error)")
    }
  }

  /// Returns when it has ended; throws if that was no good end.
  package func waitForEnd() async throws(CDPError) {
    guard let status = await guarded.child.waitForExit() else { return }
    // A window that the person closed.
    guard status != .exited(0) else { return }
    await guarded.readToTheEnd()
    let lines = output.lines(12)
    throw CDPError(
      .browserDied, "the browser \(launch.executable.path) ended with \(status)",
      hint: lines.isEmpty ? "It printed nothing." : "The last it printed:\n\(lines)")
  }

  /// Sees that it and all that it started have ended.
  ///
  /// SIGTERM ends a Firefox as it stands; its databases are made for that, and it would know no
  /// better way without a connection for tools, with which it is not what people have.
  package func end(grace: Duration) async {
    await guarded.end(grace: grace)
  }
}

private final class OutputHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let output: FirefoxOutput

  init(_ output: FirefoxOutput) { self.output = output }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    output.append(unwrapInboundIn(data).readableBytesView)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
