import CDP
import Foundation
import OffstageCore
import OffstageTesting

/// A browser that a story is played on, by commands of the protocol. What only a page can do is
/// done by the page of a real browser, and by a step of the script of the fake one, which runs no
/// page.
protocol Stage: Sendable {
  var port: Int { get }
  /// Returns when the site has an active worker.
  func register(_ site: LoopbackSite, from page: SessionID, of client: Client) async throws
  /// Registers a sync, which fires at once and succeeds.
  func sync(_ tag: String, by worker: Worker) async throws
  /// Returns when what was dispatched to the worker before has been handled.
  func settle(_ worker: Worker, of client: Client) async throws
}

struct ChromiumStage: Stage {
  let browser: Chromium

  var port: Int { browser.port }

  func register(_ site: LoopbackSite, from page: SessionID, of client: Client) async throws {
    try await client.evaluate(Client.activeWorker, in: page)
  }

  /// A worker takes events and messages in their order.
  func settle(_ worker: Worker, of client: Client) async throws {
    try await client.evaluate(
      """
      navigator.serviceWorker.ready.then(({ active }) => new Promise(done => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(true);
        active.postMessage(0, [port2]);
      }))
      """, in: worker.page)
  }

  func sync(_ tag: String, by worker: Worker) async throws {
    try await worker.sync(tag)
  }
}

struct FakeStage: Stage {
  let browser: FakeBrowser
  let port: Int

  func register(_ site: LoopbackSite, from page: SessionID, of client: Client) async throws {
    await browser.perform(.register(origin: site.origin))
  }

  func sync(_ tag: String, by worker: Worker) async throws {
    await browser.perform(.log(.sync(tag: tag).at(worker.origin)))
  }

  /// It logs all of an act at once.
  func settle(_ worker: Worker, of client: Client) async throws {}

  /// With a profile in `folder`, which need hold nothing.
  static func with<Result>(
    _ folder: String, _ body: (FakeStage) async throws -> Result
  ) async throws -> Result {
    try FileManager.default.createDirectory(
      atPath: folder + "/Default", withIntermediateDirectories: true)
    var options = FakeBrowserModel.Options()
    options.userDataDir = folder
    // The script's clock must not run ahead of the recorder's.
    options.startMicros = (SystemClock().now() - .days(1)).micros
    let browser = FakeBrowser(FakeBrowserModel(options))
    let server = try await browser.listen()
    do {
      let result = try await body(FakeStage(browser: browser, port: server.port))
      await browser.stop()
      return result
    } catch {
      await browser.stop()
      throw error
    }
  }
}
