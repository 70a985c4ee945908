import CDP
import Foundation
import OffstageTesting
import Testing

/// What a site, a recorder and another client do with a browser: the same on every stage.
struct Story {
  let bench: Bench
  let stage: any Stage
  let site: LoopbackSite
  let client: Client
  /// Sees what the browser logs, so that the next act begins when the last one is over.
  let observer: SessionID

  /// What the store holds in the end.
  static func play(on stage: any Stage, in bench: Bench, site: LoopbackSite) async throws -> Kept {
    try await Client.with(port: stage.port) { client in
      let story = Story(
        bench: bench, stage: stage, site: site, client: client,
        observer: try await client.observe())
      try await story.play()
      return try await Kept(of: bench)
    }
  }

  private func play() async throws {
    let first = try await openWorker()
    try await logBeforeAnyRecorder(first)
    try await recording(until: 14) { recorder in
      try await logWhatIsLive(first)
      try await turnOffAndOn(first, before: recorder)
      try await clear(.backgroundSync)
    }
    try await logging(2) { try await first.push(1, from: 4) }
    try await recording(until: 17) { _ in
      try await logging(1) { try await dispatch("after the clearing", by: first) }
    }
    try await recording(until: 19) { _ in
      let second = try await replace(first)
      try await logging(2) { try await second.push(1, from: 5) }
    }
    try await recording(until: 19) { _ in }
  }

  /// A recorder that has caught up before `act`, and ends when so many events are stored: what of
  /// them came live is no matter of chance then.
  private func recording(
    until count: Int, _ act: (RunningProgram) async throws -> Void
  ) async throws {
    client.forget()
    let program = try bench.start("attach", "--port", "\(stage.port)", "--ui-port", "0")
    try await program.says("Recording “")
    for service in BackgroundService.ServiceName.recorded {
      try await client.recordingState(of: service, becomes: true, in: observer)
    }
    try await act(program)
    try await bench.stored(atLeast: count)
    try await program.interrupt()
  }

  /// A service that is not recorded, and one that another client records.
  private func logBeforeAnyRecorder(_ worker: Worker) async throws {
    try await client.setRecording(.pushMessaging, true, in: observer)
    try await logging(2) {
      try await dispatch("not recorded", by: worker)
      try await worker.push(1)
    }
  }

  private func logWhatIsLive(_ worker: Worker) async throws {
    try await logging(2) { try await worker.push(1, from: 1) }
    // Two that are alike but for their time.
    try await logging(2) { try await worker.push(1, from: 1) }
    try await logging(3) { try await stage.sync("outbox", by: worker) }
    try await logging(1) { try await dispatch("the last", isLast: true, by: worker) }
    try await logging(1) {
      _ = try await client.connection.call(
        ServiceWorker.DispatchPeriodicSyncEvent(
          origin: worker.origin, registrationId: worker.registrationID, tag: "daily"),
        session: worker.page)
    }
  }

  private func turnOffAndOn(_ worker: Worker, before recorder: RunningProgram) async throws {
    client.forget()
    try await client.setRecording(.pushMessaging, false, in: observer)
    try await recorder.says("gap: ")
    try await logging(1) {
      try await worker.push(1, from: 2)
      try await dispatch("meanwhile", by: worker)
    }
    // Else the end of that push is logged once recording is on again.
    try await stage.settle(worker, of: client)
    client.forget()
    try await client.setRecording(.pushMessaging, true, in: observer)
    try await logging(2) { try await worker.push(1, from: 3) }
  }

  private func clear(_ service: BackgroundService.ServiceName) async throws {
    _ = try await client.connection.call(
      BackgroundService.ClearEvents(service: service), session: observer)
  }

  /// The site's registration goes, and its log with it; the site comes back with a new one.
  private func replace(_ worker: Worker) async throws -> Worker {
    _ = try await client.connection.call(
      ServiceWorker.Unregister(scopeURL: worker.origin + "/"), session: worker.page)
    // A worker lives on as long as its pages.
    _ = try await client.connection.call(Target.CloseTarget(targetId: worker.target))
    try await eventually("an empty log") { try await client.replay().isEmpty }
    return try await openWorker()
  }

  // MARK: Acts

  private func openWorker() async throws -> Worker {
    try await client.openWorker(site) { page in
      try await stage.register(site, from: page, of: client)
    }
  }

  /// Returns when so many events were logged by what `act` does.
  private func logging(_ count: Int, by act: () async throws -> Void) async throws {
    client.forget()
    try await act()
    try await client.events(count, in: observer)
  }

  private func dispatch(
    _ tag: String, isLast: Bool = false, by worker: Worker
  ) async throws {
    _ = try await client.connection.call(
      ServiceWorker.DispatchSyncEvent(
        origin: worker.origin, registrationId: worker.registrationID, tag: tag, lastChance: isLast),
      session: worker.page)
  }
}

extension Worker {
  fileprivate var registrationID: ServiceWorker.RegistrationID {
    ServiceWorker.RegistrationID(rawValue: registration)
  }
}

/// What a store holds, without what no two recordings have in common: numbers, times, ids of
/// sources. Of the times the order is left, which is that of the lines.
struct Kept: Sendable {
  var events: [String]
  var gaps: [String]

  init(of bench: Bench) async throws {
    let answer = try await bench.run("events", "--jsonl", "--limit", "0")
    events = try answer.output.split(separator: "\n").map { line in
      try Self.line(
        JSONSerialization.jsonObject(with: Data(line.utf8)),
        without: ["id", "timestamp", "timestampMicros", "receivedMicros"])
    }
    let list = try await bench.json("gaps", "--json")["gaps"] as? [[String: Any]] ?? []
    gaps = try list.map { gap in
      var gap = gap
      gap["isOpen"] = gap["toMicros"] is NSNull
      return try Self.line(gap, without: ["id", "fromMicros", "toMicros", "from", "to"])
    }.sorted()
  }

  private static func line(_ read: Any, without names: [String]) throws -> String {
    guard var object = read as? [String: Any] else { throw Unexpected("\(read)") }
    for name in names { object[name] = nil }
    if var source = object["source"] as? [String: Any] {
      source["id"] = nil
      object["source"] = source
    }
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }
}
