import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// Files go out of stores and into them, and nothing changes on the way.
@Suite struct ExchangeTests {
  @Test(arguments: 0..<3)
  func `what was saved for DevTools and imported is saved the same`(_ seed: Int) async throws {
    try await Folder.with { folder in
      let store = try await folder.store(seed: UInt64(seed))
      let saved = try await folder.save(.devtools, of: store)
      let result = try await folder.importing(saved, into: store)
      #expect(result.added > 0)
      let source = try #require(result.sources.first)
      #expect(source.kind == .import && source.keep == nil)
      let again = try await folder.save(.devtools, of: store, EventSelection(sources: [source.id]))
      #expect(again == saved)
      // An event that two sources have is one in a format without sources.
      #expect(try await folder.save(.devtools, of: store) == saved)
    }
  }

  @Test(arguments: 0..<3)
  func `lines that were imported elsewhere are saved the same there`(_ seed: Int) async throws {
    try await Folder.with { folder in
      let store = try await folder.store(seed: UInt64(seed))
      let saved = try await folder.save(.jsonl, of: store)
      let types = String(decoding: saved, as: UTF8.self).split(separator: "\n").dropFirst()
        .reduce(into: [:] as [Substring: Int]) { $0[$1.prefix { $0 != "," }, default: 0] += 1 }
      #expect(types["{\"type\":\"worker\""] == 3600 && types["{\"type\":\"watched\""] == 18)
      #expect(types["{\"type\":\"notification\""] == 3300)
      #expect(types["{\"type\":\"push\""] == 3300)
      #expect(types["{\"type\":\"subscription\""] == 60)
      let other = try SQLiteEventStore.open(at: folder.path + "/other.sqlite")
      let result = try await folder.importing(saved, into: other)
      #expect(result.known == 0)
      #expect(try await folder.save(.jsonl, of: other) == saved)
      #expect(
        try await folder.save(.devtools, of: other) == folder.save(.devtools, of: store))
      for store in [store, other] {
        let again = try await folder.importing(saved, into: store)
        #expect(again.added == 0)
        #expect(again.known == result.added)
      }
      #expect(try await folder.save(.jsonl, of: other) == saved)
      #expect(try await other.verify(rebuild: false) == [])
    }
  }

  @Test func `triggers go with their events, and are saved the same elsewhere`() async throws {
    try await Folder.with { folder in
      let store = try SQLiteEventStore.open(at: folder.path + "/store.sqlite")
      let source = try await folder.triggered(store)
      let saved = try await folder.save(.jsonl, of: store)
      let other = try SQLiteEventStore.open(at: folder.path + "/other.sqlite")
      _ = try await other.openSource(.sample("before"), at: ManualClock.start)
      _ = try await folder.importing(saved, into: other)
      let only = EventSelection(sources: [source])
      #expect(try await folder.save(.jsonl, of: other, only) == saved)
      _ = try await folder.importing(saved, into: other)
      #expect(try await folder.save(.jsonl, of: other, only) == saved)
      let theirs = try await other.triggers(of: only)
      #expect(theirs.map(\.action.kind) == ["push", "offline", "sync"])
      #expect(theirs.map { $0.stored?.events.count } == [1, 0, nil])
      // What was under way then has ended meanwhile.
      let open = try #require(try await store.triggers(of: only).last?.id)
      try await store.end(trigger: open, with: .left, at: ManualClock.start + .seconds(90))
      let later = try await folder.save(.jsonl, of: store)
      _ = try await folder.importing(later, into: other)
      #expect(try await folder.save(.jsonl, of: other, only) == later)
    }
  }

  @Test func `a file of some events has their triggers alone, a redacted one none`() async throws {
    try await Folder.with { folder in
      let store = try SQLiteEventStore.open(at: folder.path + "/store.sqlite")
      _ = try await folder.triggered(store)
      let pushes = try await folder.save(
        .jsonl, of: store, EventSelection(services: [.pushMessaging]))
      let text = String(decoding: pushes, as: UTF8.self)
      #expect(text.contains(#""kind":"push""#) && text.contains(#""triggerMicros""#))
      #expect(!text.contains(#""kind":"offline""#))
      var redacted: [UInt8] = []
      try await Export(.jsonl, of: EventSelection(), isRedacted: true).run(store: store) {
        redacted += $0
      }
      #expect(!String(decoding: redacted, as: UTF8.self).contains("trigger"))
    }
  }

  @Test func `a notification that went after a file was written has gone after the next one`()
    async throws
  {
    try await Folder.with { folder in
      let store = try SQLiteEventStore.open(at: folder.path + "/store.sqlite")
      let other = try SQLiteEventStore.open(at: folder.path + "/other.sqlite")
      let source = try await store.openSource(.sample(), at: ManualClock.start).source.id
      let shown = ShownNotification(number: 7, title: "Ada", body: "", shown: ManualClock.start)
      let watched = Service.allCases.map {
        StoreWrite.watchImported($0, from: ManualClock.start, to: ManualClock.start + .days(1))
      }
      _ = try await store.write(
        [SourceWrites(source: source, writes: watched)], receivedUntil: ManualClock.start)
      try await store.note(StoredNotification(shown), of: source)
      let first = try await folder.save(.jsonl, of: store)
      #expect(String(decoding: first, as: UTF8.self).contains(#""closed":null"#))
      try await store.noteClosed(7, of: source, at: ManualClock.start + .seconds(4))
      let second = try await folder.save(.jsonl, of: store)
      // An older file takes nothing back.
      for file in [first, second, first] {
        _ = try await folder.importing(file, into: other)
      }
      let only = EventSelection(sources: [source], since: ManualClock.start)
      let found = try await other.notifications(only, after: nil, limit: 9).map(\.line)
      #expect(found.map(\.notification.closed) == [ManualClock.start + .seconds(4)])
      #expect(found.map(\.source) == [source])
      // Of other services, of events chosen by anything else, of another time there is none.
      for selection in [
        EventSelection(services: [.pushMessaging]), EventSelection(words: ["Ada"]),
        EventSelection(since: ManualClock.start + .seconds(1)),
      ] {
        let text = String(
          decoding: try await folder.save(.jsonl, of: store, selection), as: UTF8.self)
        #expect(!text.contains("Ada"), "\(text)")
      }
      let ours = try await folder.save(
        .jsonl, of: store, EventSelection(services: [.notifications]))
      #expect(String(decoding: ours, as: UTF8.self).contains("Ada"))
    }
  }

  @Test func `what began in one moment stands in an order that no store makes`() async throws {
    try await Folder.with { folder in
      let store = try SQLiteEventStore.open(at: folder.path + "/store.sqlite")
      let mistake = WorkerContext(
        kind: .error, registrationId: "0", versionId: "1", scriptURL: nil, text: "Error: no")
      var sources: [SourceID] = []
      for name in ["a", "b", "c", "d"] {
        let source = try await store.openSource(.sample(name), at: ManualClock.start).source
        sources.append(source.id)
      }
      for source in sources.reversed() {
        let writes: [StoreWrite] = [
          .watchImported(.pushMessaging, from: ManualClock.start, to: ManualClock.start),
          .gapImported(
            .pushMessaging, .crash, from: ManualClock.start, to: ManualClock.start, .yes),
          .worker(mistake, at: ManualClock.start),
          .notificationImported(
            StoredNotification(
              ShownNotification(number: 1, title: "Ada", shown: ManualClock.start))),
          .subscriptionImported(.sample("of \(source)")),
          .pushImported(.sample("2 of \(source)")), .pushImported(.sample("1 of \(source)")),
          .imported(.sample(), scope: nil),
        ]
        _ = try await store.write(
          [SourceWrites(source: source, writes: writes)], receivedUntil: ManualClock.start)
      }
      var files: [UInt8] = []
      for source in sources {
        files += try await folder.save(.jsonl, of: store, EventSelection(sources: [source]))
      }
      let other = try SQLiteEventStore.open(at: folder.path + "/other.sqlite")
      _ = try await folder.importing(files, into: other)
      #expect(try await folder.save(.jsonl, of: other) == folder.save(.jsonl, of: store))
      // Of one source by id, whichever came first.
      let ids = String(decoding: files, as: UTF8.self).matches(of: /"push":{"id":"([12]) of/)
      #expect(ids.map { String($0.1) }.joined() == "12121212")
    }
  }

  @Test func `a file's own order, spelling and equal events are kept`() async throws {
    let one = String(decoding: LoggedEvent.sample(instance: "1").protocolJSON, as: UTF8.self)
    let later = LoggedEvent.sample(at: ManualClock.start + .seconds(1), instance: "\u{1}")
    let two = String(decoding: later.protocolJSON, as: UTF8.self)
      .replacing("\"eventMetadata\":[]", with: "\"eventMetadata\":[PAIRS]")
      .replacing("PAIRS", with: #"{"key":"b","value":"\ud83d"},{"key":"a","value":""}"#)
    // Equal events may stand apart: a live one comes before the replay.
    var file = Array("[".utf8)
    for (index, event) in [two, one, two, one].enumerated() {
      if index > 0 { file.append(UInt8(ascii: ",")) }
      JSONLayout.appendLine(1, to: &file)
      JSONLayout.appendIndented(Array(event.utf8), depth: 1, to: &file)
    }
    file += Array("\n]".utf8)
    try await Folder.with { folder in
      let store = try SQLiteEventStore.open(at: folder.path + "/store.sqlite")
      let result = try await folder.importing(file, into: store)
      #expect(result.added == 4)
      #expect(try await folder.save(.devtools, of: store) == file)
      #expect(try await folder.importing(file, into: store).known == 4)
      #expect(try await folder.save(.devtools, of: store) == file)
      #expect(try await store.sources().count == 1)
    }
  }

  @Test func `a file of no events comes back as one`() async throws {
    try await Folder.with { folder in
      let store = try SQLiteEventStore.open(at: folder.path + "/store.sqlite")
      let result = try await folder.importing(Array("[]".utf8), into: store)
      #expect(result.sources.map(\.name) == ["events.json"])
      let only = EventSelection(sources: Set(result.sources.map(\.id)))
      #expect(try await folder.save(.devtools, of: store, only) == Array("[]".utf8))
    }
  }

  @Test func `a source that nothing in the file is of is not made`() async throws {
    try await Folder.with { folder in
      let store = try await folder.store(seed: 3)
      let sources = try await store.sources()
      let one = EventSelection(sources: [sources[1].id])
      var lines = try await folder.save(.jsonl, of: store, one)
      #expect(String(decoding: lines, as: UTF8.self).contains(sources[0].id.description) == false)
      let end = try #require(lines.firstIndex(of: UInt8(ascii: "]")))
      let named = ",{\"id\":\"\(sources[0].id)\",\"name\":\"unused\",\"browser\":null}"
      lines.insert(contentsOf: Array(named.utf8), at: end)
      let other = try SQLiteEventStore.open(at: folder.path + "/other.sqlite")
      let result = try await folder.importing(lines, into: other)
      #expect(result.sources.map(\.id) == [sources[1].id])
      #expect(try await other.sources().count == 1)
    }
  }

  @Test(arguments: [
    EventSelection(origins: ["https://other.example"]), EventSelection(outcomes: [.pending]),
    EventSelection(instances: ["nowhere"]), EventSelection(words: ["nowhere"]),
  ])
  func `lines of chosen events name no gaps and no sources of others`(
    _ selection: EventSelection
  ) async throws {
    try await Folder.with { folder in
      let store = try await folder.store(seed: 4)
      let lines = try await folder.save(.jsonl, of: store, selection)
      #expect(
        String(decoding: lines, as: UTF8.self) == "{\"format\":\"offstage/1\",\"sources\":[]}\n")
    }
  }

  @Test func `of a file with a mistake in it all else is stored`() async throws {
    try await Folder.with { folder in
      let store = try await folder.store(seed: 1)
      let saved = try await folder.save(.devtools, of: store)
      let other = try SQLiteEventStore.open(at: folder.path + "/other.sqlite")
      let whole = try await folder.importing(saved, into: store)
      let result = try await folder.importing(
        saved.dropLast() + Array(",{}]".utf8), into: other)
      #expect(result.added == whole.added)
      #expect(result.skipped == 1)
      let fault = try #require(result.faults.first)
      #expect(fault.sentence(of: "events.json").hasPrefix("“events.json”, line"))
      #expect(try await folder.save(.devtools, of: other) == saved)
    }
  }

  @Test func `a file of which nothing can be read leaves nothing`() async throws {
    try await Folder.with { folder in
      let store = try await folder.store(seed: 1)
      let before = try await store.sources()
      for text in ["[{}]", "[{}, 1, {\"a\":", "{\"format\":\"offstage/1\",\"sources\":[]}\nx\n"] {
        let error = await #expect(throws: UsageError.self) {
          try await folder.importing(Array(text.utf8), into: store)
        }
        #expect(error?.message.hasPrefix("“events.json”, line") == true)
      }
      #expect(try await store.sources() == before)
    }
  }

  @Test func `lines without their first one are stored in the sources that they name`() async throws
  {
    try await Folder.with { folder in
      let store = try await folder.store(seed: 5)
      let saved = try await folder.save(.jsonl, of: store)
      let end = try #require(saved.firstIndex(of: UInt8(ascii: "\n")))
      let other = try SQLiteEventStore.open(at: folder.path + "/other.sqlite")
      let result = try await folder.importing(Array(saved[(end + 1)...]), into: other)
      #expect(result.skipped == 1)
      #expect(result.faults.first?.text.contains("names the sources") == true)
      #expect(Set(result.sources.map(\.id)) == Set(try await store.sources().map(\.id)))
      #expect(result.sources.allSatisfy { $0.name == "events.json" })
      #expect(
        try await folder.save(.devtools, of: other) == folder.save(.devtools, of: store))
    }
  }

  @Test func `files of lines that were put together are all stored`() async throws {
    try await Folder.with { folder in
      let store = try await folder.store(seed: 6)
      var files: [UInt8] = []
      for source in try await store.sources() {
        files += try await folder.save(.jsonl, of: store, EventSelection(sources: [source.id]))
      }
      let other = try SQLiteEventStore.open(at: folder.path + "/other.sqlite")
      #expect(try await folder.importing(files, into: other).skipped == 0)
      #expect(try await folder.save(.jsonl, of: other) == folder.save(.jsonl, of: store))
    }
  }

  @Test func `an import that the disk ended goes on when it is repeated`() async throws {
    try await Folder.with { folder in
      let events = (0..<2500).map { number in
        LoggedEvent.sample(
          at: ManualClock.start - .seconds(Int64(number)), instance: "\(number)",
          ["Payload": String(repeating: "x", count: 300)])
      }
      let file = Array(
        ("["
          + events.map { String(decoding: $0.protocolJSON, as: UTF8.self) }
          .joined(separator: ",") + "]").utf8)
      let bench = try await StoreSample(folder.path + "/full.sqlite")
      _ = try await bench.limitPages(toMore: 180)
      let error = await #expect(throws: StoreError.self) {
        try await folder.importing(file, into: bench.store)
      }
      #expect(error?.message.contains("in part") == true, "\(String(describing: error))")
      #expect(error?.code == .full)
      try await bench.setPageLimit(1_000_000)
      let result = try await folder.importing(file, into: bench.store)
      #expect(result.added + result.known == 2500)
      #expect(result.known > 0)
      let source = try #require(result.sources.first?.id)
      let all = try await bench.store.events(
        after: 0, EventSelection(sources: [source]), limit: 3000)
      #expect(all.map(\.logged.instanceId) == (0..<2500).map(String.init))
    }
  }
}

