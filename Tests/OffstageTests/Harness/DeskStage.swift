import CDP
import Foundation
import JSON
import OffstageCapture
import OffstageCore
import OffstageTesting
import Testing

/// A browser whose notifications appear on a desk of ours, with a site and a recorder.
struct DeskStage: Sendable {
  let bench: Bench
  let desk: any NotificationDesk
  let client: Client
  let site: LoopbackSite
  let worker: Worker

  static func with(_ body: @Sendable (DeskStage) async throws -> Void) async throws {
    try await Bench.with { bench in
      let folder = bench.folder + "/browser"
      var seed = ProfileSeed()
      seed.permissions = [.notifications]
      try seed.apply(userDataDir: folder, nowMicros: SystemClock().now().micros)
      try await LoopbackSite.with(pages) { site in
        try await PrivateDesk.with(
          clock: SystemClock(), parents: [FileManager.default.temporaryDirectory.path, "/tmp"],
          version: "1"
        ) { desk in
          try await Chromium.with(folder, environment: desk.environment) { chromium in
            let recorder = try await bench.attach(chromium)
            try await Client.with(port: chromium.port) { client in
              let worker = try await client.openWorker(site)
              try await body(
                DeskStage(bench: bench, desk: desk, client: client, site: site, worker: worker))
            }
            try await recorder.interrupt()
          }
        }
      }
    }
  }

  /// Shows a notification from the page, as `registration.showNotification(title, options)`.
  func show(_ title: String, _ options: String = "{}") async throws {
    try await page(
      "await worker.showNotification(\(title.debugDescription), \(options))")
  }

  /// Of the page; gives what it came to as text.
  @discardableResult
  func page(_ script: String, in session: SessionID? = nil) async throws -> String {
    let reply = try await client.connection.call(
      Runtime.Evaluate(
        expression: """
          (async () => {
            const worker = await navigator.serviceWorker.ready;
            \(script)
          })().then(value => String(value))
          """, returnByValue: true, awaitPromise: true), session: session ?? worker.page)
    if let exception = reply.exceptionDetails {
      throw Unexpected(exception.exception?.description ?? exception.text)
    }
    var reader = JSONReader(reply.result.value?.bytes ?? [])
    return try reader.readString()
  }

  /// What the worker's handlers were given, in their order; returns when there are so many.
  func told(_ count: Int) async throws -> [String] {
    try await page(
      "while (window.told.length < \(count)) await new Promise(done => setTimeout(done, 10));")
    return try await page("return window.told.join('\\n')").split(separator: "\n").map(String.init)
  }

  /// Returns what is on the desk once it is as wanted.
  func shown(
    _ what: String, where condition: @escaping @Sendable ([ShownNotification]) -> Bool
  ) async throws -> [ShownNotification] {
    try await eventually(what) { condition(await desk.shown()) }
    return await desk.shown()
  }

  /// The one that is shown next, of an empty desk.
  func shown() async throws -> ShownNotification {
    try await shown("a notification") { $0.count == 1 }[0]
  }

  /// The page that a worker has opened, once it is there.
  func opened(_ path: String) async throws -> SessionID {
    let url = site.origin + path
    let found = Awaited<Target.TargetID?>(nil)
    try await eventually("the page \(url)") {
      let targets = try await client.connection.call(Target.GetTargets()).targetInfos
      guard let target = targets.first(where: { $0.type == "page" && $0.url == url }) else {
        return false
      }
      found.update { $0 = target.targetId }
      return true
    }
    let page = try await client.attach(found.value!)
    try await eventually("\(url) has a title") {
      try await !client.text(of: "document.title", in: page).isEmpty
    }
    return page
  }

  /// What the browser has logged of notifications, in the order of time, with its metadata.
  func logged(_ count: Int) async throws -> [String] {
    try await bench.stored(atLeast: count, "--service", "notifications")
    return try await bench.events("--service", "notifications").map { event in
      // Without the moment and the registration, which is the site's first.
      String(event.key.split(separator: " ", maxSplits: 2).last ?? "")
        .replacing("” 0 ", with: "” ").replacing("\n", with: "\\n")
    }
  }

  private static let pages: [String: LoopbackSite.Page] = [
    "/": LoopbackSite.Page(
      "text/html",
      """
      <!doctype html><meta charset=utf-8><title>Site</title><script>
      window.told = [];
      navigator.serviceWorker.addEventListener('message', event => window.told.push(event.data));
      navigator.serviceWorker.startMessages();
      </script>
      """),
    "/opened": LoopbackSite.Page(
      "text/html", "<!doctype html><meta charset=utf-8><title>Opened</title>"),
    "/icon.png": LoopbackSite.Page("image/png", bytes: Picture.png(width: 48, height: 48)),
    "/image.png": LoopbackSite.Page("image/png", bytes: Picture.png(width: 300, height: 60)),
    "/sw.js": LoopbackSite.Page(
      "text/javascript",
      """
      self.addEventListener('install', () => self.skipWaiting());
      self.addEventListener('activate', event => event.waitUntil(clients.claim()));
      const pages = () => clients.matchAll({ type: 'window' });
      const tell = async text => (await pages()).forEach(page => page.postMessage(text));
      self.addEventListener('notificationclick', event => event.waitUntil((async () => {
        const { data, title } = event.notification;
        await tell(['click', title, event.action, event.reply].join('|'));
        if (data === 'close') event.notification.close();
        if (data === 'open') await clients.openWindow('/opened');
        if (data === 'focus') {
          const page = (await pages()).find(page => page.url.endsWith('/'));
          await tell('focused ' + (await page.focus()).focused);
        }
      })()));
      self.addEventListener('message', event => event.waitUntil(
        clients.openWindow('/opened').then(() => tell('opened'), error => tell(error.name))));
      self.addEventListener('notificationclose', event =>
        event.waitUntil(tell(['close', event.notification.title].join('|'))));
      """),
  ]
}
