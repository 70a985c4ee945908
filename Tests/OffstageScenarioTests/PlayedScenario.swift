import Foundation
import OffstageCore
import OffstageScenario
import OffstageStore
import OffstageTesting

/// A scenario that is played on a ``PlayedStage`` over a real store.
struct PlayedScenario: Sendable {
  var run: ScenarioRun
  var stage: PlayedStage

  var failure: StepFailure? { run.failure }

  /// - Parameter act: is given a way to log events, and what is to be done.
  static func play(
    _ steps: String, head: String = "", before: [LoggedEvent] = [],
    desk: (any NotificationDesk)? = nil,
    act: @escaping @Sendable (Log, PlayedStage, String) async throws -> Void = { _, _, _ in }
  ) async throws -> PlayedScenario {
    let text = "name: a\nsite: http://localhost:1\n\(head)steps:\n\(steps)"
    let scenario = try ScenarioReader(file: "a.yaml").read(text).get()
    let folder = NSTemporaryDirectory() + "/offstage-scenario-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try SQLiteEventStore.open(at: folder + "/store.sqlite")
    let source = try await store.openSource(.sample(), at: SystemClock().now()).source.id
    let log = Log(store: store, source: source)
    try await log.write(before)
    let stage = PlayedStage(store: store, desk: desk) { stage, what throws(StageError) in
      do {
        try await act(log, stage, what)
        return "null"
      } catch let error as StageError {
        throw error
      } catch let answer as Answer {
        return answer.text
      } catch {
        throw StageError(.broken, "\(error)")
      }
    }
    let run = try await ScenarioPlayer(scenario, on: stage).play()
    try await store.close()
    return PlayedScenario(run: run, stage: stage)
  }

  /// What an act comes to.
  struct Answer: Error {
    var text: String
  }

  struct Log: Sendable {
    let store: SQLiteEventStore
    let source: SourceID

    func write(_ events: [LoggedEvent]) async throws {
      _ = try await store.write(
        [SourceWrites(source: source, writes: events.map { .event($0) })],
        receivedUntil: SystemClock().now())
    }

    func sync(_ tag: String) async throws {
      try await write(LoggedEvent.sync(at: SystemClock().now(), tag: tag))
    }
  }
}
