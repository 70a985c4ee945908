import OffstageCore
import OffstageTesting

/// A browser as far as its log goes: it logs, keeps, replays and loses.
struct ModelBrowser {
  private struct Entry {
    var timestamp: Timestamp
    var service: Service
    var name: String
    var instance: String
    var metadata: [String: String]

    /// As CDP gives it: the metadata's order is random.
    var event: LoggedEvent {
      .sample(name, service, at: timestamp, instance: instance, metadata)
    }
  }

  private var log: [Entry] = []
  private(set) var now = ManualClock.start
  private let services: [Service]

  init(_ services: [Service]) {
    self.services = services
  }

  /// Everything that it keeps.
  var events: [LoggedEvent] { log.map(\.event) }

  mutating func pass(_ interval: Interval) { now = now + interval }

  /// Logs something; in a while the same again, within the same microsecond or later.
  mutating func logNext(_ service: Service? = nil, using random: inout SeededGenerator)
    -> LoggedEvent
  {
    if let last = log.last, service == nil || service == last.service, random.chance(in: 3) {
      var entry = last
      if random.chance(in: 2) { now = now + Interval(micros: 1) }
      entry.timestamp = now
      log.append(entry)
      return entry.event
    }
    if !random.chance(in: 3) {
      now = now + Interval(micros: Int64.random(in: 1...4, using: &random))
    }
    let service = service ?? services.randomElement(using: &random) ?? .pushMessaging
    let names = EventCatalogue.entries.filter { $0.service == service }.map(\.name)
    let entry = Entry(
      timestamp: now, service: service, name: names.randomElement(using: &random) ?? "",
      instance: ["", "a", "b"].randomElement(using: &random) ?? "",
      metadata: random.chance(in: 2) ? [:] : ["Status": "Success", "Payload": "p", "Reason": ""])
    log.append(entry)
    return entry.event
  }

  /// By time; among those of one microsecond in any order.
  func replay(_ service: Service, using random: inout SeededGenerator) -> [LoggedEvent] {
    log.filter { $0.service == service }.map { ($0, random.next()) }
      .sorted { ($0.0.timestamp, $0.1) < ($1.0.timestamp, $1.1) }
      .map(\.0.event)
  }

  mutating func wipe(_ service: Service) { log.removeAll { $0.service == service } }

  /// The worker of these instances was unregistered.
  mutating func wipe(instance: String) { log.removeAll { $0.instance == instance } }
}