/// A folder with a store of hostile events in it, and files on their way.
private struct Folder: Sendable {
  let path: String

  static func with(_ body: (Folder) async throws -> Void) async throws {
    try await withScratchFolder { try await body(Folder(path: $0)) }
  }

  func store(seed: UInt64) async throws -> SQLiteEventStore {
    var random = SeededGenerator(seed: seed)
    let store = try SQLiteEventStore.open(at: path + "/store.sqlite")
    let texts = LoggedEvent.hostileTexts.map(\.text)
    for name in texts.prefix(3) {
      let source = try await store.openSource(.sample(name), at: ManualClock.start).source.id
      var counts: [EventIdentity: Int32] = [:]
      let writes = (0..<150).map { _ -> StoreWrite in
        let text = texts.randomElement(using: &random) ?? ""
        let event = LoggedEvent.sample(
          text, Service.allCases.randomElement(using: &random) ?? .notifications,
          at: ManualClock.start + Interval(micros: .random(in: 0...80, using: &random)),
          instance: Bool.random(using: &random) ? text : "",
          ["Payload": texts.randomElement(using: &random) ?? "", text: "1"])
        defer { counts[EventIdentity(of: event), default: 0] += 1 }
        return .event(event, .live, ordinal: counts[EventIdentity(of: event), default: 0])
      }
      let gaps = (0..<3).map { index in
        StoreWrite.gapOpened(
          .pushMessaging, .turnedOff, from: ManualClock.start + Interval(micros: index * 90),
          to: ManualClock.start + Interval(micros: 300), .unknown)
      }
      _ = try await store.write(
        [
          SourceWrites(
            source: source,
            writes: writes + gaps + Self.runs + Self.workers(texts, &random)
              + Self.notifications(texts, &random) + Self.pushes(source, texts, &random))
        ], receivedUntil: ManualClock.start)
    }
    return store
  }

