import Foundation
import JSON
import OffstageCore

/// A recording as a file in `jsonl`, without what no two recordings have in common: ports, ids of
/// sources, numbers of registrations and versions. Its times stay.
struct CorpusFile {
  let scenario: CorpusScenario
  let origin: String
  let browser: String
  private let source: SourceID
  private var lines: [(at: Timestamp, line: String)] = []
  private var registrations: [String: String] = ["-1": "-1"]
  private var versions: [String: String] = [:]

  init(scenario: CorpusScenario, origin: String, browser: String) {
    self.scenario = scenario
    self.origin = origin
    self.browser = browser
    source = SourceID(UUID(named: scenario.name))
  }

  mutating func add(_ event: StoredEvent) {
    let logged = event.logged
    let same = LoggedEvent(
      timestampNumber: logged.timestampNumber, service: logged.service,
      eventName: logged.eventName, instanceId: logged.instanceId, origin: logged.origin,
      storageKey: logged.storageKey,
      serviceWorkerRegistrationId: registration(logged.serviceWorkerRegistrationId),
      metadata: logged.metadata, extra: logged.extra)
    guard let same else { return }
    add(at: logged.timestamp) { [source] writer in
      ExchangeLines.write(
        ExchangeEvent(
          logged: same, ordinal: event.identity.ordinal, source: source, capture: event.capture,
          scope: event.scope), to: &writer)
    }
  }

  mutating func add(_ entry: WorkerContextEntry) {
    var entry = entry
    entry.context.registrationId = registration(entry.context.registrationId)
    if !entry.context.versionId.isEmpty {
      entry.context.versionId = Self.number(entry.context.versionId, among: &versions)
    }
    add(at: entry.at) { [source] writer in
      ExchangeLines.write(ExchangeWorker(source: source, entry: entry), to: &writer)
    }
  }

  mutating func add(_ message: PushMessage) {
    add(at: message.received) { [source] writer in
      ExchangeLines.write(ExchangePush(source: source, message: message), to: &writer)
    }
  }

  mutating func add(_ subscription: PushSubscription) {
    add(at: subscription.created) { [source] writer in
      ExchangeLines.write(
        ExchangeSubscription(source: source, subscription: subscription), to: &writer)
    }
  }

  mutating func add(_ gap: Gap) {
    var gap = gap
    gap.source.id = source
    add(at: gap.from) { [gap] writer in ExchangeLines.write(ExchangeGap(gap), to: &writer) }
  }

  /// The stretch in which all six services were recorded.
  mutating func addWatched(from: Timestamp, to: Timestamp) {
    add(at: from) { [source] writer in
      ExchangeLines.write(ExchangeWatch(source: source, from: from, to: to), to: &writer)
    }
  }

  private mutating func add(at moment: Timestamp, _ write: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    write(&writer)
    lines.append((moment, writer.string.trimmingCharacters(in: .newlines)))
  }

  // MARK: The file

  func write(into folder: String) throws {
    let path = folder + "/" + scenario.path
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let sorted = lines.enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }
    let text = ([head] + planted + sorted.map(\.element.line)).joined(separator: "\n") + "\n"
    let authority = origin.split(separator: "/").last.map(String.init) ?? origin
    try text.replacing(origin, with: Self.origin).replacing(authority, with: "app.example")
      .replacing(/127\.0\.0\.1:[0-9]+/, with: "127.0.0.1:7789")
      .write(toFile: path, atomically: true, encoding: .utf8)
  }

  static let origin = "https://app.example"

  private var head: String {
    var writer = JSONWriter()
    ExchangeLines.write(
      [ExchangeSource(id: source, name: scenario.name, browser: browser)], to: &writer)
    return writer.string.trimmingCharacters(in: .newlines)
  }

  private var planted: [String] {
    guard !scenario.rules.isEmpty else { return [] }
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("type", "planted")
      writer.memberArray("rules") { writer in
        for rule in scenario.rules { writer.value(rule) }
      }
    }
    return [writer.string]
  }

  // MARK: Numbers

  private mutating func registration(_ number: String) -> String {
    Self.number(number, among: &registrations)
  }

  private static func number(_ number: String, among known: inout [String: String]) -> String {
    if let name = known[number] { return name }
    let name = "\(known.values.filter { $0 != "-1" }.count)"
    known[number] = name
    return name
  }
}

extension UUID {
  /// The same for the same name.
  fileprivate init(named name: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    for (index, byte) in name.utf8.enumerated() {
      bytes[index % 16] = bytes[index % 16] &* 31 &+ byte
      bytes[(index + 5) % 16] ^= byte &+ UInt8(truncatingIfNeeded: index)
    }
    self = bytes.withUnsafeBytes { $0.loadUnaligned(as: UUID.self) }
  }
}
