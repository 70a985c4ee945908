import CDP
import Logging
import OffstageCapture
import OffstageCore
import OffstageInspect
import OffstageServer
import OffstageStore

/// What the recording verbs share: the store, the recorder, the server, and what is printed.
struct RecordingSession: Sendable {
  let folder: DataFolder
  let terminal: Terminal
  let store: SQLiteEventStore
  let recorder: Recorder
  let stop: StopSignal
  let notices: SessionNotices
  let keep: KeepSetting?
  let home: String
  let logger: Logger
  let inspector: any ProfileInspector
  /// To the UI, once it is served.
  let links = Watched<UILinks?>(nil)
  let browsers: RecordedBrowsers
  let clock = SystemClock()
  let waits = Waits()

  /// Nobody is left to wonder for longer why it does not end.
  private static let patience = Duration.seconds(10)

  /// Opens everything, runs `body`, and ends when it does or the person wants to; all that was
  /// captured is durable and printed then.
  ///
  /// - Parameter isMeant: which known sources it may record.
  static func run(
    _ common: CommonOptions, _ options: RecordingOptions, verb: String,
    mayRecord isMeant: @escaping @Sendable (Source) -> Bool = { $0.kind == .profile },
    _ body: @escaping @Sendable (RecordingSession) async throws -> Void
  ) async throws {
    let keep = try options.keepSetting()
    let terminal = common.terminal
    let stop = await StopSignal()
    let store = try common.openStore()
    let notices = SessionNotices(terminal: terminal)
    let inspector = DiskInspector(clock: SystemClock())
    let session = RecordingSession(
      folder: common.folder, terminal: terminal, store: store,
      recorder: Recorder(store: store, clock: SystemClock(), notify: { notices.note($0) }),
      stop: stop, notices: notices, keep: keep, home: common.home,
      logger: Logs.make(verbose: common.verbose), inspector: inspector,
      browsers: RecordedBrowsers(store: store, clock: SystemClock(), inspector: inspector))
    try await session.askBeforeShortening(options, isMeant)
    try await session.watchingItsEnd {
      try await session.run(options, verb: verb, body)
      try await session.waits.during("the store to be closed") { try await store.close() }
    }
  }

