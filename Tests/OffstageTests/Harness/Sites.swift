import OffstageTesting
import Testing

extension Tag {
  /// Talks to a real browser.
  @Tag static var browser: Self
}

/// Sites for the tests.
enum Sites {
  private static let worker = LoopbackSite.Page(
    "text/javascript",
    """
    self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', event => event.waitUntil(clients.claim()));
    self.addEventListener('push', () => {});
    self.addEventListener('sync', () => {});
    self.addEventListener('periodicsync', () => {});
    self.addEventListener('message', event => event.ports[0]?.postMessage(0));
    """)

  private static func page(_ script: String) -> LoopbackSite.Page {
    LoopbackSite.Page(
      "text/html",
      "<!doctype html><meta charset=utf-8><title>Site</title><script>\(script)</script>")
  }

  /// `/` does nothing by itself; `/sync` registers a sync in its first script.
  static let pages = [
    "/": page(""),
    "/sync": page(
      """
      navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)
        .then(registration => registration.sync.register('first'));
      """),
    "/sw.js": worker,
  ]
}
