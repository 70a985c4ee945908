import Dispatch
import Foundation
import OffstageCore
import Synchronization

/// The reader of the output went away.
struct OutputClosed: Error {}

/// Where a verb prints: data to stdout, talk to stderr.
final class Terminal: Sendable {
  let isOutputTerminal: Bool
  let isErrorTerminal: Bool
  let usesColor: Bool
  let isQuiet: Bool
  /// Nothing is said at all: what goes on there is told by somebody else.
  let isSilent: Bool
  let isVerbose: Bool
  /// A line of progress is on the screen and must be wiped before anything else is said.
  private let hasProgress = Mutex(false)
  private let output = DispatchQueue(label: "output")

  init(
    environment: [String: String], isQuiet: Bool, isVerbose: Bool, colors: Bool,
    isSilent: Bool = false
  ) {
    self.isSilent = isSilent
    isOutputTerminal = isatty(STDOUT_FILENO) == 1
    isErrorTerminal = isatty(STDERR_FILENO) == 1
    self.isQuiet = isQuiet
    self.isVerbose = isVerbose
    // NO_COLOR: any non-empty value (no-color.org).
    usesColor =
      colors && isOutputTerminal && environment["NO_COLOR"]?.isEmpty ?? true
      && environment["TERM"] != "dumb"
  }

  /// Of stdout; nil when it is no terminal, and lines may be of any length.
  var columns: Int? {
    guard isOutputTerminal else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  func print(_ line: String) throws {
    try write(Array(line.utf8) + [UInt8(ascii: "\n")])
  }

  func write(_ bytes: [UInt8]) throws {
    wipeProgress()
    // Who sees both sees them in the order in which they came.
    if isErrorTerminal { Talk.shared.flush(within: .seconds(1)) }
    try Terminal.write(bytes, to: STDOUT_FILENO)
  }

  /// As `write`, from a thread of its own: while a reader stalls only the caller waits, and not one
  /// of the few threads that all tasks share.
  func send(_ bytes: [UInt8]) async throws {
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      output.async { done.resume(with: Result { try self.write(bytes) }) }
    }
  }

  /// One line of talk.
  func say(_ line: String) {
    guard !isQuiet else { return }
    tell(line)
  }

  /// One line that is said in any case.
  func warn(_ line: String) {
    tell(line)
  }

  func detail(_ line: String) {
    if isVerbose { tell(line) }
  }

  /// A line that the next one replaces; only where somebody looks.
  func progress(_ line: String) {
    guard isErrorTerminal, !isQuiet else { return }
    hasProgress.withLock { $0 = true }
    Talk.shared.say("\r\u{1B}[K\(line.escapedForTerminal)")
  }

  private func tell(_ line: String) {
    guard !isSilent else { return }
    wipeProgress()
    Talk.shared.say(line.escapedLines + "\n")
  }

  private func wipeProgress() {
    let had = hasProgress.withLock { progress in
      defer { progress = false }
      return progress
    }
    if had { Talk.shared.say("\r\u{1B}[K") }
  }

  /// Asks a question that is answered with y or n. Nil when there is nobody to answer.
  func confirm(_ question: String) -> Bool? {
    guard isatty(STDIN_FILENO) == 1, isErrorTerminal else { return nil }
    wipeProgress()
    Talk.shared.say("\(question) [y/N] ", isNeeded: true)
    Talk.shared.flush(within: .seconds(10))
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }

  static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress! + start, bytes.count - start)
      }
      if count > 0 {
        start += count
      } else if errno == EAGAIN {
        // Whoever gave us the descriptor does not want to be waited for; we do.
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, -1)
      } else if errno != EINTR {
        throw OutputClosed()
      }
    }
  }

  // MARK: Colour

  enum Style: String {
    case dim = "2"
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  func styled(_ text: String, _ style: Style?) -> String {
    guard usesColor, let style else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }
}

extension String {
  /// Escaped for a terminal, line by line: what others wrote may be in any of them.
  var escapedLines: String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).escapedForTerminal }.joined(separator: "\n")
  }
}