  /// Says what an end waits for that takes long.
  private func watchingItsEnd(_ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await stop.wait()
        try await Task.sleep(for: Self.patience)
        terminal.warn("The end takes long. \(waits.sentence ?? "") Ctrl-C again ends it at once.")
      }
      defer { group.cancelAll() }
      try await body()
    }
  }

  private func run(
    _ options: RecordingOptions, verb: String,
    _ body: @escaping @Sendable (RecordingSession) async throws -> Void
  ) async throws {
    let printer = EventPrinter(
      store: store, terminal: terminal, sources: notices, asJSON: options.jsonl,
      after: try await store.newestId())
    let isServing = Watched(false)
    try await withThrowingTaskGroup(of: Void.self) { services in
      services.addTask { try await waits.during("the store") { try await store.run() } }
      services.addTask { await stop.listen() }
      services.addTask {
        try await waits.during("the server") {
          try await serve(options, verb: verb) { found in
            links.update { $0 = found }
            isServing.update { $0 = true }
          }
        }
      }
      services.addTask {
        try await waits.during("events to be printed") { try await printer.follow() }
      }
      services.addTask {
        // A port that is taken is said before a browser is started.
        await isServing.wait { $0 }
        guard !stop.isStopped else { return notices.end() }
        try await work(body)
        // Its end has begun, whoever wanted it.
        stop.stop()
      }
      // The first to end is the work, or whatever keeps it from going on.
      defer { services.cancelAll() }
      do {
        while try await services.next() != nil, !notices.isOver {}
      } catch {
        // Whatever failed, the browser is ended in good order and what was captured is written.
        stop.stop()
        isServing.update { $0 = true }
        await notices.waitUntilOver()
        throw error
      }
    }
    try await waits.during("events to be printed") { try await printer.printRest() }
  }

  /// The recorder ends after the work, so that all of it is written.
  func work(
    _ body: @escaping @Sendable (RecordingSession) async throws -> Void
  ) async throws {
    defer { notices.end() }
    let triggers = TriggerRounds(
      store: store, recorder: recorder, driver: browsers, clock: clock)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await waits.during("events to be written") { try await recorder.run() } }
      group.addTask {
        let outcome = await result { try await capture(triggers, body) }
        await recorder.finish()
        try outcome.get()
      }
      try await endTogether(&group)
    }
  }

  /// Waits for both halves. If one has failed the other ends in good order: what can be written is
  /// written, and the browser is let go of.
  private func endTogether(_ group: inout ThrowingTaskGroup<Void, any Error>) async throws {
    do {
      while try await group.next() != nil {}
    } catch {
      stop.stop()
      while await group.nextResult() != nil {}
      throw error
    }
  }

  /// What is asked of the browsers is done as long as there are any, and answered while it can be
  /// written.
  private func capture(
    _ triggers: TriggerRounds,
    _ body: @escaping @Sendable (RecordingSession) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await waits.during("what was triggered") { try await triggers.run() } }
      group.addTask {
        let outcome = await result {
          try await waits.during("the browser") { try await body(self) }
        }
        await triggers.finish()
        try outcome.get()
      }
      try await endTogether(&group)
    }
  }

  private func serve(
    _ options: RecordingOptions, verb: String,
    onReady: @escaping @Sendable (UILinks?) -> Void
  ) async throws {
    try await APIServer(
      folder: folder, store: store, terminal: terminal, port: options.uiPort, verb: verb,
      hasPages: !options.noUI, looking: browsers, desks: browsers, logger: logger
    ).run(onReady: onReady)
  }

  /// Opens the UI for the person, if it is to be opened. The recording matters more than a window.
  func show(_ opening: UIOpening) {
    guard opening.isDue, let links = links.value else { return }
    do throws(CDPError) {
      // With a code of its own: the link that was printed stays good.
      try PersonsBrowser.open(links.fresh(), environment: opening.environment)
    } catch {
      terminal.say("\(error.context.capitalizedSentence) \(error.hint ?? "")")
    }
  }

  /// Shortening how long events stay removes some: only with the person's word.
  private func askBeforeShortening(
    _ options: RecordingOptions, _ isMeant: (Source) -> Bool
  ) async throws {
    guard case .for(let interval)? = keep, !options.yes else { return }
    var overdue = 0
    for source in try await store.sources() where isMeant(source) {
      overdue += try await store.countOverdue(keep: interval, of: source.id, at: clock.now())
    }
    guard overdue > 0 else { return }
    let question = "--keep \(options.keep ?? "") removes up to \(overdue) recorded events. Go on?"
    switch terminal.confirm(question) {
    case true?: return
    case false?: throw CancellationError()
    case nil:
      throw UsageError(
        "--keep \(options.keep ?? "") would remove up to \(overdue) recorded events.",
        hint: "Add --yes if that is what you want.")
    }
  }

  // MARK: Capturing

  /// Records one connection until it ends or the person wants to stop.
  func capture(
    _ connection: Connection, _ options: BrowserCapture.Options,
    desk: (any NotificationDesk)? = nil, push: PushPlace? = nil,
    listen: @escaping @Sendable ([InboundMessage]) async -> Void = { _ in }
  ) async throws {
    var options = options
    options.pushes = FolderPushes(folder: folder, clock: clock)
    let browser = browsers.opened(connection, desk: desk, push: push)
    defer { browsers.closed(browser) }
    let capture = BrowserCapture(
      connection: connection, recorder: recorder, store: store, clock: clock,
      locks: SourceLocks(folder: folder), options: options,
      listen: { messages in
        await browsers.receive(messages, from: browser)
        await listen(messages)
      },
      notify: { notice in
        if case .recording(let source, _) = notice { browsers.note(source, of: browser) }
        notices.note(notice)
      })
    browsers.note(capture, of: browser)
    try await withThrowingTaskGroup(of: Void.self) { group in
      if let desk { group.addTask { await keepShown(on: desk, of: browser) } }
      defer { group.cancelAll() }
      try await capture.run()
    }
  }
}

/// The log of the libraries below us: silent unless asked for.
enum Logs {
  static func make(verbose: Bool) -> Logger {
    var logger = Logger(label: "offstage") { _ in TalkLogHandler() }
    logger.logLevel = verbose ? .info : .critical
    return logger
  }
}
