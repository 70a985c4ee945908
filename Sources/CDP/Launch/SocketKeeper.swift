#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A tiny process that keeps a socket of ours open if we are killed, until its other end closes.
///
/// Chromium crashes when its message bus goes away, which takes it seconds; with the bus still there
/// the end of the pipe makes it quit in good order.
package final class SocketKeeper: Sendable {
  /// What the browser still says goes nowhere, and keeps it from waiting.
  private static let script = """
    trap '' HUP INT QUIT
    IFS= read -r word
    [ "$word" = done ] && exit 0
    exec cat <&3 >/dev/null
    """

  private let process: ChildProcess
  private let input: CInt

  /// - Parameter socket: stays the caller's.
  package init(_ socket: CInt) throws(CDPError) {
    var pipe = try DescriptorPair()
    process = try ChildProcess(
      PosixSpawn.Request(
        executable: "/bin/sh", arguments: ["-c", Self.script, "offstage-keeper"],
        environment: ["PATH": "/usr/bin:/bin"], descriptors: [0: pipe.readingEnd, 3: socket]))
    input = pipe.takeWritingEnd()
    #if canImport(Darwin)
      _ = fcntl(input, F_SETNOSIGPIPE, 1)
    #endif
  }

  /// The connection is over, or is to be.
  deinit {
    _ = write(input, "done\n", 5)
    close(input)
  }
}
