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

  /// It throws from its second start on.
  static let throwing = [
    "/": page("navigator.serviceWorker.register('/sw.js')"),
    "/sw.js": worker("if (registration.active) throw new Error('bad morning');"),
  ]

  /// Its pages are told what the worker is told of clicks.
  static let notifying = [
    "/": page(
      """
      window.told = [];
      navigator.serviceWorker.addEventListener('message', event => window.told.push(event.data));
      navigator.serviceWorker.register('/sw.js');
      """),
    "/icon.png": LoopbackSite.Page("image/png", bytes: Picture.png(width: 48, height: 48)),
    "/image.png": LoopbackSite.Page("image/png", bytes: Picture.png(width: 300, height: 60)),
    "/sw.js": worker(
      """
      const tell = async text => (await clients.matchAll()).forEach(page => page.postMessage(text));
      self.addEventListener('notificationclick', event => {
        event.notification.close();
        event.waitUntil(tell(['click', event.notification.title, event.action, event.reply].join('|')));
      });
      self.addEventListener('notificationclose', event =>
        event.waitUntil(tell(['close', event.notification.title].join('|'))));
      """),
  ]

  static let withoutHandlers = [
    "/": page("navigator.serviceWorker.register('/sw.js')"), "/sw.js": worker(""),
  ]
}
