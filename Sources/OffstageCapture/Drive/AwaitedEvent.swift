import OffstageCore

/// An event that a trigger is expected to cause.
struct AwaitedEvent: Sendable, Hashable {
  var service: Service
  var name: String
  var instance: String
  var registration: String
  /// Of two triggers that wait for such an event, the one with the event's payload is meant.
  var payload: String?

  func matches(_ event: LoggedEvent) -> Bool {
    event.service == service && event.eventName == name && event.instanceId == instance
      && event.serviceWorkerRegistrationId == registration
  }

  func isMeant(by event: LoggedEvent) -> Bool { payload == event.value("Payload") }
}

extension LoggedEvent {
  func value(_ key: String) -> String? { metadata.first { $0.key == key }?.value }
}
