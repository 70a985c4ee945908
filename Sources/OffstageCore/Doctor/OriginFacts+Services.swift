/// The six services.
extension OriginFacts {
  func serviceChecks(_ service: Service, isAsked: Bool) -> [OriginCheck] {
    guard isAsked || isUsed(service) else {
      guard case .known = handlers else { return [] }
      return [
        OriginCheck(
          service, "used", .note,
          "\(service.title) is not in use: \(Self.absence(service)).")
      ]
    }
    return [
      handlerCheck(service), permissionCheck(service, isAsked: isAsked),
      useCheck(service, isAsked: isAsked), recordedCheck(service),
    ].compactMap { $0 }
  }

  private static func absence(_ service: Service) -> String {
    let handler = "no handler for \(ServiceHandlers(service).all[0])"
    switch service {
    case .pushMessaging: return "\(handler), no subscription"
    case .notifications: return "\(handler), no permission"
    case .backgroundSync: return "\(handler), no tag that waits"
    case .periodicBackgroundSync: return "\(handler), no tag registered"
    case .backgroundFetch: return "\(handler), no fetch under way"
    case .paymentHandler: return handler
    }
  }

  private func isUsed(_ service: Service) -> Bool {
    if recorded[service] ?? 0 > 0 || hasTraces(service) { return true }
    guard case .known(let handled) = handlers else { return false }
    return !handled.isDisjoint(with: ServiceHandlers(service).all)
  }

  /// The site has asked for it, whatever its worker handles.
  private func hasTraces(_ service: Service) -> Bool {
    switch service {
    case .pushMessaging:
      switch worker?.subscription ?? .unknown {
      case .at, .atOurs: return true
      case .unknown, .none: return false
      }
    case .notifications: return permissions["notifications"] == "granted"
    case .backgroundSync: return worker?.syncTags?.isEmpty == false
    case .periodicBackgroundSync: return worker?.periodicTags?.isEmpty == false
    case .backgroundFetch: return worker?.fetchIds?.isEmpty == false
    case .paymentHandler: return false
    }
  }

  // MARK: Handlers

  private func handlerCheck(_ service: Service) -> OriginCheck? {
    guard case .known(let handled) = handlers else { return nil }
    let wanted = ServiceHandlers(service)
    let missing = (wanted.required + wanted.expected).filter { !handled.contains($0) }
    guard let first = missing.first else {
      let rest = wanted.optional.filter { !handled.contains($0) }
      let present = wanted.all.filter(handled.contains).joined(separator: ", ")
      let absent = rest.isEmpty ? "" : " (not \(rest.joined(separator: ", ")), which may be)"
      return OriginCheck(service, "handler", .ok, "The worker handles \(present)\(absent).")
    }
    let isFault = missing.contains { wanted.required.contains($0) }
    return OriginCheck(
      service, "handler", isFault ? .no : .warning,
      "The worker does not handle \(missing.joined(separator: ", ")): \(wanted.loss)",
      mend:
        "Add self.addEventListener('\(first)', …) at the top level of its script; what is added "
        + "later is missed.")
  }

  // MARK: Permission

  private func permissionCheck(_ service: Service, isAsked: Bool) -> OriginCheck {
    let name = service.permission
    switch permissions[name] {
    case "granted"?:
      return OriginCheck(service, "permission", .ok, "The permission \(name) is granted.")
    case "denied"? where service == .periodicBackgroundSync:
      let problems = installProblems ?? []
      let why = problems.isEmpty ? "" : "; what keeps it from being one: "
      return OriginCheck(
        service, "permission", .no,
        "The permission \(name) is denied: Chromium grants it to installed apps alone"
          + why + problems.joined(separator: ", ") + ".",
        mend: "Install the site as an app. To try it out: offstage open \(url) --grant \(name)")
    case "denied"?:
      return OriginCheck(
        service, "permission", .no, "The permission \(name) is denied: \(service.denial)",
        mend: "Allow it in the browser's settings of the site.")
    case "prompt"? where service == .backgroundFetch:
      return OriginCheck(
        service, "permission", .warning, "The browser asks before each fetch, or starts it paused.",
        mend: "Start fetches from a click.")
    case "prompt"?:
      return OriginCheck(
        service, "permission", isAsked || hasTraces(service) ? .no : .warning,
        "The permission \(name) is neither granted nor denied: nobody has been asked here, or "
          + "nobody has answered.",
        mend: "Call Notification.requestPermission() from a click. To try it out: "
          + "offstage open \(url) --grant \(name)")
    default:
      return OriginCheck(
        service, "permission", .unknown, "This browser does not tell how \(name) stands.")
    }
  }

  // MARK: Use

  private func useCheck(_ service: Service, isAsked: Bool) -> OriginCheck? {
    switch service {
    case .pushMessaging: return subscription(isAsked: isAsked)
    case .backgroundSync: return pending
    case .periodicBackgroundSync: return registered(isAsked: isAsked)
    case .backgroundFetch:
      guard let ids = worker?.fetchIds else { return nil }
      return OriginCheck(
        service, "active", .note,
        ids.isEmpty ? "No fetch is under way." : "Under way: \(Self.list(ids)).")
    case .notifications, .paymentHandler: return nil
    }
  }

