import CDP
import Foundation
import OffstageCore
import OffstageInspect
import OffstageStore
import OffstageTesting
import Testing

@testable import offstage

/// The two halves of a recording: the browser, and what writes.
@Suite(.timeLimit(.minutes(3))) struct RecordingWorkTests {
  private struct BrowserDied: Error {}

  private func session(_ folder: String) throws -> RecordingSession {
    let store = try SQLiteEventStore.open(at: "\(folder)/offstage.sqlite")
    let terminal = Terminal(
      environment: [:], isQuiet: true, isVerbose: false, colors: false, isSilent: true)
    let notices = SessionNotices(terminal: terminal)
    let inspector = DiskInspector(clock: SystemClock())
    return RecordingSession(
      folder: DataFolder(path: folder), terminal: terminal, store: store,
      recorder: Recorder(store: store, clock: SystemClock(), notify: { _ in }), stop: .apart,
      notices: notices, keep: nil, home: folder, logger: Logs.make(verbose: false),
      inspector: inspector,
      browsers: RecordedBrowsers(store: store, clock: SystemClock(), inspector: inspector))
  }

  @Test func `what came last before a browser died is written`() async throws {
    try await Bench.with { bench in
      for _ in 0..<20 {
        let folder = "\(bench.folder)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        let session = try session(folder)
        await #expect(throws: BrowserDied.self) {
          try await session.work { session in
            let now = session.clock.now()
            let opened = try await session.store.openSource(.sample(), at: now)
            let handle = try await session.recorder.attach(
              opened, disk: [:], transport: "pipe"
            ) { _ in }
            for number in 0..<50 {
              await session.recorder.submit(
                [.event(.sample(instance: "\(number)"), received: now)], to: handle)
            }
            throw BrowserDied()
          }
        }
        #expect(try await session.store.newestId() == 50)
        try await session.store.close()
      }
    }
  }
}
