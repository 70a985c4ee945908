import Foundation
import OffstageCore
import OffstageTesting

@testable import OffstageStore

/// A store of known events, closed, whose file can be spoilt.
struct DamagedStore {
  static let pageSize = 4096

  let folder: String
  let source: SourceID
  let events: [StoredEvent]
  var path: String { folder + "/offstage.sqlite" }

  /// Pushes, each with its number as `<0042>` in its payload, to two origins in turn.
  init(in folder: String, events count: Int) async throws {
    self.folder = folder
    let bench = try await StoreSample(folder + "/offstage.sqlite")
    try await bench.write(
      (0..<count).map { .event(Self.event($0)) } + [
        .registration(
          WorkerRegistration(
            registrationId: "0", scope: "https://app0.example/", isDeleted: false),
          at: ManualClock.start),
        .gapOpened(
          .pushMessaging, .wiped, from: ManualClock.start, to: ManualClock.start + .seconds(1), .yes
        ),
      ])
    source = bench.source
    events = try await bench.all()
    try await bench.store.close()
    dropLog()
  }

  static func event(_ number: Int) -> LoggedEvent {
    let origin = "https://app\(number % 2).example/"
    return .sample(
      at: ManualClock.start + .seconds(Int64(number)), instance: "\(number)", origin: origin,
      storageKey: origin, ["Payload": name(number) + String(repeating: "x", count: number % 200)])
  }

  static func name(_ number: Int) -> String {
    "<" + String("\(10_000 + number)".dropFirst()) + ">"
  }

  func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  func write(_ bytes: Data) throws { try bytes.write(to: URL(fileURLWithPath: path)) }

  func overwrite(page: Int) throws {
    var bytes = try bytes()
    let start = page * Self.pageSize
    for index in start..<start + Self.pageSize { bytes[index] = 0xA5 }
    try write(bytes)
  }

  func pages() throws -> [Data] {
    let bytes = try bytes()
    return stride(from: 0, to: bytes.count, by: Self.pageSize).map {
      bytes.subdata(in: $0..<min($0 + Self.pageSize, bytes.count))
    }
  }

  /// The events that lie on a page.
  func events(on page: Data) -> [StoredEvent] {
    events.filter { event in
      Int(event.logged.instanceId).map { page.range(of: Data(Self.name($0).utf8)) != nil } ?? false
    }
  }

  /// Opens the store and closes it again.
  func withStore<Value>(_ body: (StoreSample) async throws -> Value) async throws -> Value {
    let bench = StoreSample(store: try SQLiteEventStore.open(at: path), source: source)
    let value = try await body(bench)
    try await bench.store.close()
    dropLog()
    return value
  }

  /// All of it is in the file once the store is closed.
  private func dropLog() {
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  func salvage() async throws -> SalvageReport? {
    try await SQLiteEventStore.salvage(at: path, now: ManualClock.start)
  }

  func files() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder))
      .subtracting(["offstage.sqlite-lock"])
  }
}
