import OffstageTesting

/// Sites that lack something.
enum DoctorSites {
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
    LoopbackSite.Page("text/html", "<!doctype html><title>Site</title><script>\(script)</script>")
  }

  private static let registering = page("navigator.serviceWorker.register('/sw.js')")

  static let withoutWorker = ["/": page("")]

  /// It begins with a question to the person.
  static let wholeWithQuestion = whole.merging([
    "/": page("confirm('Shall we?'); navigator.serviceWorker.register('/sw.js')")
  ]) { $1 }

  static let whole = [
    "/": registering,
    "/sw.js": worker(
      """
      self.addEventListener('push', () => {});
      self.onnotificationclick = () => {};
      self.addEventListener('sync', () => {});
      """),
  ]

  static let withoutPush = [
    "/": registering, "/sw.js": worker("self.addEventListener('sync', () => {});"),
  ]

  static let withoutScript = ["/": registering]

  static let withAnotherScope = [
    "/": page("navigator.serviceWorker.register('/out/sw.js')"), "/out/sw.js": worker(""),
  ]

  static let withScriptThatIsText = [
    "/": registering, "/sw.js": LoopbackSite.Page("text/plain", "self.onpush = () => {};"),
  ]

  /// Its worker throws whenever it starts again.
  static let withBrokenWorker = [
    "/": registering,
    "/sw.js": worker("if (registration.active) settings.theme = 'dark';"),
  ]

  /// Its sync fails, and waits for the next attempt.
  static let withFailingSync = [
    "/": page(
      """
      navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)
        .then(registration => registration.sync.register('outbox'));
      """),
    "/sw.js": worker(
      "self.addEventListener('sync', event => event.waitUntil(Promise.reject(new Error('no'))));"),
  ]
}
