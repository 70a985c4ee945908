import CDP
import Foundation
import JSON
import OffstageTesting

/// A browser with the push service at hand, on a page that subscribes.
struct PushScene: SubscribedScene {
  static let site = [
    "/": LoopbackSite.Page(
      "text/html",
      """
      <!doctype html><meta charset=utf-8><title>Push</title><script>
      const ready = navigator.serviceWorker.register('/sw.js')
        .then(() => navigator.serviceWorker.ready);
      async function subscribe(applicationServerKey) {
        const registration = await ready;
        const subscription = await registration.pushManager.subscribe(
          { userVisibleOnly: true, applicationServerKey });
        return JSON.stringify(subscription);
      }
      async function inWorker() {
        const registration = await ready;
        const channel = new MessageChannel();
        registration.active.postMessage('endpoint', [channel.port2]);
        return new Promise((done) => { channel.port1.onmessage = ({ data }) => done(data); });
      }
      </script>
      """),
    "/sw.js": LoopbackSite.Page(
      "text/javascript",
      """
      self.addEventListener('install', () => self.skipWaiting());
      self.addEventListener('activate', event => event.waitUntil(clients.claim()));
      self.addEventListener('push', event => {
        const text = event.data?.text() ?? 'nothing';
        if (text !== 'silent') event.waitUntil(registration.showNotification(text));
      });
      self.addEventListener('message', event => event.waitUntil((async () => {
        const subscription = await registration.pushManager.getSubscription();
        event.ports[0].postMessage(subscription?.endpoint ?? 'none');
      })()));
      """),
  ]

  let bench: Bench
  private let site: LoopbackSite
  private let profile: String
  private let userDataDir: String
  let key: String
  let publicKey: String
  /// As JSON.stringify writes it.
  let subscription: String

  var file: String { bench.folder + "/subscription-\(profile).json" }

  /// Subscribes in the page that `open` has opened.
  init(_ bench: Bench, _ site: LoopbackSite, in profile: String) async throws {
    self.bench = bench
    self.site = site
    self.profile = profile
    userDataDir = bench.path(ofProfile: profile)
    let keys = try await bench.json("push", "vapid", "--json")
    guard let key = keys["privateKey"] as? String, let publicKey = keys["publicKey"] as? String
    else { throw Unexpected("\(keys)") }
    self.key = key
    self.publicKey = publicKey
    subscription = try await Self.inPage(
      of: site, userDataDir, "subscribe('\(publicKey)')")
    try subscription.write(toFile: file, atomically: true, encoding: .utf8)
  }

  /// What an expression comes to in the site's page.
  func inPage(_ expression: String) async throws -> String {
    try await Self.inPage(of: site, userDataDir, expression)
  }

  /// Closes all pages, the browser's own too.
  func closeAllPages() async throws {
    try await Client.with(port: Self.port(userDataDir)) { client in
      for target in try await client.connection.call(Target.GetTargets()).targetInfos
      where target.type == "page" {
        _ = try await client.connection.call(Target.CloseTarget(targetId: target.targetId))
      }
      try await eventually("no page") {
        try await !client.connection.call(Target.GetTargets()).targetInfos
          .contains { $0.type == "page" }
      }
    }
  }

  /// The endpoint, as the worker sees it.
  func seenInWorker() async throws -> String { try await inPage("inWorker()") }

  private static func port(_ userDataDir: String) throws -> Int {
    let file = userDataDir + "/DevToolsActivePort"
    guard
      let port = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first
        .flatMap({ Int($0) })
    else { throw Unexpected("\(file) has no port") }
    return port
  }

  private static func inPage(
    of site: LoopbackSite, _ userDataDir: String, _ expression: String
  ) async throws -> String {
    try await Client.with(port: port(userDataDir)) { client in
      let targets = try await client.connection.call(Target.GetTargets()).targetInfos
      guard
        let page = targets.first(where: { $0.type == "page" && $0.url.hasPrefix(site.origin) })
      else { throw Unexpected("the page is not open: \(targets)") }
      let session = try await client.attach(page.targetId)
      let reply = try await client.connection.call(
        Runtime.Evaluate(expression: expression, returnByValue: true, awaitPromise: true),
        session: session, timeout: .seconds(90))
      guard let value = reply.result.value else {
        throw Unexpected("\(expression) failed: \(reply.exceptionDetails?.text ?? "?")")
      }
      var reader = JSONReader(value.bytes)
      return try reader.readString()
    }
  }

  var endpoint: String {
    let read = try? JSONSerialization.jsonObject(with: Data(subscription.utf8)) as? [String: Any]
    return read?["endpoint"] as? String ?? ""
  }

  /// The events of one push, once its handler has completed.
  func events(of id: String) async throws -> [String] {
    try await eventually("the end of \(id)", within: .seconds(90)) {
      try await names(of: id).contains("Push event completed")
    }
    return try await names(of: id)
  }

  /// Of the push service.
  func ask(_ arguments: String...) async throws {
    let answer = try await bench.run(["push"] + arguments)
    guard answer.status == .exited(0) else { throw Unexpected("\(answer)") }
  }
}

extension Bench {
  /// A browser whose pushes come from here, with the site's page open.
  func openPush(
    _ site: LoopbackSite, in profile: String = "push"
  ) async throws -> RunningProgram {
    let program = try await open(
      "--profile", profile, "--headless", "--push", "--remote-debugging-port", "0",
      site.origin + "/")
    try await program.says("Push service: ")
    try await eventually("the site's worker") {
      try await trigger("worker", "start", "--source", profile).verdict == "done"
    }
    return program
  }
}
