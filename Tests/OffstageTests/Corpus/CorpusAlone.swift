import CDP
import Foundation
import OffstageCore
import OffstageTesting
import Testing

/// What needs a browser of its own: its death, its restart, another client, the end of a lease.
enum CorpusAlone: String, CaseIterable, Sendable {
  case killedAmidAPush = "a-browser-is-killed-amid-a-push"
  case killedAmidASync = "a-browser-is-killed-amid-a-sync"
  case killedWithASyncWaiting = "a-browser-is-closed-with-a-sync-waiting"
  case resumed = "a-fetch-goes-on-after-a-restart"
  case lease = "a-lease-has-run-out"
  case turnedOff = "another-client-turns-recording-off"
  case switchedOff = "recording-is-turned-off-and-on-again"
  case cleared = "another-client-clears-the-log"
  case killedAtOnce = "a-browser-dies-before-it-has-saved-that-it-records"
  case permissionLost = "the-permission-is-lost-at-a-restart"
  case workerLost = "a-push-comes-without-a-service-worker"

  var rules: [String] {
    switch self {
    case .killedAmidAPush: ["push-never-completed"]
    case .killedAmidASync: ["sync-never-completed"]
    case .killedWithASyncWaiting: ["sync-retrying"]
    case .resumed: ["fetch-resumed"]
    case .lease: ["gap-lease-expired"]
    case .turnedOff: ["gap-turned-off"]
    case .switchedOff: ["gap-switched-off"]
    case .cleared: ["gap-wiped"]
    case .killedAtOnce: ["gap-crash"]
    case .permissionLost: ["push-permission-lost-at-restart"]
    case .workerLost: ["push-no-worker"]
    }
  }

  private var isPushed: Bool { self == .permissionLost || self == .workerLost }

  private var scenario: CorpusScenario {
    CorpusScenario(
      name: rawValue, rules: rules, browser: .patient, worker: worker,
      pages: [
        "/busy.bin": .status(500),
        "/a.bin": LoopbackSite.Page(
          "application/octet-stream", bytes: [UInt8](repeating: 0x61, count: 65_536)),
      ], play: { _ in })
  }

  private var worker: String {
    """
    self.addEventListener('push', event => event.waitUntil((async () => {
      if (event.data.text() === 'slow') await wait(30000);
      await registration.showNotification(event.data.text());
    })()));
    self.addEventListener('sync', event => event.waitUntil(event.tag === 'slow' ? wait(30000) : fetch('/busy', { method: 'POST' })
      .then(answer => { if (!answer.ok) throw new Error(`answer ${answer.status}`); })));
    """
  }

  private var hasGaps: Bool {
    switch self {
    case .lease, .turnedOff, .switchedOff, .cleared, .killedAtOnce: true
    case .killedAmidAPush, .killedAmidASync, .killedWithASyncWaiting, .resumed, .permissionLost,
      .workerLost:
      false
    }
  }

  func record() async throws {
    try await Bench.with { bench in
      try await LoopbackSite.with(scenario.site) { site in
        let began = SystemClock().now()
        var scene = CorpusAloneScene(bench: bench, site: site)
        scene.seed.permissions = self == .permissionLost ? [] : scene.seed.permissions
        if isPushed { scene.pushService = try await CorpusPushService(bench) }
        try await play(&scene)
        try await scene.pushService?.program.interrupt()
        let recording = CorpusRecording(
          scenario: scenario, origin: site.origin, registrations: scene.registrations,
          began: began, ended: SystemClock().now(), watched: scene.watched, hasGaps: hasGaps)
        try await recording.write(from: bench, browser: scene.version)
      }
    }
  }

