import CDP
import Foundation

/// A real browser that a test has started by itself, with a port for several clients.
final class Chromium: Sendable {
  let userDataDir: String
  let port: Int
  private let program: RunningProgram

  private init(userDataDir: String, port: Int, program: RunningProgram) {
    self.userDataDir = userDataDir
    self.port = port
    self.program = program
  }

  /// - Parameter port: 0 for any.
  static func start(
    _ userDataDir: String, port: Int = 0, flags: [String] = [],
    environment: [String: String] = [:]
  ) async throws -> Chromium {
    let file = "\(userDataDir)/DevToolsActivePort"
    // It stays when a browser ends, and would be taken for the new one's.
    try? FileManager.default.removeItem(atPath: file)
    let program = try RunningProgram(
      BrowserFinder(environment: Machine.environment).find("chromium").path,
      [
        "--headless=new", "--no-first-run", "--no-default-browser-check",
        "--remote-debugging-port=\(port)", "--user-data-dir=\(userDataDir)",
      ] + (Machine.isRoot ? ["--no-sandbox"] : [])
        + (Machine.hasLittleSharedMemory ? ["--disable-dev-shm-usage"] : []) + flags
        + ["about:blank"], environment: environment)
    try await program.says("DevTools listening on ws://")
    let line = program.errors.value.lines.first { $0.contains("DevTools listening on") } ?? ""
    let url = line.split(separator: " ").last.map(String.init) ?? ""
    let endpoint = try Endpoint.parse(webSocketURL: url)
    return Chromium(userDataDir: userDataDir, port: endpoint.port, program: program)
  }

  static func with<Result>(
    _ userDataDir: String, port: Int = 0, flags: [String] = [],
    environment: [String: String] = [:], _ body: (Chromium) async throws -> Result
  ) async throws -> Result {
    let browser = try await start(
      userDataDir, port: port, flags: flags, environment: environment)
    do {
      let result = try await body(browser)
      try await browser.close()
      return result
    } catch {
      try? await browser.kill()
      throw error
    }
  }

  /// In good order: it writes what it has to.
  func close() async throws {
    if program.status == nil {
      try? await Client.with(port: port) { client in
        _ = try? await client.connection.call(Browser.Close(), timeout: .seconds(5))
      }
    }
    if (try? await program.end(within: .seconds(15))) == nil { await program.killAll() }
    try await left()
  }

  /// As a crash or the kernel would.
  func kill() async throws {
    for pid in RunningBrowsers.pids(under: userDataDir) { Foundation.kill(pid, SIGKILL) }
    await program.killAll()
    try await left()
  }

  private func left() async throws {
    try await eventually("the end of the browser in \(userDataDir)", within: .seconds(15)) {
      RunningBrowsers.pids(under: userDataDir).isEmpty
    }
  }
}
