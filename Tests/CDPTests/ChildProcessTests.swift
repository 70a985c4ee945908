import Foundation
import Testing

@testable import CDP

@Suite(.timeLimit(.minutes(3))) struct ChildProcessTests {
  private func shell(
    _ script: String, _ arguments: [String] = [], descriptors: [CInt: CInt] = [:],
    environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) throws -> ChildProcess {
    try ChildProcess(
      PosixSpawn.Request(
        executable: "/bin/sh", arguments: ["-c", script, "test"] + arguments,
        environment: environment, descriptors: descriptors))
  }

  /// What a script prints on descriptor 1.
  private func output(
    of script: String, _ arguments: [String] = [], descriptors: [CInt: CInt] = [:],
    environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) async throws -> String {
    let pipe = Pipe()
    let all = descriptors.merging([1: pipe.fileHandleForWriting.fileDescriptor]) { $1 }
    let process = try shell(script, arguments, descriptors: all, environment: environment)
    try pipe.fileHandleForWriting.close()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    #expect(await process.waitForExit() == .exited(0))
    return String(decoding: data, as: UTF8.self)
  }

  @Test func `exit statuses and signals are told apart`() async throws {
    #expect(await (try shell("exit 7")).waitForExit() == .exited(7))
    #expect(await (try shell("kill -9 $$")).waitForExit() == .signalled(9))
    let running = try shell("exec sleep 60")
    #expect(await running.waitForExit(timeout: .milliseconds(50)) == nil)
    running.signalGroup(SIGTERM)
    #expect(await running.waitForExit() == .signalled(SIGTERM))
    running.signalGroup(SIGKILL)
    #expect(running.status == .signalled(SIGTERM))
  }

  @Test func `a program that is not there is an error`() {
    #expect {
      try ChildProcess(
        PosixSpawn.Request(executable: "/nowhere/browser", arguments: [], environment: [:]))
    } throws: { "\($0)".contains("/nowhere/browser") }
  }

  @Test func `the child has the descriptors it was given and no others`() async throws {
    // Neither of these closes by itself.
    let leaky = open("/etc/hostname", O_RDONLY)
    let given = open("/dev/null", O_RDWR)
    defer {
      close(leaky)
      close(given)
    }
    // `ls` looks at the shell, not at itself: it opens the folder.
    let listing = try await output(
      of: "ls -l /proc/$$/fd; true", descriptors: [3: given, 4: given])
    let links = listing.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return words.count > 3 ? (from: String(words[words.count - 3]), to: words.last) : nil
    }
    #expect(links.map(\.from).sorted() == ["0", "1", "2", "3", "4"])
    #expect(links.allSatisfy { $0.from == "1" || $0.to == "/dev/null" })
  }

  @Test func `descriptors that swap their numbers arrive right`() async throws {
    let folder = try ScratchFolder()
    let a = open(try folder.write("a", "from a"), O_RDONLY)
    let b = open(try folder.write("b", "from b"), O_RDONLY)
    defer {
      close(a)
      close(b)
    }
    #expect(
      try await output(of: "cat /dev/fd/\(a); cat /dev/fd/\(b)", descriptors: [b: a, a: b])
        == "from bfrom a")
  }

  @Test func `the child leads a group of its own, with clean signals and its own environment`()
    async throws
  {
    // The shell reads of itself: while it starts a command it blocks all signals.
    let script = """
      while read -r key value; do
        case $key in SigBlk:|SigIgn:) echo "$value" ;; esac
      done </proc/$$/status
      read -r _ _ _ _ group _ </proc/$$/stat
      echo "$group $$"
      echo "$A-$HOME"
      """
    let text = try await output(
      of: script, environment: ["PATH": "/usr/bin:/bin", "A": "b=c"])
    let lines = text.split(separator: "\n")
    try #require(lines.count == 4)
    let masks = lines[...1].compactMap { UInt64($0, radix: 16) }
    // Signals 32 and 33 are the C library's own.
    #expect(masks.map { $0 & ~0x1_8000_0000 } == [0, 0])
    let ids = lines[2].split(separator: " ")
    #expect(ids.count == 2 && ids[0] == ids[1])
    #expect(lines[3] == "b=c-")
  }

  @Test func `the whole group is signalled`() async throws {
    let pipe = Pipe()
    let process = try shell(
      "sleep 60 & echo started; wait", descriptors: [1: pipe.fileHandleForWriting.fileDescriptor])
    try pipe.fileHandleForWriting.close()
    #expect(try pipe.fileHandleForReading.read(upToCount: 8) == Data("started\n".utf8))
    process.signalGroup(SIGKILL)
    #expect(await process.waitForExit() == .signalled(SIGKILL))
    // The end of the output says that the sleeping child is gone as well.
    #expect(try pipe.fileHandleForReading.readToEnd()?.isEmpty ?? true)
  }

  @Test func `many at once are each reaped with their own status`() async throws {
    try await withThrowingTaskGroup { group in
      for code in 0..<40 {
        group.addTask {
          let process = try shell("exit \(code)")
          #expect(await process.waitForExit() == .exited(Int32(code)))
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `a guard ends the process that it guards only if we are gone`() async throws {
    let folder = try ScratchFolder()
    let mark = "--user-data-dir=\(folder.path)"
    for isDismissed in [true, false] {
      let browser = try shell("while :; do sleep 1; done", [mark])
      do {
        let guardian = try BrowserGuard(pid: browser.pid, mark: mark, patienceSeconds: 1)
        if isDismissed { await guardian.dismiss() }
        // Else it goes here, as if we had been killed: its input ends without a word.
      }
      let status = await browser.waitForExit(timeout: .seconds(isDismissed ? 2 : 10))
      #expect(status == (isDismissed ? nil : .signalled(SIGKILL)))
      browser.signalGroup(SIGKILL)
      _ = await browser.waitForExit()
    }
  }

  @Test func `a guard leaves a process alone that has another command line`() async throws {
    let stranger = try shell("while :; do sleep 1; done", ["--user-data-dir=/other"])
    do {
      _ = try BrowserGuard(pid: stranger.pid, mark: "--user-data-dir=/mine", patienceSeconds: 0)
    }
    #expect(await stranger.waitForExit(timeout: .seconds(2)) == nil)
    stranger.signalGroup(SIGKILL)
    _ = await stranger.waitForExit()
  }

  #if os(Linux)
    @Test(arguments: [true, false])
    func `a guard ends what has left the group of a command`(isDismissed: Bool) async throws {
      let mark = "OFFSTAGE_SITE=test-\(UInt32.random(in: 0...UInt32.max))"
      let pipe = Pipe()
      let command = try shell(
        "export \(mark); setsid sh -c 'echo started; exec sleep 60' & wait", ["a-site"],
        descriptors: [1: pipe.fileHandleForWriting.fileDescriptor])
      try pipe.fileHandleForWriting.close()
      do {
        let guardian = try BrowserGuard(
          pid: command.pid, mark: "a-site", patienceSeconds: 0, environmentMark: mark)
        #expect(try pipe.fileHandleForReading.read(upToCount: 8) == Data("started\n".utf8))
        command.signalGroup(SIGKILL)
        if isDismissed { await guardian.dismiss() }
      }
      // The end of the output says that the one in a session of its own is gone as well.
      #expect(try pipe.fileHandleForReading.readToEnd()?.isEmpty ?? true)
      _ = await command.waitForExit()
    }
  #endif
}
