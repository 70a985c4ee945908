import CDP
import Foundation
import OffstageTesting
import Synchronization

/// A Firefox with the push service at hand, on a page that subscribes by itself. It has no connection
/// for tools: the site is told by the page and its worker how it goes, and what is pushed says what to
/// do.
struct FirefoxScene: SubscribedScene {
  /// What the page and its worker have told so far.
  final class Told: Sendable {
    private let held = Mutex<[String]>([])

    var all: [String] { held.withLock { $0 } }

    func add(_ line: String) { held.withLock { $0.append(line) } }

    /// Waits for the first of what begins so, from `index` on.
    func first(_ head: String, from index: Int = 0, within limit: Duration = .seconds(90))
      async throws -> String
    {
      func found() -> String? { all.dropFirst(index).first { $0.hasPrefix(head) } }
      do {
        try await eventually("“\(head)”", within: limit) { found() != nil }
      } catch {
        throw Unexpected("\(error); told was \(all)")
      }
      return String((found() ?? "").dropFirst(head.count))
    }
  }

  static let isThere =
    (try? BrowserFinder(environment: Machine.environment).findAny("firefox")) != nil

  let bench: Bench
  let site: LoopbackSite
  let told: Told
  let key: String

  static func with(_ body: @Sendable (FirefoxScene) async throws -> Void) async throws {
    try await Bench.with { bench in
      let keys = try await bench.json("push", "vapid", "--json")
      guard let key = keys["privateKey"] as? String, let publicKey = keys["publicKey"] as? String
      else { throw Unexpected("\(keys)") }
      let told = Told()
      try await LoopbackSite.with(pages(publicKey), hear: { told.add($1) }) { site in
        try await body(FirefoxScene(bench: bench, site: site, told: told, key: key))
      }
    }
  }

  /// Opens it, and waits for the subscription as JSON.stringify writes it.
  func subscribed(_ options: String...) async throws -> RunningProgram {
    let seen = told.all.count
    let program = try bench.start(
      ["open", "--browser", "firefox", "--headless", "--push", "--no-ui"] + options
        + [site.origin + "/"])
    let subscription = try await told.first("subscription ", from: seen)
    try subscription.write(toFile: file, atomically: true, encoding: .utf8)
    return program
  }

  var file: String { bench.folder + "/subscription.json" }

  var endpoint: String {
    get throws {
      let read = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: file)))
      return (read as? [String: Any])?["endpoint"] as? String ?? ""
    }
  }

  /// The events of a push, once there is one of that name.
  func events(of id: String, until name: String) async throws -> [String] {
    var names: [String] = []
    try await eventually("“\(name)” of \(id)", within: .seconds(90)) {
      names = try await self.names(of: id)
      return names.contains(name)
    }
    return names
  }

  func operation(of id: String) async throws -> [String: Any] {
    let list = try await bench.json("operations", "tag:\"\(id)\"", "--json")["operations"]
    return (list as? [[String: Any]])?.first ?? [:]
  }

  private static func pages(_ publicKey: String) -> [String: LoopbackSite.Page] {
    let tell = "const tell = (text) => fetch('/told', { method: 'POST', body: text });"
    return [
      "/told": LoopbackSite.Page("text/plain", ""),
      "/empty": LoopbackSite.Page("text/html", "<!doctype html><title>Another</title>"),
      "/": LoopbackSite.Page(
        "text/html",
        """
        <!doctype html><meta charset=utf-8><title>Push</title><script>
        \(tell)
        navigator.serviceWorker.onmessage = () => location.replace('/empty');
        (async () => {
          await navigator.serviceWorker.register('/sw.js');
          const { pushManager } = await navigator.serviceWorker.ready;
          const known = await pushManager.getSubscription();
          await tell('known ' + (known?.endpoint ?? 'none'));
          const subscription = known ?? await pushManager.subscribe(
            { userVisibleOnly: true, applicationServerKey: '\(publicKey)' });
          await tell('subscription ' + JSON.stringify(subscription));
        })().catch((mistake) => tell('mistake ' + mistake));
        </script>
        """),
      "/sw.js": LoopbackSite.Page(
        "text/javascript",
        """
        \(tell)
        self.addEventListener('install', () => self.skipWaiting());
        self.addEventListener('activate', event => event.waitUntil(clients.claim()));
        self.addEventListener('push', event => event.waitUntil((async () => {
          const text = event.data?.text() ?? 'nothing';
          const pages = await clients.matchAll({ type: 'window' });
          await tell(`push ${text} pages ${pages.length}`);
          if (text === 'fail') throw new Error('as asked');
          if (text === 'leave') for (const page of pages) page.postMessage('leave');
          if (text === 'unsubscribe') {
            const subscription = await registration.pushManager.getSubscription();
            await tell('unsubscribed ' + await subscription.unsubscribe());
            return;
          }
          await registration.showNotification(text);
          await tell('shown ' + text);
        })()));
        """),
    ]
  }
}
