/// A message that was posted to the push service, with what bears on it: what is said of it follows
/// from these values alone.
package struct PostedPush: Sendable, Hashable {
  package var message: PushMessage
  /// Nil if there is none of that token.
  package var subscription: PushSubscription?
  /// Whose browser it was for; nil if that is not known.
  package var source: SourceName?
  /// Whether the browser's own log tells of it.
  package var isLogged: Bool
  /// Until when the browser's log was surely watched, without a break since it was sent. Nil if it was
  /// not, or if events of then were removed.
  package var watchedUntil: Timestamp?
  /// When its sender was told first that there is no such subscription any more.
  package var toldGone: Timestamp?

  package init(
    _ message: PushMessage, subscription: PushSubscription? = nil, source: SourceName? = nil,
    isLogged: Bool = false, watchedUntil: Timestamp? = nil, toldGone: Timestamp? = nil
  ) {
    self.message = message
    self.subscription = subscription
    self.source = source
    self.isLogged = isLogged
    self.watchedUntil = watchedUntil
    self.toldGone = toldGone
  }
}

extension PostedPush {
  /// Its browser has said something of it: Chromium in its log, Firefox by its answer.
  var isTold: Bool {
    if case .firefox = subscription?.client { return message.delivery.answer != nil }
    return isLogged
  }
}

extension EventSelection {
  /// A message is of a source, an origin, an id and a time: of nothing else that an event has.
  package var mayHavePushes: Bool {
    (services.isEmpty || services.contains(.pushMessaging))
      && self
        == EventSelection(
          services: services, origins: origins, sources: sources, instances: instances,
          since: since, until: until)
  }
}
