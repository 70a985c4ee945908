package import JSON

extension TriggerAction {
  /// Names of `kind`, for those who write one.
  package static let kinds = [
    "push", "sync", "periodic-sync", "offline", "online", "worker", "notification", "fetch-abort",
    "clear-site-data", "permission",
  ]

  package var kind: String {
    switch self {
    case .push, .webPush: "push"
    case .sync: "sync"
    case .periodicSync: "periodic-sync"
    case .network(let connectivity, _): connectivity.rawValue
    case .worker: "worker"
    case .notification: "notification"
    case .abortFetch: "fetch-abort"
    case .clearSiteData: "clear-site-data"
    case .permission: "permission"
    }
  }

  /// Such as `{"kind":"sync","origin":"https://app.example","tag":"outbox","lastChance":false}`.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("kind", kind)
      worker?.write(to: &writer)
      switch self {
      case .push(_, let data):
        writer.member(orNull: "data", data)
      case .webPush(_, let data):
        writer.member(orNull: "data", data)
        writer.member("real", true)
      case .sync(_, let tag, let isLastChance):
        writer.member("tag", tag)
        writer.member("lastChance", isLastChance)
      case .periodicSync(_, let tag):
        writer.member("tag", tag)
      case .network:
        break
      case .worker(_, let change):
        writer.member("change", change.rawValue)
      case .notification(let selector, let gesture):
        selector.write(to: &writer)
        gesture.write(to: &writer)
      case .abortFetch(_, let id):
        writer.member("id", id)
      case .clearSiteData(let origin):
        writer.member("origin", origin)
      case .permission(let origin, let name, let setting):
        writer.member("origin", origin)
        writer.member("name", name)
        writer.member("setting", setting.rawValue)
      }
    }
  }

  package var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.string
  }

  /// The worker that is meant, where one is.
  package var worker: WorkerSelector? {
    switch self {
    case .push(let worker, _), .webPush(let worker, _), .sync(let worker, _, _),
      .periodicSync(let worker, _),
      .network(_, let worker), .worker(let worker, _), .abortFetch(let worker, _):
      worker
    case .notification, .clearSiteData, .permission: nil
    }
  }

  /// The service that logs what comes of it, where one does.
  package var service: Service? {
    switch self {
    case .push, .webPush: .pushMessaging
    case .sync: .backgroundSync
    case .periodicSync: .periodicBackgroundSync
    case .notification: .notifications
    case .abortFetch: .backgroundFetch
    case .network, .worker, .clearSiteData, .permission: nil
    }
  }

  /// Reads what `write` writes. What it does not know is a mistake.
  package init(parsing raw: RawJSON) throws(UsageError) {
    var members = try TriggerMembers(raw)
    self = try members.action()
    try members.expectNoOthers(of: kind)
  }
}

extension WorkerSelector {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member(orNull: "origin", origin)
    writer.member(orNull: "scope", scope)
  }
}

extension NotificationSelector {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member(orNull: "origin", origin)
    writer.member(orNull: "tag", tag)
    writer.member(orNull: "title", title)
    writer.member(orNull: "number", number)
  }
}

extension NotificationGesture {
  fileprivate func write(to writer: inout JSONWriter) {
    switch self {
    case .click: writer.member("gesture", "click")
    case .dismiss: writer.member("gesture", "dismiss")
    case .action(let button):
      writer.member("gesture", "action")
      writer.member("button", button)
    case .reply(let text):
      writer.member("gesture", "reply")
      writer.member("text", text)
    }
  }
}
