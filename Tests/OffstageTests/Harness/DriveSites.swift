import OffstageTesting

/// Sites whose workers are driven.
enum DriveSites {
  private static func worker(_ script: String) -> LoopbackSite.Page {
    LoopbackSite.Page(
      "text/javascript",
      """
      self.addEventListener('install', () => self.skipWaiting());
      self.addEventListener('activate', event => event.waitUntil(clients.claim()));
      \(script)
      """)
  }

  private static func page(_ script: String) -> LoopbackSite.Page {
    LoopbackSite.Page(
      "text/html",
      "<!doctype html><meta charset=utf-8><title>Site</title><script>\(script)</script>")
  }

  static let whole = [
    "/": page("navigator.serviceWorker.register('/sw.js')"),
    "/other": page("navigator.serviceWorker.register('/sw.js', { scope: '/other' })"),
    "/outbox": page(
      """
      navigator.serviceWorker.ready.then(registration => registration.sync.register('outbox'));
      """),
    "/download": page(
      """
      navigator.serviceWorker.ready
        .then(registration => registration.backgroundFetch.fetch('movie', ['/movie']));
      """),
    "/sent": LoopbackSite.Page("text/plain", "sent"),
    "/movie": .silent,
    "/sw.js": worker(
      """
      self.addEventListener('push', event => {
        if (event.data?.text() === 'forever') event.waitUntil(new Promise(() => {}));
        if (event.data?.text() === 'reject') event.waitUntil(Promise.reject(new Error('no')));
      });
      self.addEventListener('sync', event => event.waitUntil(fetch('/sent')));
      self.addEventListener('periodicsync', () => {});
      """),
  ]

  static let withoutHandlers = [
    "/": page("navigator.serviceWorker.register('/sw.js')"), "/sw.js": worker(""),
  ]
}