  /// A store with a push that was triggered, one that was not, and a trigger without events.
  func triggered(_ store: SQLiteEventStore) async throws -> SourceID {
    let now = ManualClock.start
    let source = try await store.openSource(.sample(), at: now).source.id
    let selector = WorkerSelector(origin: "https://app.example")
    var ids: [Int64] = []
    for action in [
      TriggerAction.push(selector, data: "secret"), .network(.offline, selector),
      .sync(selector, tag: "a", isLastChance: false),
    ] {
      // In the same moment: they are told apart all the same.
      ids.append(
        try await store.ask(action, by: .cli, of: source, patience: .seconds(5), at: now))
    }
    let writes = [ids[0], nil].enumerated().map { index, trigger in
      let event = LoggedEvent.sample(at: now + .seconds(Int64(index + 1)), instance: "")
      return StoreWrite.event(
        EventWrite(
          identity: EventIdentity(of: event), logged: event, received: event.timestamp,
          capture: .live, observation: nil, trigger: trigger))
    }
    _ = try await store.write(
      [SourceWrites(source: source, writes: writes)], receivedUntil: now)
    for id in ids.prefix(2) {
      try await store.end(trigger: id, with: TriggerAnswer(.done), at: now + .seconds(3))
    }
    return source
  }

  /// One that was ended, one that another followed, and one that goes on.
  private static let runs = Service.allCases.prefix(2).flatMap { service -> [StoreWrite] in
    let tokens = (1...3).map { ObservationToken(rawValue: UInt64(service.code * 10 + $0)) }
    let begun = zip(tokens, [-90, 0, 40]).map { token, micros in
      StoreWrite.observationBegan(
        token, service, browser: "Chrome/156.0.0.0", transport: "pipe",
        at: ManualClock.start + Interval(micros: micros))
    }
    let seen = ServiceStateChange(seenUntil: ManualClock.start + .minutes(1))
    return begun + [
      .observationEnded(tokens[0], at: ManualClock.start - Interval(micros: 3)),
      .serviceState(service, seen),
    ]
  }

