import Dispatch
import Foundation
import OffstageCore
import OffstageStore

/// Reads the log of a browser of ours out of its profile once the browser has ended: what it logged
/// while it was being closed came over no protocol, and would be missing until its next start. An
/// ephemeral profile has none.
struct FinalReading: Sendable {
  let session: RecordingSession
  let userDataDir: String
  let place: SourcePlace?

  /// Nobody waits longer for an end.
  private static let limit = Duration.seconds(5)

  func run() async {
    do {
      try await read()
    } catch {
      session.terminal.detail("What the profile's log holds at the end can't be said: \(error)")
    }
  }

  private func read() async throws {
    guard let folder, let source = try await source(of: folder) else { return }
    let report = try await inspect(folder)
    for fault in report.faults { session.terminal.detail("\(folder.path): \(fault)") }
    // What came live is to stay that.
    await session.recorder.flush()
    let importer = ProfileImport(store: session.store, locks: SourceLocks(folder: session.folder))
    guard let result = try await importer.run(report, as: source), result.added > 0 else { return }
    let events = result.added == 1 ? "1 more event was" : "\(result.added) more events were"
    session.terminal.say("\(events) in the log of “\(source.name)” when its browser had ended.")
  }

  private var folder: ProfileFolder? {
    guard let real = realpath(userDataDir, nil) else { return nil }
    defer { free(real) }
    return ProfileFolder(userDataDir: String(cString: real), name: "Default")
  }

  /// The one that the browser was recorded as.
  private func source(of folder: ProfileFolder) async throws -> Source? {
    let recorded = session.notices.sources
    let sources = try await session.store.sources().filter {
      $0.kind == .profile && recorded.contains($0.id)
    }
    return sources.first { $0.place == folder.place } ?? sources.first { $0.place == place }
  }

  /// On a thread of its own, so that nothing else of this process waits for the disk.
  private func inspect(_ folder: ProfileFolder) async throws -> ProfileReport {
    let inspector = session.inspector
    return try await withCheckedThrowingContinuation { done in
      DispatchQueue.global().async {
        done.resume(with: Result { try inspector.inspect(folder, within: Self.limit) })
      }
    }
  }
}
