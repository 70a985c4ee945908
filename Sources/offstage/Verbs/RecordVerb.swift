import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct RecordVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Turn recording on or off, renew it, or show how it stands.",
    subcommands: [On.self, Off.self, Status.self, Renew.self],
    defaultSubcommand: Status.self)

  /// Which services of which sources are meant.
  struct Target: ParsableArguments {
    @Option(
      name: .customLong("service"), help: "Only this service. Repeatable; default: all six.",
      completion: .services)
    var services: [String] = []

    @Option(name: .customLong("source"), help: "Only this source. Repeatable; default: all.")
    var sources: [String] = []

    /// None only if `mayBeNone` and nothing is recorded yet.
    func resolve(
      _ store: (any EventStore)?, mayBeNone: Bool = false
    ) async throws -> [(Source, Service)] {
      var chosen: [Service] = []
      for service in services { chosen.append(try Service(parsing: service)) }
      if chosen.isEmpty { chosen = Service.allCases }
      let known = try await store?.sources().filter { $0.kind != .import } ?? []
      if known.isEmpty, mayBeNone, sources.isEmpty { return [] }
      guard !known.isEmpty else {
        throw UsageError(
          "Nothing is recorded yet.", hint: "Begin with `offstage open URL` or `offstage attach`.")
      }
      let ids = try SourceSelector.resolve(sources, among: known)
      let meant = ids.isEmpty ? known : known.filter { ids.contains($0.id) }
      return meant.flatMap { source in chosen.map { (source, $0) } }
    }
  }

  struct On: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "on",
      abstract: "Ask the browser to record.")
    @Flag(help: "Print how recording stands then, as one JSON document.")
    var json = false
    @OptionGroup var target: Target
    @OptionGroup var common: CommonOptions

    func run() async throws { try await RecordVerb.want(true, target, common, json: json) }
  }

  struct Off: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "off",
      abstract: "Ask the browser not to record.")
    @Flag(help: "Print how recording stands then, as one JSON document.")
    var json = false
    @OptionGroup var target: Target
    @OptionGroup var common: CommonOptions

    func run() async throws { try await RecordVerb.want(false, target, common, json: json) }
  }

  private static func want(
    _ wanted: Bool, _ target: Target, _ common: CommonOptions, json: Bool
  ) async throws {
    let store = try common.openStore()
    let locks = SourceLocks(folder: common.folder)
    let chosen = try await target.resolve(store)
    for (source, service) in chosen {
      try await store.setWanted(wanted, service, of: source.id)
    }
    let isDone: @Sendable (ServiceStatus) -> Bool = {
      !$0.isHeld || !$0.isRecordable || $0.facts.isRecording == wanted
    }
    await settle(chosen, store, locks, isDone)
    let statuses = try await statuses(of: chosen, store, locks)
    for status in statuses where status.isRecordable {
      let when =
        status.isHeld
        ? isDone(status) ? "" : " as soon as its browser answers" : " when it is next recorded"
      common.terminal.say(
        "\(status.source.name): \(status.service.title) \(wanted ? "on" : "off")\(when).")
    }
    if json { try print(statuses, common.terminal) }
    try await store.close()
  }

  // MARK: How it stands

  /// A recorder does what it is asked when the browser has answered; one whose browser does not
  /// answer is not waited for long.
  private static let patience = Duration.seconds(3)

  private static func settle(
    _ chosen: [(Source, Service)], _ store: SQLiteEventStore, _ locks: SourceLocks,
    _ isDone: @escaping @Sendable (ServiceStatus) -> Bool
  ) async {
    let deadline = ContinuousClock.now + patience
    let isExpected: @Sendable () -> Bool = {
      ContinuousClock.now < deadline && chosen.contains { locks.isHeld($0.0.id) }
    }
    _ = try? await store.firstValue(while: isExpected) {
      try await statuses(of: chosen, store, locks).allSatisfy(isDone) ? true : nil
    }
  }

  private static func statuses(
    of chosen: [(Source, Service)], _ store: (any EventStore)?, _ locks: SourceLocks
  ) async throws -> [ServiceStatus] {
    guard let store else { return [] }
    return try await ServiceStatus.all(store: store, locks: locks).filter { status in
      chosen.contains { $0.0.id == status.source.id && $0.1 == status.service }
    }
  }

  private static func print(_ statuses: [ServiceStatus], _ terminal: Terminal) throws {
    var writer = JSONWriter()
    writer.object { writer in
      writer.memberArray("services") { writer in
        for status in statuses { status.write(to: &writer) }
      }
    }
    try terminal.print(writer.string)
  }

  struct Renew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "renew",
      abstract: "Ask the browser to record for three more days, at once.")
    @Flag(help: "Print how recording stands then, as one JSON document.")
    var json = false
    @OptionGroup var target: Target
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let store = try common.openStore()
      let locks = SourceLocks(folder: common.folder)
      let held = try await target.resolve(store).filter { locks.isHeld($0.0.id) }
      guard !held.isEmpty else {
        throw UsageError(
          "No recorder runs that could ask its browser.",
          hint: "`offstage open` and `offstage attach` renew by themselves when they start.")
      }
      let now = SystemClock().now()
      for (source, service) in held {
        _ = try await store.ask(.renew, service, of: source.id, at: now)
      }
      if json {
        await RecordVerb.settle(held, store, locks) { status in
          !status.isWanted || status.facts.lease.lastRenewal.map { $0 >= now } ?? false
        }
        try RecordVerb.print(try await RecordVerb.statuses(of: held, store, locks), common.terminal)
      }
      common.terminal.say("Asked \(Set(held.map(\.0.id)).count) recorders to renew.")
      try await store.close()
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "status",
      abstract: "Show what is recorded, until when, and what the browser's log holds.")
    @Flag(help: "One JSON document.")
    var json = false
    @OptionGroup var target: Target
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let store = try common.openExistingStore()
      let chosen = try await target.resolve(store, mayBeNone: true)
      let statuses = try await RecordVerb.statuses(
        of: chosen, store, SourceLocks(folder: common.folder))
      if json {
        try RecordVerb.print(statuses, common.terminal)
      } else if chosen.isEmpty {
        common.terminal.say(
          "Nothing is recorded yet. Begin with `offstage open URL` or `offstage attach`.")
      } else {
        let held = Set(statuses.filter(\.isHeld).map(\.source.id))
        let gone = Set(
          chosen.map(\.0).filter { $0.isGone(isHeld: held.contains($0.id)) }.map(\.id))
        try RecordingTable(statuses, gone: gone, now: SystemClock().now())
          .table.print(to: common.terminal)
      }
      try await store?.close()
    }
  }
}

