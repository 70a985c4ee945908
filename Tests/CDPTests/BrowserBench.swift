import Foundation
import Logging
import Testing

@testable import CDP

/// A real browser with a connection, for the length of one closure.
enum BrowserBench {
  static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Fails where there is none: these tests are not to be skipped.
  static func executable() throws -> BrowserExecutable {
    try BrowserFinder(environment: Machine.environment).find()
  }

  static func launch(
    _ folder: String, port: Int? = nil, change: (inout BrowserFlags) -> Void = { _ in }
  ) async throws -> BrowserProcess {
    var flags = BrowserFlags(userDataDir: folder, isHeadless: true, remoteDebuggingPort: port)
    change(&flags)
    return try await BrowserProcess.launch(
      BrowserLaunch(executable: try executable(), flags: flags))
  }

  /// Runs `body` with a connection over the browser's pipe, ends the browser by the protocol, and
  /// sees that nothing of it is left.
  static func withBrowser<R: Sendable>(
    _ folder: String, port: Int? = nil,
    _ body: @Sendable (Connection, BrowserProcess) async throws -> R
  ) async throws -> R {
    let browser = try await launch(folder, port: port)
    let connection = Connection(transport: browser.transport, logger: logger)
    let result: R
    do {
      result = try await withConnection(connection) {
        let result = try await body(connection, browser)
        _ = try await connection.call(Browser.Close())
        return result
      }
    } catch {
      await browser.end(grace: .seconds(5))
      throw error
    }
    #expect(await browser.process.waitForExit(timeout: .seconds(10)) == .exited(0))
    await browser.end(grace: .seconds(5))
    return result
  }

  static func withConnection<R: Sendable>(
    _ connection: Connection, _ body: () async throws -> R
  ) async throws -> R {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = await failureCode { try await connection.run { _ in } } }
      do {
        let result = try await body()
        await connection.close()
        return result
      } catch {
        await connection.close()
        throw error
      }
    }
  }

  /// The command lines of the browser's processes that name this folder.
  static func processes(of folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
      .compactMap { Machine.commandLine($0) }
      .filter { $0.contains(folder) && !$0.contains("offstage-guard") }
  }

  static func waitForNoProcess(of folder: String, timeout: Duration) async throws -> Duration? {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < timeout {
      if try processes(of: folder).isEmpty { return ContinuousClock.now - start }
      // Processes of a browser that is nobody's child here: nothing to wait on.
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }
}
