import Foundation
import OffstageCore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(3))) struct SourceLocksTests {
  private func with(_ body: (DataFolder, SourceLocks) async throws -> Void) async throws {
    let folder = DataFolder(path: NSTemporaryDirectory() + "offstage-locks-\(UUID())")
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    try folder.create()
    try await body(folder, SourceLocks(folder: folder))
  }

  @Test func `a source is held as long as its lock, and by whom can be told`() async throws {
    try await with { folder, locks in
      let (one, other) = (SourceID(), SourceID())
      #expect(!locks.isHeld(one))
      // Asking makes nothing.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.locksPath).isEmpty)
      var lock: SourceLock? = try locks.lock(one, name: "one")
      #expect(lock?.source == one)
      #expect(locks.isHeld(one) && !locks.isHeld(other))
      #expect(locks.held(among: [one, other]) == [one])
      #expect(locks.holder(of: one) == getpid())
      #expect(throws: StoreError.self) { try locks.lock(one, name: "one") }
      #expect(locks.isHeld(one))
      lock = nil
      // A child that some other test is starting has the lock until it has become another program.
      let deadline = ContinuousClock.now + .seconds(10)
      while locks.isHeld(one), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(!locks.isHeld(one))
      #expect(locks.holder(of: one) == nil)
    }
  }

  @Test func `whoever asks takes the lock from nobody that starts`() async throws {
    try await with { _, locks in
      let asked = Asked()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            while !Task.isCancelled {
              for _ in 0..<20 { _ = locks.isHeld(asked.source.withLock { $0 }) }
              await Task.yield()
            }
          }
        }
        // Each once: a child that some other test is starting has the locks of before, until it has
        // become another program.
        for _ in 0..<2000 {
          let source = SourceID()
          asked.source.withLock { $0 = source }
          // Throws if it is turned away.
          let lock = try locks.lock(source, name: "one")
          withExtendedLifetime(lock) {}
          await Task.yield()
        }
        group.cancelAll()
        try await group.waitForAll()
      }
    }
  }
}

private final class Asked: Sendable {
  let source = Mutex(SourceID())
}
