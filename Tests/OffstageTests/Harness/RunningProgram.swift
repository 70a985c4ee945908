@testable import CDP
import Foundation

/// A program that a test has started: what it prints line by line, its signals, its end.
final class RunningProgram: Sendable {
  struct Output: Sendable {
    var lines: [String] = []
    var hasEnded = false
    fileprivate var rest: [UInt8] = []

    var text: String { lines.joined(separator: "\n") }
  }

  let output = Awaited(Output())
  let errors = Awaited(Output())
  private let process: ChildProcess
  private let unread: [(descriptor: CInt, output: Awaited<Output>)]

  var pid: Int32 { process.pid }

  /// - Parameter isStalled: nobody reads on before `readOn`, and the pipes are full.
  init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    isStalled: Bool = false
  ) throws {
    var out = try DescriptorPair()
    var error = try DescriptorPair()
    if isStalled { for end in [out.writingEnd, error.writingEnd] { Self.fill(end) } }
    process = try ChildProcess(
      PosixSpawn.Request(
        executable: executable, arguments: arguments,
        environment: Machine.environment.merging(environment) { $1 },
        descriptors: [1: out.writingEnd, 2: error.writingEnd]))
    unread = [(out.takeReadingEnd(), output), (error.takeReadingEnd(), errors)]
    if !isStalled { readOn() }
  }

  func readOn() {
    readOutput()
    readErrors()
  }

  func readOutput() { Self.read(unread[0].descriptor, into: unread[0].output) }

  func readErrors() { Self.read(unread[1].descriptor, into: unread[1].output) }

  /// With one long line.
  private static func fill(_ descriptor: CInt) {
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    while Foundation.write(descriptor, "-", 1) == 1 {}
    _ = fcntl(descriptor, F_SETFL, 0)
  }

  deinit { process.signalGroup(SIGKILL) }

  /// Nil while it runs.
  var status: CDP.ExitStatus? { process.status }

  /// Throws what it said last if it has ended.
  func expectRunning() throws {
    guard let status else { return }
    throw Unexpected("process \(pid) has ended with \(status) and said:\n\(errors.value.text)")
  }

  func signal(_ number: Int32) { _ = kill(pid, number) }

  /// Kills it and all that it started and that did not leave its process group.
  func killAll() async {
    process.signalGroup(SIGKILL)
    _ = await process.waitForExit()
  }

  /// How it ended, with all that it printed read.
  func end(within limit: Duration = .seconds(30)) async throws -> CDP.ExitStatus {
    guard let status = await process.waitForExit(timeout: limit) else {
      let threads = await StuckProgram.describe(pid)
      throw TimedOut(
        what: "the end of process \(pid)", after: limit,
        instead: [errors.value.text, output.value.text, threads].joined(separator: "\n"))
    }
    // Who inherited the descriptors, such as a browser's helper, may hold them a little longer.
    try await output.wait(for: "the end of the output", within: .seconds(10)) { $0.hasEnded }
    try await errors.wait(for: "the end of the errors", within: .seconds(10)) { $0.hasEnded }
    return status
  }

  /// All of it, once it has ended.
  func answer(within limit: Duration = .seconds(30)) async throws -> Bench.Answer {
    let status = try await end(within: limit)
    return Bench.Answer(status: status, output: output.value.text, errors: errors.value.text)
  }

  /// A line of standard output.
  func line(_ what: String, within limit: Duration = .seconds(30)) async throws {
    try await output.wait(for: "“\(what)” on stdout", within: limit) { output in
      output.hasEnded || output.lines.contains { $0.contains(what) }
    }
    try check(output.value, what)
  }

  /// A line of standard error.
  func says(_ what: String, within limit: Duration = .seconds(30)) async throws {
    try await errors.wait(for: "“\(what)” on stderr", within: limit) { output in
      output.hasEnded || output.lines.contains { $0.contains(what) }
    }
    try check(errors.value, what)
  }

  private func check(_ output: Output, _ what: String) throws {
    guard output.lines.contains(where: { $0.contains(what) }) else {
      throw Unexpected("no “\(what)”; process \(pid) said:\n\(errors.value.text)")
    }
  }

  private static func read(_ descriptor: CInt, into output: Awaited<Output>) {
    let thread = Thread {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        output.update { $0.append(buffer[..<count]) }
      }
      close(descriptor)
      output.update { $0.finish() }
    }
    thread.start()
  }
}

extension RunningProgram.Output {
  fileprivate mutating func append(_ bytes: ArraySlice<UInt8>) {
    rest += bytes
    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
    lines += rest[..<last].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    rest.removeFirst(last + 1)
  }

  fileprivate mutating func finish() {
    if !rest.isEmpty { lines.append(String(decoding: rest, as: UTF8.self)) }
    rest = []
    hasEnded = true
  }
}

struct Unexpected: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
