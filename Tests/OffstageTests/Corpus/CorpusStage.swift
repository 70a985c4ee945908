import CDP
import Foundation
import JSON
import OffstageCore
import OffstageTesting
import Testing

/// A browser with a recorder, on which scenarios are played.
struct CorpusStage: Sendable {
  let bench: Bench
  let browser: Chromium
  let client: Client
  /// Sees all that the browser logs.
  let observer: SessionID
  /// Where its pushes come from, if they are real.
  var pushService: CorpusPushService?

  /// Plays all scenarios of a browser and writes their files.
  static func record(_ scenarios: [CorpusScenario], on browser: CorpusBrowser) async throws {
    try await Bench.with { bench in
      let folder = bench.folder + "/browser"
      try browser.seed.apply(userDataDir: folder, nowMicros: SystemClock().now().micros)
      var recordings: [CorpusRecording] = []
      let push = browser == .pushed ? try await CorpusPushService(bench) : nil
      let flags = browser.flags + (push?.flags ?? [])
      let version = try await Chromium.with(folder, flags: flags) { chromium in
        let recorder = try await bench.attach(chromium)
        let version = try await Client.with(port: chromium.port) { client in
          let stage = CorpusStage(
            bench: bench, browser: chromium, client: client, observer: try await client.observe(),
            pushService: push)
          // The browser begins no download in its first seconds.
          recordings = await stage.play(scenarios, width: browser.width)
          return try await client.connection.call(Browser.GetVersion()).product
        }
        try await recorder.interrupt()
        return version
      }
      try await push?.program.interrupt()
      for recording in recordings { try await recording.write(from: bench, browser: version) }
    }
  }

  private func play(_ scenarios: [CorpusScenario], width: Int) async -> [CorpusRecording] {
    await withTaskGroup(of: CorpusRecording?.self) { group in
      var recordings: [CorpusRecording] = []
      for (index, scenario) in scenarios.enumerated() {
        if index >= width, let played = await group.next() ?? nil { recordings.append(played) }
        group.addTask {
          do {
            return try await play(scenario)
          } catch {
            Issue.record("\(scenario.name): \(error)")
            return nil
          }
        }
      }
      for await played in group { if let played { recordings.append(played) } }
      return recordings
    }
  }

  private func play(_ scenario: CorpusScenario) async throws -> CorpusRecording {
    try await LoopbackSite.with(scenario.site) { site in
      let began = SystemClock().now()
      let worker = try await client.openWorker(site)
      let play = CorpusPlay(stage: self, site: site, worker: worker, began: began)
      do {
        try await scenario.play(play)
      } catch {
        // A payment's dialog would stay open and block the next.
        try? await play.closePages()
        throw error
      }
      // What a worker did is told a moment after what it led to.
      try await Task.sleep(for: .milliseconds(500))
      let ended = SystemClock().now()
      try await play.closePages()
      return CorpusRecording(
        scenario: scenario, origin: site.origin, registrations: play.registrations, began: began,
        ended: ended, watched: [.init(from: began, to: ended)], conditions: play.conditions.value)
    }
  }
}

extension CorpusScenario {
  /// The page does nothing by itself; `/next.js` is the worker's next version.
  var site: [String: LoopbackSite.Page] {
    let script = """
      self.addEventListener('install', () => self.skipWaiting());
      self.addEventListener('activate', event => event.waitUntil(clients.claim()));
      const wait = ms => new Promise(done => setTimeout(done, ms));
      const forever = new Promise(() => {});
      \(worker)
      """
    let own: [String: LoopbackSite.Page] = [
      "/": LoopbackSite.Page(
        "text/html", "<!doctype html><meta charset=utf-8><title>Site</title>"),
      "/sw.js": LoopbackSite.Page("text/javascript", script),
      "/next.js": LoopbackSite.Page("text/javascript", script + "\n// the next version"),
      "/news": LoopbackSite.Page("text/plain", "Nothing new.\n"),
      "/outbox": .status(204),
      "/busy": .status(503),
    ]
    return own.merging(pages) { $1 }
  }
}

extension CorpusBrowser {
  var seed: ProfileSeed {
    var seed = ProfileSeed()
    seed.permissions = [.notifications]
    seed.allowsAutomaticDownloads = self != .plain
    return seed
  }

  var flags: [String] {
    var flags = BrowserFlags(userDataDir: "", isHeadless: true)
    if self != .plain { flags.fastRetries = .init() }
    if self == .fast || self == .downloads { flags.fastRetries?.eventSeconds = 3 }
    return flags.flags.map(\.text).filter {
      $0.hasPrefix("--force-fieldtrial") || $0.hasPrefix("--window-size")
    }
  }
}
