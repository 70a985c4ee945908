import JSON
import OffstageCore

/// What an origin's empty page tells of the origin.
struct StandInAnswer: Sendable {
  var origin = ""
  var isSecure = false
  var isOnline = true
  var permissions: [String: String] = [:]
  /// Nil if they can't be read.
  var scopes: [String]?
  var worker: OriginFacts.Worker?

  /// Push has to be asked for as it is used.
  static let question = """
    (async () => {
      const attempt = async ask => { try { return await ask() ?? null; } catch { return null; } };
      const permissions = {};
      for (const name of ['push', 'notifications', 'background-sync', 'periodic-background-sync',
        'background-fetch', 'payment-handler']) {
        const asked = name === 'push' ? { name, userVisibleOnly: true } : { name };
        permissions[name] = await attempt(async () => (await navigator.permissions.query(asked)).state);
      }
      const container = navigator.serviceWorker;
      const all = container && await attempt(() => container.getRegistrations());
      const mine = container && await attempt(() => container.getRegistration(location.href));
      const version = mine && (mine.active ?? mine.waiting ?? mine.installing);
      let push = null;
      try {
        push = mine && (await mine.pushManager.getSubscription())?.endpoint || 'none';
      } catch {}
      return {
        origin: location.origin,
        isSecure: isSecureContext,
        isOnline: navigator.onLine,
        permissions,
        scopes: all ? all.map(registration => registration.scope) : null,
        worker: version && {
          scope: mine.scope,
          scriptURL: version.scriptURL,
          activeState: mine.active?.state ?? null,
          isInstalling: Boolean(mine.installing),
          isWaiting: Boolean(mine.waiting),
          push,
          syncTags: await attempt(() => mine.sync.getTags()),
          periodicTags: await attempt(() => mine.periodicSync.getTags()),
          fetchIds: await attempt(() => mine.backgroundFetch.getIds()),
        } || null,
      };
    })()
    """

  init(_ raw: RawJSON) throws(JSONError) {
    let root = try JSONObject(parsing: raw)
    origin = try root.text("origin") ?? ""
    isSecure = try root.flag("isSecure")
    isOnline = try root.flag("isOnline")
    scopes = try root.texts("scopes")
    let states = try root.object("permissions") ?? JSONObject()
    for name in states.keys { permissions[name] = try states.text(name) }
    guard let worker = root["worker"], worker != .null else { return }
    self.worker = try Self.worker(JSONObject(parsing: worker))
  }

  private static func worker(_ object: JSONObject) throws(JSONError) -> OriginFacts.Worker {
    var worker = OriginFacts.Worker(
      scope: try object.text("scope") ?? "", scriptURL: try object.text("scriptURL") ?? "",
      activeState: try object.text("activeState"))
    worker.isInstalling = try object.flag("isInstalling")
    worker.isWaiting = try object.flag("isWaiting")
    worker.syncTags = try object.texts("syncTags")
    worker.periodicTags = try object.texts("periodicTags")
    worker.fetchIds = try object.texts("fetchIds")
    switch try object.text("push") {
    case nil: break
    case "none"?: worker.subscription = .none
    case let endpoint?:
      // The path is the capability to push: it is nobody's but the site's.
      let origin = OriginFacts.origin(of: endpoint) ?? ""
      worker.subscription = .at(host: String(origin.split(separator: "/").last ?? "?"))
    }
    return worker
  }
}

extension RawJSON {
  fileprivate static let null = RawJSON(unchecked: Array("null".utf8))
}

extension JSONObject {
  fileprivate func text(_ key: String) throws(JSONError) -> String? {
    guard let raw = self[key], raw != .null else { return nil }
    var reader = JSONReader(raw.bytes)
    return try reader.readString()
  }

  fileprivate func flag(_ key: String) throws(JSONError) -> Bool {
    guard let raw = self[key] else { return false }
    var reader = JSONReader(raw.bytes)
    return try reader.readBool()
  }

  fileprivate func texts(_ key: String) throws(JSONError) -> [String]? {
    guard let raw = self[key], raw != .null else { return nil }
    var reader = JSONReader(raw.bytes)
    var list: [String] = []
    try reader.enterArray()
    while try reader.nextElement() { list.append(try reader.readString()) }
    return list
  }
}