  /// More than are read at a time, before, between and after the events.
  private static func workers(
    _ texts: [String], _ random: inout SeededGenerator
  ) -> [StoreWrite] {
    (0..<1200).map { number in
      let kind = WorkerContext.Kind.allCases[number % 3]
      return .worker(
        WorkerContext(
          kind: kind, registrationId: texts.randomElement(using: &random) ?? "", versionId: "1",
          scriptURL: number % 2 == 0 ? nil : "https://a.example/sw.js",
          text: "\(number) \(texts.randomElement(using: &random) ?? "")",
          runningStatus: kind == .version && number % 4 == 0 ? "running" : nil,
          line: kind == .error && number % 4 == 0 ? number : nil, column: nil),
        at: ManualClock.start + Interval(micros: .random(in: -50...130, using: &random)))
    }
  }

  /// As many, and the subscriptions that they were sent to.
  private static func pushes(
    _ source: SourceID, _ texts: [String], _ random: inout SeededGenerator
  ) -> [StoreWrite] {
    let made = (0..<20).map { index in
      StoreWrite.subscriptionImported(
        .sample(
          "\(index) of \(source)",
          at: ManualClock.start + Interval(micros: .random(in: -50...130, using: &random)),
          ended: index % 3 == 0))
    }
    let ends = PushMessage.End.allCases.map { Optional($0) } + [nil]
    let posted = (0..<1100).map { index -> StoreWrite in
      var message = PushMessage.sample(
        "\(1100 - index) of \(source)", to: "\(index % 20) of \(source)",
        at: ManualClock.start + Interval(micros: .random(in: -50...130, using: &random)),
        refused: index % 5 == 0
          ? .init(
            code: "ttl-missing", detail: texts.randomElement(using: &random) ?? "",
            hint: index % 2 == 0 ? nil : "") : nil,
        status: index % 5 == 0 ? 400 : 201, end: ends[index % ends.count])
      message.headers.append(.init("X", texts.randomElement(using: &random) ?? ""))
      message.injected =
        index % 7 == 0 ? .respond(429, headers: [.init("retry-after", "5")]) : nil
      return .pushImported(message)
    }
    return made + posted
  }

