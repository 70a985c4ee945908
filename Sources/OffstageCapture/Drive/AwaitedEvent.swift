import OffstageCore

/// An event that a trigger is expected to cause.
struct AwaitedEvent: Sendable, Hashable {
  var service: Service
  var name: String
  /// Nil until it is known: it is any with the payload.
  var instance: String?
  var registration: String
  /// Of two triggers that wait for such an event, the one with the event's payload is meant.
  var payload: String?

  func matches(_ event: LoggedEvent) -> Bool {
    guard event.service == service, event.eventName == name,
      event.serviceWorkerRegistrationId == registration
    else { return false }
    // What DevTools delivers has no message id.
    return instance.map { $0 == event.instanceId }
      ?? (!event.instanceId.isEmpty && isMeant(by: event))
  }

  func isMeant(by event: LoggedEvent) -> Bool { payload == event.value("Payload") }
}

extension LoggedEvent {
  func value(_ key: String) -> String? { metadata.first { $0.key == key }?.value }
}
