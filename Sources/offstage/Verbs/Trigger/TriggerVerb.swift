import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct TriggerVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trigger",
    abstract: "Make a recorded browser do something, and say what came of it.",
    discussion: """
      A recorder (`offstage open` or `attach`) must run; it may be another process. The events that \
      a trigger causes are marked as such: `offstage events is:trigger` lists them. Ends with 0 when \
      it was done, 1 when nothing came of it, 3 when it could not be done.

      EXAMPLES
        offstage trigger push --text hello
        offstage trigger push --json-file payload.json --origin https://app.example
        offstage trigger offline
        offstage trigger sync outbox --last-chance
        offstage trigger worker stop --scope https://app.example/admin/
      """,
    subcommands: [
      PushTrigger.self, SyncTrigger.self, PeriodicSyncTrigger.self, OfflineTrigger.self,
      OnlineTrigger.self, WorkerTrigger.self, FetchAbortTrigger.self, ClearSiteDataTrigger.self,
      PermissionTrigger.self, NotificationTrigger.self, TriggerList.self,
    ])

  /// Asks for it, waits for what comes of it, and says so.
  static func run(_ action: TriggerAction, _ options: TriggerOptions) async throws {
    let patience = try TriggerAsking.patience(parsing: options.wait)
    guard patience.micros > 0 else {
      throw UsageError("Nothing can come of it in no time.", hint: "Write --wait 5s, or 100ms.")
    }
    let common = options.common
    guard let store = try common.openExistingStore() else { throw noRecorder }
    let asking = TriggerAsking(
      store: store, locks: SourceLocks(folder: common.folder), clock: SystemClock())
    guard let source = try await asking.source(named: options.source) else { throw noRecorder }
    let trigger = try await withThrowingTaskGroup(of: StoredTrigger?.self) { group in
      group.addTask {
        try await store.run()
        return nil
      }
      group.addTask {
        let asked = try await asking.ask(action, by: .cli, of: source.id, patience: patience)
        return try await asking.answered(asked)
      }
      defer { group.cancelAll() }
      for try await found in group {
        if let found { return found }
      }
      throw CancellationError()
    }
    let answer = try TriggerOutput(trigger, at: SystemClock().now())
    try await answer.print(options, store)
    try await store.close()
    try answer.judge()
  }

  private static let noRecorder = StoreError(
    .failed, "No recorder runs that could ask its browser.",
    hint: "Start `offstage open` or `offstage attach`, then try again.")
}

/// What came of a trigger, for people and for programs.
struct TriggerOutput {
  private let trigger: StoredTrigger
  private let answer: TriggerAnswer
  private let now: Timestamp

  init(_ trigger: StoredTrigger, at now: Timestamp) throws {
    self.trigger = trigger
    self.now = now
    guard let answer = trigger.answer(at: now) else { throw CancellationError() }
    self.answer = answer
  }

  func print(_ options: TriggerOptions, _ store: any EventStore) async throws {
    let terminal = options.common.terminal
    if options.json {
      var writer = JSONWriter()
      trigger.write(to: &writer, at: now)
      try terminal.print(writer.string)
      return
    }
    guard answer.verdict != .failed else { return }
    var events: [StoredEvent] = []
    for id in answer.events {
      if let event = try await store.event(id: id) { events.append(event) }
    }
    if !events.isEmpty { try terminal.write(EventLines(terminal: terminal).lines(events)) }
    let operations = answer.operations.map(String.init).joined(separator: ", ")
    let words =
      answer.operations.first.map { " Operation \(operations): offstage show --operation \($0)" }
      ?? ""
    if answer.verdict == .done {
      terminal.say("Done.\(answer.reason.map { " " + $0 } ?? "")\(words)")
    } else {
      terminal.say("\(answer.reason ?? "Nothing came of it.")\(words)")
      if let hint = answer.hint { terminal.say(hint) }
    }
  }

  /// What the process ends with.
  func judge() throws {
    switch answer.verdict {
    case .done: return
    case .nothing: throw VerdictNo()
    case .failed:
      throw StoreError(.failed, answer.reason ?? "It could not be done.", hint: answer.hint)
    }
  }
}