  private func subscription(isAsked: Bool) -> OriginCheck? {
    guard let worker else { return nil }
    switch worker.subscription {
    case .at(let host):
      return OriginCheck(
        .pushMessaging, "subscription", .ok, "The worker is subscribed, at \(host)")
    case .atOurs:
      let place = browser.pushService.map { ", \($0)" } ?? ""
      return OriginCheck(
        .pushMessaging, "subscription", .ok,
        "The worker is subscribed, at Offstage's push service\(place)")
    case .none:
      return OriginCheck(
        .pushMessaging, "subscription", isAsked ? .no : .warning,
        "The worker has no push subscription in this browser: no server can reach it.",
        mend: "Call registration.pushManager.subscribe() once the permission is granted, and send "
          + "what it gives to your server: older subscriptions may be gone.")
    case .unknown:
      return OriginCheck(
        .pushMessaging, "subscription", .unknown, "The push subscription could not be read.")
    }
  }

  private var pending: OriginCheck? {
    guard let tags = worker?.syncTags else { return nil }
    guard !tags.isEmpty else {
      return OriginCheck(.backgroundSync, "pending", .note, "No sync waits to fire.")
    }
    let told = tags.map { tag in
      let found = pendingSyncs?.first { $0.tag == tag && $0.service == .backgroundSync }
      return Self.quoted(tag) + (found.map { " (\($0.told(at: now)))" } ?? "")
    }
    return OriginCheck(
      .backgroundSync, "pending", isOnline == false ? .warning : .note,
      "Waiting to fire: \(told.joined(separator: ", ")).")
  }

  private func registered(isAsked: Bool) -> OriginCheck? {
    guard let tags = worker?.periodicTags else { return nil }
    return tags.isEmpty
      ? OriginCheck(
        .periodicBackgroundSync, "registered", isAsked ? .no : .warning,
        "No tag is registered, so nothing fires.",
        mend: "Call registration.periodicSync.register() once the permission is granted.")
      : OriginCheck(
        .periodicBackgroundSync, "registered", .ok, "Registered: \(Self.list(tags)).")
  }

  private func recordedCheck(_ service: Service) -> OriginCheck? {
    guard let count = recorded[service] else { return nil }
    return OriginCheck(
      service, "recorded", .note,
      count == 0
        ? "None of its events is recorded yet."
        : "\(count) of its events \(count == 1 ? "is" : "are") recorded: offstage events "
          + "--service \(service.shortName) --origin \(origin)")
  }

  // MARK: Words of the site

  private static func list(_ words: [String]) -> String {
    words.map(quoted).joined(separator: ", ")
  }

  /// A site may name things as it likes, at any length.
  private static func quoted(_ word: String) -> String {
    "“\(word.count > 60 ? word.prefix(60) + "…" : word[...])”"
  }
}

/// The events that a service sends to a worker.
struct ServiceHandlers {
  /// Without these the service is of no use.
  var required: [String] = []
  /// Without these something is lost.
  var expected: [String] = []
  var optional: [String] = []
  /// What happens without them.
  var loss: String

  var all: [String] { required + expected + optional }

  init(_ service: Service) {
    switch service {
    case .pushMessaging:
      required = ["push"]
      loss = "a push that arrives shows nothing of the site's."
    case .notifications:
      expected = ["notificationclick"]
      optional = ["notificationclose"]
      loss = "a click on a notification does nothing."
    case .backgroundSync:
      required = ["sync"]
      loss = "a sync that fires does nothing."
    case .periodicBackgroundSync:
      required = ["periodicsync"]
      loss = "a periodic sync that fires does nothing."
    case .backgroundFetch:
      required = ["backgroundfetchsuccess"]
      expected = ["backgroundfetchfail", "backgroundfetchabort"]
      optional = ["backgroundfetchclick"]
      loss = "what was fetched is thrown away when the fetch ends so."
    case .paymentHandler:
      required = ["paymentrequest"]
      optional = ["canmakepayment"]
      loss = "nobody can pay with it."
    }
  }
}

extension Service {
  /// What it needs, by the W3C's name.
  var permission: String {
    switch self {
    case .pushMessaging: "push"
    case .notifications: "notifications"
    case .backgroundSync: "background-sync"
    case .periodicBackgroundSync: "periodic-background-sync"
    case .backgroundFetch: "background-fetch"
    case .paymentHandler: "payment-handler"
    }
  }

  fileprivate var denial: String {
    switch self {
    case .pushMessaging: "the browser drops each push and ends the subscription."
    case .notifications: "the browser shows none of the site's."
    case .backgroundSync: "the browser refuses to register a sync."
    case .periodicBackgroundSync: "the browser refuses to register a tag."
    case .backgroundFetch: "the browser refuses to start a fetch."
    case .paymentHandler: "the browser does not offer it."
    }
  }
}

extension PendingSync {
  fileprivate func told(at now: Timestamp) -> String {
    let attempt =
      maxAttempts.map { "attempt \(attempts + 1) of \($0)" } ?? "attempt \(attempts + 1)"
    guard let next = notBefore else { return attempt }
    return next > now ? "\(attempt), in \((next - now).short)" : "\(attempt), due"
  }
}
