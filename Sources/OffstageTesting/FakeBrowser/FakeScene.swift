/// What a browser logs of one story, with the names, keys and order of the catalogue
/// (Docs/browser-facts.md §4).
package struct FakeScene: Sendable, Hashable {
  package struct Entry: Sendable, Hashable {
    /// Since the entry before.
    package var afterMicros: Int64
    package var service: FakeService
    package var name: String
    package var instanceID: String
    package var metadata: [FakeEvent.Metadata]
    package var isLiveOnly = false
  }

  package var entries: [Entry] = []
  /// Of the pages, without a slash at the end; none for the script's own.
  package var origin: String?

  package init(origin: String? = nil) {
    self.origin = origin
  }

  /// The same of another site.
  package func at(_ origin: String) -> FakeScene {
    var scene = self
    scene.origin = origin
    return scene
  }

  mutating func add(
    _ service: FakeService, _ name: String, _ instanceID: String,
    _ metadata: KeyValuePairs<String, String> = [:], after micros: Int64 = 1_000,
    isLiveOnly: Bool = false
  ) {
    let sorted = metadata.map { FakeEvent.Metadata(key: $0.key, value: $0.value) }
      .sorted { $0.key < $1.key }
    entries.append(
      Entry(
        afterMicros: micros, service: service, name: name, instanceID: instanceID,
        metadata: sorted, isLiveOnly: isLiveOnly))
  }
}

// MARK: - Push

extension FakeScene {
  package enum PushStatus: String, Sendable, CaseIterable {
    case success = "Success"
    case rejected = "waitUntil Rejected"
    case timeout = "Timeout"
  }

  /// A push by the push service, which shows a notification if one is named.
  package static func push(
    id: String, payload: String, status: PushStatus = .success, notification: String? = nil
  ) -> FakeScene {
    var scene = FakeScene()
    scene.add(
      .pushMessaging, "Push message received", id,
      ["Success": "Yes", "Was Encrypted": "Yes", "Payload": payload])
    scene.add(.pushMessaging, "Push event dispatched", id, ["Payload": payload], after: 400)
    if let notification {
      scene.add(
        .notifications, "Notification displayed", notification,
        ["Title": "News", "Body": payload], after: 3_000)
    }
    let delay: Int64 = status == .timeout ? 98_000_000 : 13_000
    scene.add(
      .pushMessaging, "Push event completed", id, ["Status": status.rawValue], after: delay)
    return scene
  }

  /// Docs/browser-facts.md §4: a push that cannot be read logs nothing more.
  package static func undecryptablePush(id: String) -> FakeScene {
    var scene = FakeScene()
    scene.add(
      .pushMessaging, "Push message received", id,
      ["Success": "No", "Was Encrypted": "Yes", "Error Reason": "AES-GCM decryption failed"])
    return scene
  }

  static func push(dispatchedByClient data: String) -> FakeScene {
    var scene = FakeScene()
    scene.add(
      .pushMessaging, "Push event dispatched", "", data.isEmpty ? [:] : ["Payload": data])
    return scene
  }

  static func push(completed status: PushStatus) -> FakeScene {
    var scene = FakeScene()
    scene.add(
      .pushMessaging, "Push event completed", "", ["Status": status.rawValue], after: 20_000)
    return scene
  }
}

// MARK: - Sync

extension FakeScene {
  /// Docs/browser-facts.md §4: retries after 5 and 15 minutes, then the browser gives up.
  package static func sync(tag: String, failures: Int = 0) -> FakeScene {
    var scene = FakeScene()
    scene.add(.backgroundSync, "Registered sync", tag)
    var delay: Int64 = 300_000
    var pause: Int64 = 1_000
    for attempt in 0..<min(failures, 3) {
      let isLast = attempt == 2
      scene.add(
        .backgroundSync, "Dispatched sync event", tag, ["Last Chance": isLast ? "Yes" : "No"],
        after: pause)
      if isLast {
        scene.add(
          .backgroundSync, "Sync completed", tag, ["Status": "waitUntil rejected"], after: 9_000)
        return scene
      }
      scene.add(
        .backgroundSync, "sync event failed", tag,
        ["Next Attempt Delay (ms)": String(delay), "Failure Reason": "waitUntil rejected"],
        after: 9_000)
      pause = delay * 1_000
      delay *= 3
    }
    scene.add(
      .backgroundSync, "Dispatched sync event", tag, ["Last Chance": failures == 2 ? "Yes" : "No"],
      after: pause)
    scene.add(.backgroundSync, "Sync completed", tag, ["Status": "succeeded"], after: 9_000)
    return scene
  }

  static func sync(dispatchedByClient tag: String, isLastChance: Bool) -> FakeScene {
    var scene = FakeScene()
    scene.add(
      .backgroundSync, "Dispatched sync event", tag, ["Last Chance": isLastChance ? "Yes" : "No"])
    return scene
  }

  /// Docs/browser-facts.md §4: the delay comes before the registration.
  package static func periodicSync(tag: String, failing: Bool = false) -> FakeScene {
    let service = FakeService.periodicBackgroundSync
    let delay = "86399999"
    var scene = FakeScene()
    scene.add(service, "Got next event delay", tag, ["Next Attempt Delay (ms)": delay])
    scene.add(service, "Registered periodicsync", tag, ["minInterval": "43200000"], after: 100)
    scene.add(service, "Dispatched periodicsync event", tag, after: 86_399_999_000)
    if failing {
      scene.add(
        service, "periodicsync event failed", tag,
        ["Next Attempt Delay (ms)": "300000", "Failure Reason": "waitUntil rejected"])
    } else {
      scene.add(
        service, "periodicsync event completed", tag, ["Next Attempt Delay (ms)": delay])
    }
    return scene
  }

  static func periodicSync(dispatchedByClient tag: String) -> FakeScene {
    var scene = FakeScene()
    scene.add(.periodicBackgroundSync, "Dispatched periodicsync event", tag)
    return scene
  }
}
