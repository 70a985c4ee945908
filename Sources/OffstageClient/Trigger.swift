/// What a recorded browser is to do (`Docs/drive.md`).
///
/// Where a service worker is meant, `origin` and `scope` say which; without them it has to be the only
/// one.
public struct Trigger: Sendable, Hashable, Encodable {
  private var kind: String
  private var origin: String?
  private var scope: String?
  private var data: String?
  private var real: Bool?
  private var tag: String?
  private var lastChance: Bool?
  private var change: String?
  private var gesture: String?
  private var button: Int?
  private var text: String?
  private var name: String?
  private var setting: String?

  private init(_ kind: String, _ origin: String?, _ scope: String? = nil) {
    self.kind = kind
    self.origin = origin
    self.scope = scope
  }

  /// - Parameters:
  ///   - data: nil for none.
  ///   - isReal: encrypted and by the push service of `offstage open --push`, not as DevTools does it.
  public static func push(
    data: String?, isReal: Bool = false, origin: String? = nil, scope: String? = nil
  ) -> Trigger {
    var trigger = Trigger("push", origin, scope)
    (trigger.data, trigger.real) = (data, isReal ? true : nil)
    return trigger
  }

  public static func sync(
    tag: String, isLastChance: Bool = false, origin: String? = nil, scope: String? = nil
  ) -> Trigger {
    var trigger = Trigger("sync", origin, scope)
    (trigger.tag, trigger.lastChance) = (tag, isLastChance)
    return trigger
  }

  public static func periodicSync(
    tag: String, origin: String? = nil, scope: String? = nil
  ) -> Trigger {
    var trigger = Trigger("periodic-sync", origin, scope)
    trigger.tag = tag
    return trigger
  }

  /// Takes the network from the worker, so that its syncs are held.
  public static func offline(origin: String? = nil, scope: String? = nil) -> Trigger {
    Trigger("offline", origin, scope)
  }

  /// Gives it back; returns once the syncs that were held are dispatched.
  public static func online(origin: String? = nil, scope: String? = nil) -> Trigger {
    Trigger("online", origin, scope)
  }

  public enum WorkerChange: String, Sendable { case start, stop, update, unregister }

  public static func worker(
    _ change: WorkerChange, origin: String? = nil, scope: String? = nil
  ) -> Trigger {
    var trigger = Trigger("worker", origin, scope)
    trigger.change = change.rawValue
    return trigger
  }

  public enum Gesture: Sendable, Hashable {
    case click
    case dismiss
    /// One of its buttons, from 0.
    case action(Int)
    case reply(String)
  }

  /// To the newest that is shown, or the newest with the tag.
  public static func notification(
    _ gesture: Gesture, tag: String? = nil, origin: String? = nil
  ) -> Trigger {
    var trigger = Trigger("notification", origin)
    trigger.tag = tag
    switch gesture {
    case .click: trigger.gesture = "click"
    case .dismiss: trigger.gesture = "dismiss"
    case .action(let button): (trigger.gesture, trigger.button) = ("action", button)
    case .reply(let text): (trigger.gesture, trigger.text) = ("reply", text)
    }
    return trigger
  }

  public enum PermissionSetting: String, Sendable { case granted, denied, prompt }

  public static func permission(
    _ name: String, _ setting: PermissionSetting, origin: String
  ) -> Trigger {
    var trigger = Trigger("permission", origin)
    (trigger.name, trigger.setting) = (name, setting.rawValue)
    return trigger
  }

  public static func clearSiteData(origin: String) -> Trigger {
    Trigger("clear-site-data", origin)
  }
}
