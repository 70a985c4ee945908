import Foundation
import OffstageTesting

/// A browser that the chapters are played on.
protocol Stage: Sendable {
  var url: String { get async }
  /// Where a page is that can register a worker.
  var site: String { get }
  /// How long to wait for what nothing announces.
  var patience: Duration { get }
  /// The worker of the page of that session is registered and active.
  func registerWorker(
    page session: String, context: String?, by client: BareClient) async throws
  /// Ends well and starts again, the leases of these services over by then or soon after.
  func restart(_ end: LeaseEnd, of services: [FakeService]) async throws
  /// Returns when leases that end soon have ended.
  func leasesEnd() async throws
}

enum LeaseEnd: Sendable {
  case past, soon
}

/// The fake browser, over a WebSocket like a real one.
struct FakeStage: Stage {
  let browser: FakeBrowser
  let server: FakeServer
  let site = "https://app.example"
  let patience = Duration.milliseconds(20)

  var url: String {
    get async { await server.url }
  }

  func registerWorker(
    page session: String, context: String?, by client: BareClient
  ) async throws {
    await browser.perform(
      .register(origin: site, in: context.map { FakeContextKey($0) } ?? .main))
  }

  func restart(_ end: LeaseEnd, of services: [FakeService]) async throws {
    if end == .past { await browser.run(services.map { .expireLease($0) }) }
    await browser.perform(.restart)
  }

  func leasesEnd() async throws {
    await browser.run(FakeService.allCases.map { .expireLease($0) })
  }

  static func with(_ body: (FakeStage) async throws -> Void) async throws {
    let browser = FakeBrowser()
    let server = try await browser.listen()
    do {
      try await body(FakeStage(browser: browser, server: server))
    } catch {
      await browser.stop()
      throw error
    }
    await browser.stop()
  }
}
