/// A service the fake browser logs, spelled as CDP spells it.
package enum FakeService: String, CaseIterable, Sendable, Hashable {
  case backgroundFetch
  case backgroundSync
  case periodicBackgroundSync
  case notifications
  case pushMessaging
  case paymentHandler
}
