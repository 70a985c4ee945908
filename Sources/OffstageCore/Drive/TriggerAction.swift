/// Something that Offstage makes a browser do.
package enum TriggerAction: Sendable, Hashable {
  /// A push as `ServiceWorker.deliverPushMessage` delivers it: no encryption, no permission asked,
  /// no message id. Without `data` the event's `data` is null.
  case push(WorkerSelector, data: String?)
  /// A push that is encrypted for the worker's subscription, signed, and posted to the push service of
  /// the data folder; from there it comes as any other does.
  case webPush(WorkerSelector, data: String?)
  case sync(WorkerSelector, tag: String, isLastChance: Bool)
  case periodicSync(WorkerSelector, tag: String)
  case network(Connectivity, WorkerSelector)
  case worker(WorkerSelector, WorkerChange)
  case notification(NotificationSelector, NotificationGesture)
  case abortFetch(WorkerSelector, id: String)
  case clearSiteData(origin: String)
  case permission(origin: String, name: String, PermissionSetting)
}

/// Which service worker registration is meant; what is nil does not matter. It has to mean one.
package struct WorkerSelector: Sendable, Hashable {
  /// Serialised, without a path: `https://app.example`.
  package var origin: String?
  /// The scope's whole URL.
  package var scope: String?

  package init(origin: String? = nil, scope: String? = nil) {
    self.origin = origin
    self.scope = scope
  }
}

/// What the worker takes the network for.
package enum Connectivity: String, Sendable, Hashable, CaseIterable {
  case offline
  case online
}

package enum WorkerChange: String, Sendable, Hashable, CaseIterable {
  case start
  case stop
  case update
  case unregister
}

/// The states of a permission, <https://w3c.github.io/permissions/#dfn-permission-state>.
package enum PermissionSetting: String, Sendable, Hashable, CaseIterable {
  case granted
  case denied
  case prompt
}

/// Which of the notifications on the screen is meant; it has to mean one, else the newest.
package struct NotificationSelector: Sendable, Hashable {
  package var origin: String?
  package var tag: String?
  package var title: String?
  /// The number that the desk gave it.
  package var number: UInt32?

  package init(
    origin: String? = nil, tag: String? = nil, title: String? = nil, number: UInt32? = nil
  ) {
    self.origin = origin
    self.tag = tag
    self.title = title
    self.number = number
  }
}

/// What a person does to a notification.
package enum NotificationGesture: Sendable, Hashable {
  case click
  /// One of its buttons, by its place from 0, as in `Notification.actions`.
  case action(Int)
  case reply(String)
  case dismiss
}
