#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A tiny process that ends the browser, or a site's command, if we are killed.
///
/// The end of the pipe makes Chromium quit by itself; this is for the one that hangs. It waits for
/// its input to end, and unless that was announced, gives the browser some seconds and kills its
/// process group. A number that it is told is how many.
///
/// What a command starts may leave its group (`setsid`, daemons). With an `environmentMark`, the
/// guard ends those too, at every end: on Linux it finds them by what they have inherited.
final class BrowserGuard: Sendable {
  /// $1: the browser's process and group, $2: what its command line must hold, so that a reused
  /// number hits nobody, $3: seconds, $4: what the environment of those that left the group holds.
  private static let script = """
    trap '' HUP INT QUIT
    left=$3
    mark=$4
    leavers() {
      grep -l -F -e "$mark" /proc/[0-9]*/environ 2>/dev/null | tr -dc '0-9\n'
    }
    end_leavers() {
      [ -n "$mark" ] || return 0
      leavers | while read -r pid; do kill -s TERM "$pid"; done
      for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -z "$(leavers)" ] && return
        sleep 0.1
      done
      leavers | while read -r pid; do kill -s KILL "$pid"; done
    }
    while IFS= read -r word; do
      [ "$word" = done ] && { end_leavers; exit 0; }
      left=$word
    done
    is_browser() {
      if [ -d /proc/self ]; then line=$(tr '\\000' ' ' 2>/dev/null <"/proc/$1/cmdline")
      else line=$(ps -o command= -p "$1" 2>/dev/null); fi
      case $line in *"$2"*) return 0 ;; esac
      return 1
    }
    while [ "$left" -gt 0 ] && is_browser "$1" "$2"; do sleep 1; left=$((left - 1)); done
    is_browser "$1" "$2" && kill -s KILL -- "-$1"
    end_leavers
    exit 0
    """

  private let process: ChildProcess
  private let input: CInt

  init(
    pid: pid_t, mark: String, patienceSeconds: Int, environmentMark: String = ""
  ) throws(CDPError) {
    var pipe = try DescriptorPair()
    process = try ChildProcess(
      PosixSpawn.Request(
        executable: "/bin/sh",
        arguments: [
          "-c", Self.script, "offstage-guard", "\(pid)", mark, "\(patienceSeconds)",
          environmentMark,
        ],
        environment: ["PATH": "/usr/bin:/bin"], descriptors: [0: pipe.readingEnd]))
    input = pipe.takeWritingEnd()
    #if canImport(Darwin)
      _ = fcntl(input, F_SETNOSIGPIPE, 1)
    #endif
  }

  deinit { close(input) }

  func wait(seconds: Int) {
    let line = Array("\(seconds)\n".utf8)
    _ = write(input, line, line.count)
  }

  /// The browser has ended; so does the guard.
  func dismiss() async {
    // A guard that somebody killed must not take us with it by SIGPIPE: on Linux NIO ignores that
    // signal from its first channel on, and the browser's pipe is one.
    _ = write(input, "done\n", 5)
    _ = await process.waitForExit(timeout: .seconds(5))
    process.signalGroup(SIGKILL)
  }
}