  private func play(_ scene: inout CorpusAloneScene) async throws {
    switch self {
    case .killedAmidAPush:
      try await scene.run(isKilled: true) { play in
        try await play.push("slow")
        try await play.logged("Push event dispatched")
        try await play.pass(.seconds(1))
      }
      try await scene.run { try await $0.pass(.seconds(1)) }
    case .killedAmidASync:
      try await scene.run(isKilled: true) { play in
        try await play.page("await worker.sync.register('slow')")
        try await play.logged("Dispatched sync event")
        try await play.pass(.seconds(1))
      }
      try await scene.run { try await $0.pass(.seconds(1)) }
    case .killedWithASyncWaiting:
      try await scene.run { play in
        try await play.page("await worker.sync.register('outbox')")
        try await play.logged("sync event failed")
      }
      try await scene.run { try await $0.pass(.seconds(1)) }
    case .resumed:
      try await scene.run { play in
        try await play.page(
          "await worker.backgroundFetch.fetch('films', ['/a.bin', '/busy.bin'])")
        try await play.logged("Request processing started", 2)
        try await play.pass(.seconds(1))
      }
      try await scene.run { try await $0.pass(.seconds(6)) }
    case .lease:
      try await scene.run { play in
        try await play.push("before")
        try await play.logged("Push event completed")
      }
      var seed = ProfileSeed()
      let now = SystemClock().now().micros
      for service in BackgroundService.ServiceName.recorded {
        seed.leases[service] = .until(unixMicros: now - 3_600_000_000)
      }
      try seed.apply(userDataDir: scene.folder, nowMicros: now)
      try await scene.run { play in
        try await play.push("after")
        try await play.logged("Push event completed")
      }
    case .turnedOff:
      try await scene.run { play in
        try await play.push("before")
        try await play.logged("Push event completed")
        try await play.client.setRecording(.pushMessaging, false, in: play.stage.observer)
        try await eventually("a gap") { try await !play.stage.bench.gaps().isEmpty }
        try await play.push("lost")
        try await play.pass(.seconds(1))
        try await play.client.setRecording(.pushMessaging, true, in: play.stage.observer)
        try await play.pass(.seconds(1))
      }
    case .switchedOff:
      try await scene.run { play in
        try await play.push("before")
        try await play.logged("Push event completed")
        _ = try await play.stage.bench.run("record", "off", "--service", "push")
        try await play.push("lost")
        try await play.pass(.seconds(1))
        _ = try await play.stage.bench.run("record", "on", "--service", "push")
        try await play.pass(.seconds(1))
      }
    case .cleared:
      try await scene.run { play in
        try await play.push("before")
        try await play.logged("Push event completed")
      }
      try await scene.runUnrecorded { play in
        _ = try await play.client.connection.call(
          BackgroundService.ClearEvents(service: .pushMessaging), session: play.stage.observer)
      }
      try await scene.run { try await $0.pass(.seconds(1)) }
    case .killedAtOnce:
      try await scene.run(isKilled: true, waitsForLease: false) { play in
        try await play.push("before")
        try await play.logged("Push event completed")
      }
      try await scene.run { try await $0.pass(.seconds(1)) }
    case .permissionLost:
      let subscription = Awaited<CorpusSubscription?>(nil)
      try await scene.run { play in
        try await play.setPermission("notifications", .granted)
        let made = try await play.subscribe()
        subscription.update { $0 = made }
        try await made.post("before")
        try await play.logged("Push event completed")
      }
      try await subscription.value?.post("while it was away")
      try await scene.run { try await $0.logged("Unsubscribed due to error") }
    case .workerLost:
      let subscription = Awaited<CorpusSubscription?>(nil)
      try await scene.run { play in
        let made = try await play.subscribe()
        subscription.update { $0 = made }
      }
      try FileManager.default.removeItem(
        atPath: scene.folder + "/Default/Service Worker/Database")
      try await subscription.value?.post("to nobody")
      try await scene.run(opensSite: false) {
        try await $0.logged("Unsubscribed due to error")
      }
    }
  }
}

/// One profile over several runs of its browser.
struct CorpusAloneScene {
  let bench: Bench
  let site: LoopbackSite
  var watched: [CorpusRecording.Watched] = []
  var registrations: Set<String> = []
  var version = ""
  var seed = CorpusBrowser.patient.seed
  var pushService: CorpusPushService?

  var folder: String { bench.folder + "/browser" }

  /// - Parameter opensSite: false leaves its worker as it is.
  mutating func run(
    isKilled: Bool = false, waitsForLease: Bool = true, opensSite: Bool = true,
    _ body: (CorpusPlay) async throws -> Void
  ) async throws {
    try await start(
      isKilled: isKilled, isRecorded: true, waitsForLease: waitsForLease, opensSite: opensSite, body
    )
  }

  mutating func runUnrecorded(_ body: (CorpusPlay) async throws -> Void) async throws {
    try await start(
      isKilled: false, isRecorded: false, waitsForLease: false, opensSite: true, body)
  }

  private mutating func start(
    isKilled: Bool, isRecorded: Bool, waitsForLease: Bool, opensSite: Bool,
    _ body: (CorpusPlay) async throws -> Void
  ) async throws {
    if watched.isEmpty {
      try seed.apply(userDataDir: folder, nowMicros: SystemClock().now().micros)
    }
    let browser = try await Chromium.start(
      folder, flags: CorpusBrowser.plain.flags + (pushService?.flags ?? []))
    let recorder = isRecorded ? try await bench.attach(browser) : nil
    let from = SystemClock().now()
    try await Client.with(port: browser.port) { client in
      version = try await client.connection.call(Browser.GetVersion()).product
      let stage = CorpusStage(
        bench: bench, browser: browser, client: client, observer: try await client.observe(),
        pushService: pushService)
      let worker =
        opensSite ? try await client.openWorker(site) : try await client.openNothing(site)
      let play = CorpusPlay(stage: stage, site: site, worker: worker, began: from)
      if isRecorded, isKilled, waitsForLease {
        try await eventually("the lease in the Preferences", within: .seconds(60)) {
          (try? ProfileReader(userDataDir: folder).leases())?.count == 6
        }
      }
      try await body(play)
      try await play.pass(.milliseconds(500))
      registrations.formUnion(play.registrations)
    }
    let to = SystemClock().now()
    if isKilled { try await browser.kill() } else { try await browser.close() }
    try await recorder?.interrupt()
    if isRecorded { watched.append(.init(from: from, to: to)) }
  }
}
