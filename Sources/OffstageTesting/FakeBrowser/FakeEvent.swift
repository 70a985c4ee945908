/// One event of the browser's log. Two are equal when a recorder could not tell them apart.
package struct FakeEvent: Sendable, Hashable {
  package struct Metadata: Sendable, Hashable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// Unix time.
  package var micros: Int64
  package var service: FakeService
  package var name: String
  package var instanceID: String
  /// With its trailing slash, as the browser gives it.
  package var origin: String
  package var storageKey: String
  package var registrationID: String
  /// Sorted by key. What goes over the wire has another order every time.
  package var metadata: [Metadata]

  package init(
    micros: Int64, service: FakeService, name: String, instanceID: String, origin: String,
    storageKey: String, registrationID: String, metadata: [Metadata]
  ) {
    self.micros = micros
    self.service = service
    self.name = name
    self.instanceID = instanceID
    self.origin = origin
    self.storageKey = storageKey
    self.registrationID = registrationID
    self.metadata = metadata
  }

  /// Events of no registration are shown live and never kept
  /// (Docs/browser-facts.md §4, paymentHandler).
  package var isLiveOnly: Bool { registrationID == Self.noRegistration }

  package static let noRegistration = "-1"

  /// The browser's number: seconds. Chromium 156 divides twice, and its float noise with it:
  /// 1795391067266098 µs is written 1795391067.2660978.
  package var timestamp: Double { Double(micros) / 1e3 / 1e3 }
}