/// How recording stands, for people.
struct RecordingTable {
  let table: Table

  /// - Parameter gone: sources whose profile is not there any more.
  init(_ statuses: [ServiceStatus], gone: Set<SourceID>, now: Timestamp) {
    var table = Table([
      Table.Column(title: "Source", priority: 6), Table.Column(title: "Service", priority: 9),
      Table.Column(title: "Recording", priority: 8), Table.Column(title: "Lease", priority: 5),
      Table.Column(title: "Events", alignsRight: true, priority: 7),
      Table.Column(title: "Browser's log", alignsRight: true, priority: 3),
      Table.Column(title: "Catch-up", alignsRight: true, priority: 2),
      Table.Column(title: "Seen until", minimum: 20, priority: 4),
    ])
    for status in statuses {
      let facts = status.facts
      table.rows.append([
        Table.Cell(status.source.name), Table.Cell(status.service.shortName),
        Self.state(status, isGone: gone.contains(status.source.id)),
        Table.Cell(gone.contains(status.source.id) ? "–" : Self.lease(facts, now: now)),
        Table.Cell("\(facts.events)"),
        Table.Cell(facts.lastReplay.map { "\($0.events)" } ?? "–"),
        Table.Cell(facts.lastReplay?.duration.short ?? "–"),
        Table.Cell(facts.seenUntil?.minuteText ?? "never"),
      ])
    }
    self.table = table
  }

  private static func state(_ status: ServiceStatus, isGone: Bool) -> Table.Cell {
    guard status.isRecordable else { return Table.Cell("– not of this browser", .dim) }
    guard status.isWanted else {
      let who = status.facts.wantedBy == .other ? " (by another client)" : ""
      return Table.Cell("○ off\(who)", .yellow)
    }
    if isGone { return Table.Cell("○ profile is gone", .dim) }
    guard status.isHeld else { return Table.Cell("○ not recorded now", .dim) }
    return status.facts.isRecording == true
      ? Table.Cell("● on", .green) : Table.Cell("○ wanted, not on", .yellow)
  }

  private static func lease(_ facts: ServiceFacts, now: Timestamp) -> String {
    guard let expires = facts.lease.expires else { return "–" }
    return expires > now ? "\((expires - now).short) left" : "expired"
  }
}
