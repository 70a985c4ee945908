import CDP
import Foundation
import OffstageTesting

/// A real browser with a fresh profile, for the time of a test.
actor Chromium: Stage {
  nonisolated let site: String
  nonisolated let patience = Duration.milliseconds(400)
  private(set) var url = ""
  private let folder: String
  private var process = Process()
  /// In minutes since 1601.
  private var leaseEnd = 0

  struct DidNotStart: Error {}

  struct NotInstalled: Error, CustomStringConvertible {
    let description =
      "There is no browser to compare the fake one with. Run `make test`, which installs "
      + "Chromium, or `apt-get install chromium`."
  }

  static func path(_ finder: BrowserFinder) throws -> String {
    guard let browser = finder.all().first else { throw NotInstalled() }
    return browser.path
  }

  private init(site: String, folder: String) {
    self.site = site
    self.folder = folder
  }

  static func with(_ body: (Chromium) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("conformance-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await SampleSite.with { site in
      let chromium = Chromium(site: site, folder: folder)
      do {
        try await chromium.start()
        try await body(chromium)
      } catch {
        await chromium.kill()
        throw error
      }
      try await chromium.close()
    }
  }

  private func start() async throws {
    process = Process()
    process.executableURL = URL(
      fileURLWithPath: try Self.path(BrowserFinder(environment: Machine.environment)))
    process.arguments = [
      "--headless=new", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0",
      "--user-data-dir=\(folder)", "about:blank",
    ]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    for _ in 0..<1500 {
      if let text = try? String(contentsOfFile: "\(folder)/DevToolsActivePort", encoding: .utf8) {
        let lines = text.split(separator: "\n")
        if lines.count == 2 {
          url = "ws://127.0.0.1:\(lines[0])\(lines[1])"
          return
        }
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw DidNotStart()
  }

  private func close() async throws {
    try? await BareClient.with(url) { client in
      try await client.send(#"{"id":1,"method":"Browser.close"}"#)
      try await client.wait("Browser.close") { !$0.isEmpty }
    }
    for _ in 0..<500 where process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
    kill()
    // It stays, and would be taken for the next start's.
    try? FileManager.default.removeItem(atPath: "\(folder)/DevToolsActivePort")
  }

  private func kill() {
    if process.isRunning { process.terminate() }
  }

  func restart(_ end: LeaseEnd, of services: [FakeService]) async throws {
    try await close()
    let file = URL(fileURLWithPath: "\(folder)/Default/Preferences")
    let read = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    var preferences = read as? [String: Any] ?? [:]
    var tools = preferences["devtools"] as? [String: Any] ?? [:]
    var expiries = tools["backgroundserviceexpiration"] as? [String: Int] ?? [:]
    // Whole minutes since 1601 (browser-facts §1). Soon must leave time to start and to observe.
    let seconds = Int(Date().timeIntervalSince1970) + 11_644_473_600
    leaseEnd = (seconds + 40) / 60 + 1
    for service in services {
      expiries[service.preferenceKey] = end == .past ? leaseEnd - 1_000 : leaseEnd
    }
    tools["backgroundserviceexpiration"] = expiries
    preferences["devtools"] = tools
    try JSONSerialization.data(withJSONObject: preferences).write(to: file)
    try await start()
  }

  func leasesEnd() async throws {
    let end = Double(leaseEnd * 60 - 11_644_473_600 + 1)
    try await Task.sleep(for: .seconds(max(0, end - Date().timeIntervalSince1970)))
  }

  func registerWorker(
    page session: String, context: String?, by client: BareClient
  ) async throws {
    let script = """
      new Promise(done => {
        const start = () => navigator.serviceWorker.register('/sw.js')
          .then(() => navigator.serviceWorker.ready)
          .then(r => {
            const wait = () => r.active.state === 'activated' ? done('ok') : setTimeout(wait, 10);
            wait();
          });
        document.readyState === 'complete' ? start() : addEventListener('load', start);
      })
      """
    // A page that has not yet left about:blank loses the promise: ask again.
    for attempt in 1... {
      let id = 900_000 + attempt + Int.random(in: 0..<10_000) * 100
      let text = try JSONSerialization.data(
        withJSONObject: [
          "id": id, "method": "Runtime.evaluate", "sessionId": session,
          "params": ["expression": script, "awaitPromise": true],
        ] as [String: Any])
      try await client.send(String(decoding: text, as: UTF8.self))
      var reply = ""
      try await client.wait("a registered worker") { messages in
        reply =
          messages.map { String(decoding: $0, as: UTF8.self) }
          .first { $0.hasPrefix("{\"id\":\(id),") } ?? ""
        return !reply.isEmpty
      }
      if reply.contains(#""value":"ok""#) { return }
      guard attempt < 50 else { throw BareClient.TimedOut(what: reply) }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}

extension FakeService {
  /// The service's number in the Preferences file (Docs/browser-facts.md §6).
  fileprivate var preferenceKey: String {
    switch self {
    case .backgroundFetch: "2"
    case .backgroundSync: "3"
    case .pushMessaging: "4"
    case .notifications: "5"
    case .paymentHandler: "6"
    case .periodicBackgroundSync: "7"
    }
  }
}
