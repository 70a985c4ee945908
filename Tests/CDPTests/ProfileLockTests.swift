import Foundation
import Testing

@testable import CDP

@Suite(.timeLimit(.minutes(3))) struct ProfileLockTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private func lock(_ text: String) throws {
    let path = "\(folder.path)/SingletonLock"
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: text)
  }

  /// A process that looks like a browser which has the folder open.
  private func pretend() throws -> ChildProcess {
    let pipe = Pipe()
    let process = try ChildProcess(
      PosixSpawn.Request(
        executable: "/bin/sh",
        arguments: [
          "-c", "echo; while :; do sleep 1; done", "chromium", "--user-data-dir=x",
        ],
        environment: ["PATH": "/usr/bin:/bin"],
        descriptors: [1: pipe.fileHandleForWriting.fileDescriptor]))
    // It has no command line for a moment after its start.
    _ = try pipe.fileHandleForReading.read(upToCount: 1)
    return process
  }

  @Test func `the browser that has a folder open is named`() async throws {
    #expect(ProfileLock.holder(userDataDir: folder.path) == nil)
    let browser = try pretend()
    try lock("\(Machine.hostName)-\(browser.pid)")
    let holder = try #require(ProfileLock.holder(userDataDir: folder.path))
    #expect(holder.pid == browser.pid && holder.isThisHost)
    #expect(holder.inUse.code == .profileInUse)
    #expect(holder.inUse.context.contains("process \(browser.pid)"))
    #expect(
      await failureCode {
        try await ProfileLock.waitUntilFree(
          userDataDir: folder.path, timeout: .milliseconds(120))
      } == .profileInUse)
    browser.signalGroup(SIGKILL)
    try await ProfileLock.waitUntilFree(userDataDir: folder.path, timeout: .seconds(20))
    #expect(ProfileLock.holder(userDataDir: folder.path) == nil)
  }

  @Test func `a link that a crash left behind is no lock`() throws {
    // Ours is a process, and no browser.
    try lock("\(Machine.hostName)-\(getpid())")
    #expect(ProfileLock.holder(userDataDir: folder.path) == nil)
    for text in ["", "-", "host", "host-", "host-x", "\(Machine.hostName)-4194999"] {
      try lock(text.isEmpty ? "." : text)
      #expect(ProfileLock.holder(userDataDir: folder.path) == nil, "\(text)")
    }
  }

  @Test func `a browser on another machine is believed`() throws {
    try lock("some-other-host-123")
    let holder = try #require(ProfileLock.holder(userDataDir: folder.path))
    #expect(holder.host == "some-other-host" && holder.pid == 123 && !holder.isThisHost)
    #expect(holder.inUse.hint?.contains("SingletonLock") == true)
  }
}
