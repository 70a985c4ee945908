import OffstageCore
import Protobuf

/// Takes the records of the service worker database in, in any order, and puts together what they
/// tell.
struct ProfileRecords {
  private var events: [LoggedEvent] = []
  private var registrations: [InspectedRegistration] = []
  private var scripts: [String: [InspectedRegistration.Script]] = [:]
  private var syncs: [PendingSync] = []
  private var fetches = FetchRecords()
  private var subscriptions: [String: InspectedSubscription] = [:]
  /// How many records of a kind can't be read.
  private var broken: [String: Int] = [:]

  private static let eventPrefix = "devtools_background_services_"

  init(_ database: LevelDB) {
    for (key, value) in database.values {
      guard let key = RecordKey(key) else { continue }
      take(key, value)
    }
  }

  private mutating func take(_ key: RecordKey, _ value: ArraySlice<UInt8>) {
    switch key {
    case .registration(let storageKey, let id):
      guard let registration = InspectedRegistration(id, storageKey, value) else {
        return note("service worker registrations")
      }
      registrations.append(registration)
    case .script(let versionId):
      guard let record = ProtobufReader.fields(value), let url = record.text(2) else {
        return note("worker scripts")
      }
      scripts[versionId, default: []].append(
        .init(url: url, bytes: record.int(3), sha256: record.text(4)?.lowercased()))
    case .userData(let id, let name):
      takeUserData(id, name, value)
    }
  }

  private mutating func takeUserData(_ id: String, _ name: String, _ value: ArraySlice<UInt8>) {
    switch name {
    case _ where name.hasPrefix(Self.eventPrefix):
      // The browser's own tests log under the number 1.
      if name.hasPrefix(Self.eventPrefix + "1_") { return }
      guard let event = LoggedEvent(record: value) else { return note("logged events") }
      events.append(event)
    case "BackgroundSyncUserData":
      guard let found = PendingSync.all(of: id, value) else { return note("pending syncs") }
      syncs += found
    case "push_registration_id":
      subscription(id) { $0.tokenHash = SHA256.hexadecimal(value) }
    case "push_sender_id":
      subscription(id) { $0.senderHash = SHA256.hexadecimal(value) }
    case _ where name.hasPrefix("bgfetch_"):
      if !fetches.take(id, name, value) { note("background fetches") }
    default: break
    }
  }

  private mutating func note(_ kind: String) { broken[kind, default: 0] += 1 }

  private mutating func subscription(
    _ id: String, _ change: (inout InspectedSubscription) -> Void
  ) {
    change(
      &subscriptions[
        id,
        default: InspectedSubscription(
          registrationId: id, scope: nil, tokenHash: nil, senderHash: nil)])
  }

  func fill(_ report: inout ProfileReport) {
    report.events = events.map { (EventIdentity(of: $0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    report.registrations = registrations.map { registration in
      var registration = registration
      registration.scripts = (scripts[registration.versionId] ?? []).sorted { $0.url < $1.url }
      return registration
    }.sorted { ($0.scope, $0.id) < ($1.scope, $1.id) }
    report.syncs = syncs.sorted {
      ($0.notBefore?.micros ?? 0, $0.origin, $0.tag) < (
        $1.notBefore?.micros ?? 0, $1.origin, $1.tag
      )
    }
    report.fetches = fetches.fetches.map { fetch in
      var fetch = fetch
      // Its own record has it in a form that changes with the browser's versions.
      fetch.origin = report.registration(fetch.registrationId)?.origin ?? ""
      return fetch
    }
    report.subscriptions = subscriptions.values.map { subscription in
      var subscription = subscription
      subscription.scope = report.registration(subscription.registrationId)?.scope
      return subscription
    }.sorted { ($0.scope ?? "", $0.registrationId) < ($1.scope ?? "", $1.registrationId) }
    report.faults += broken.sorted { $0.key < $1.key }.map { kind, count in
      "\(count) of the \(kind) can't be read."
    }
  }
}

extension InspectedRegistration {
  /// With a slash at the end, as the log has it.
  fileprivate var origin: String {
    let parts = scope.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    return parts.count > 3 ? parts[..<3].joined(separator: "/") + "/" : scope
  }

  /// Source: components/services/storage/service_worker, service_worker_database.proto.
  fileprivate init?(_ id: String, _ storageKey: String, _ record: ArraySlice<UInt8>) {
    guard let message = ProtobufReader.fields(record), let scope = message.text(2),
      let script = message.text(3)
    else { return nil }
    self.init(
      id: id, storageKey: storageKey, scope: scope, script: script,
      isActive: message.bool(5) ?? false, hasFetchHandler: message.bool(6) ?? false,
      versionId: "\(message.int(4) ?? 0)",
      lastUpdateCheck: BrowserTime.optionalTimestamp(micros: message.int(7)),
      bytes: message.int(8))
  }
}

extension PendingSync {
  /// Those of one registration; nil if they can't be read.
  ///
  /// Source: content/browser/background_sync, background_sync.proto.
  fileprivate static func all(
    of registrationId: String, _ record: ArraySlice<UInt8>
  ) -> [PendingSync]? {
    guard let message = ProtobufReader.fields(record) else { return nil }
    var syncs: [PendingSync] = []
    for registration in message.messages(1) {
      guard let registration, let tag = registration.text(2) else { return nil }
      let interval = registration.message(9).map { $0.int(1) ?? 0 }
      syncs.append(
        PendingSync(
          tag: tag, origin: message.text(3) ?? "", registrationId: registrationId,
          attempts: registration.int(7) ?? 0, maxAttempts: registration.int(10),
          notBefore: BrowserTime.optionalTimestamp(micros: registration.int(8)),
          minInterval: interval.map { Interval(milliseconds: $0) }))
    }
    return syncs
  }
}

extension Interval {
  fileprivate init(milliseconds: Int64) {
    let (micros, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
    self.init(micros: overflow ? .max : micros)
  }
}
