import CDP
import Foundation
import OffstageStore
import OffstageTesting
import Testing

/// A pager that nobody pages, a terminal that was stopped.
@Suite struct StalledReaderTests {
  /// With one processor there is one thread for all tasks: whoever blocks it blocks everything.
  private func start(_ bench: Bench, _ arguments: String...) throws -> RunningProgram {
    let taskset = "/usr/bin/taskset"
    let onOne = FileManager.default.isExecutableFile(atPath: taskset)
    return try RunningProgram(
      onOne ? taskset : Bench.executable,
      (onOne ? ["-c", try firstProcessor(), Bench.executable] : []) + arguments,
      environment: ["OFFSTAGE_DATA": bench.data, "NO_COLOR": "1"], isStalled: true)
  }

  private func firstProcessor() throws -> String {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") } ?? ""
    return String(line.drop { !$0.isNumber }.prefix(while: \.isNumber))
  }

  private func record(
    _ body: (Bench, RunningProgram) async throws -> Void
  ) async throws {
    try await Bench.with { bench in
      let browser = FakeBrowser()
      let server = try await browser.listen()
      let program = try start(
        bench, "attach", "--port", "\(server.port)", "--ui-port", "0", "--jsonl", "--verbose")
      try await eventually("a recorded browser", within: .seconds(60)) {
        await browser.model.isObserved()
      }
      let store = try SQLiteEventStore.open(at: bench.data + "/offstage.sqlite")
      await browser.perform(.storm(FakeStorm(count: 2000)))
      try await eventually("2000 stored events", within: .seconds(60)) {
        try await store.newestId() >= 2000
      }
      try await body(bench, program)
      try await store.close()
      await browser.stop()
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `readers that stall hold up no recording, and get all of it in the end`() async throws {
    try await record { _, program in
      program.readOn()
      try await program.says("Recording “")
      try await program.interrupt()
      let lines = program.output.value.text.split(separator: "\n")
      #expect(lines.count { $0.contains(#""eventName""#) } == 2000)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `who wonders why the end takes long is told what it waits for`() async throws {
    try await record { _, program in
      program.readErrors()
      try await program.says("Recording “")
      program.signal(SIGINT)
      try await program.says("The end takes long. It waits for events to be printed.")
      // However long that takes: nothing is cut short.
      program.readOutput()
      #expect(try await program.end() == .exited(0))
      let lines = program.output.value.text.split(separator: "\n")
      #expect(lines.count { $0.contains(#""eventName""#) } == 2000)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `an error that nobody reads is waited for a moment only`() async throws {
    try await Bench.with { bench in
      let program = try start(bench, "show", "4711")
      try await eventually("the end of the program", within: .seconds(30)) {
        program.status != nil
      }
      #expect(program.status == .exited(2))
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a second Ctrl-C ends what waits for a reader at once`() async throws {
    try await record { bench, program in
      program.signal(SIGINT)
      let running = "\(bench.data)/running/\(program.pid).json"
      try await eventually("the end of the server") {
        !FileManager.default.fileExists(atPath: running)
      }
      // It waits with the rest of what it has to print.
      try await eventually("the end of the program") {
        program.signal(SIGINT)
        return program.status != nil
      }
      #expect(program.status != .exited(0))
    }
  }
}