  /// As many, some of one moment: their numbers tell them apart, in whatever order they were stored.
  private static func notifications(
    _ texts: [String], _ random: inout SeededGenerator
  ) -> [StoreWrite] {
    (0..<1100).map { index in
      var notification = StoredNotification(
        ShownNotification(
          number: UInt32(1100 - index), title: texts.randomElement(using: &random) ?? "",
          body: texts.randomElement(using: &random) ?? "",
          origin: index % 3 == 0 ? nil : "https://a.example",
          actions: texts.prefix(index % 3).map {
            .init(title: $0, isReply: index % 2 == 0, placeholder: index % 4 == 0 ? $0 : nil)
          },
          staysOpen: index % 5 == 0, isSilent: index % 7 == 0,
          icon: index % 2 == 0 ? [UInt8(index % 256)] : nil,
          shown: ManualClock.start + Interval(micros: .random(in: -50...130, using: &random))))
      if index % 3 == 0 { notification.closed = ManualClock.start + .seconds(1) }
      return .notificationImported(notification)
    }
  }

  func save(
    _ format: ExportFormat, of store: SQLiteEventStore,
    _ selection: EventSelection = EventSelection()
  ) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await Export(format, of: selection).run(store: store) { bytes += $0 }
    return bytes
  }

  func importing(_ bytes: [UInt8], into store: SQLiteEventStore) async throws -> Import.Result {
    let file = try ImportFile.spool(as: "events.json", in: path)
    try file.append(bytes)
    return try await Import(file).run(store: store, clock: ManualClock())
  }
}
