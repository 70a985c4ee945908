import CDP
import Foundation
import OffstageCore
import OffstageScenario

/// A site that a command of the person's serves.
struct CommandSite: Sendable {
  let command: String
  let url: String
  let limit: Interval
  /// In which it runs.
  let folder: String
  let environment: [String: String]

  private static let grace = Duration.seconds(3)

  /// Starts it, calls `body` with its address once that answers, and ends it. `onEnd` is told if it
  /// ends before that.
  func run<Result: Sendable>(
    onEnd: @escaping @Sendable (StageError) -> Void,
    _ body: @escaping @Sendable (String) async throws(StageError) -> Result
  ) async throws(StageError) -> Result {
    let port = try freePort()
    let values = ["port": "\(port)"]
    let url = url.expanded(values)
    if await SiteAddress(url).answers() {
      throw StageError(
        .broken, "Something answers at \(url) already, before the site's command has run.",
        hint: "End it, or let the command take ${port}, which is free.")
    }
    let process: ShellCommand
    do throws(CDPError) {
      process = try await ShellCommand.start(
        command.expanded(values), in: folder,
        environment: environment.merging(["PORT": "\(port)"]) { $1 })
    } catch {
      throw StageError(endOf: error)
    }
    let outcome = await outcome(process, url, onEnd: onEnd, body)
    await process.end(grace: Self.grace)
    return try outcome.get()
  }

  private func outcome<Result: Sendable>(
    _ process: ShellCommand, _ url: String, onEnd: @escaping @Sendable (StageError) -> Void,
    _ body: @escaping @Sendable (String) async throws(StageError) -> Result
  ) async -> Swift.Result<Result, StageError> {
    let hasEnded = Watched(false)
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        guard await process.waitForExit() != nil else { return }
        hasEnded.update { $0 = true }
        onEnd(end(of: process))
      }
      defer { group.cancelAll() }
      do throws(StageError) {
        try await waitUntilThere(process, url, hasEnded)
        return .success(try await body(url))
      } catch {
        return .failure(error)
      }
    }
  }

  private func waitUntilThere(
    _ process: ShellCommand, _ url: String, _ hasEnded: Watched<Bool>
  ) async throws(StageError) {
    let end = ContinuousClock.now + limit.duration
    while await !SiteAddress(url).answers() {
      if hasEnded.value { throw self.end(of: process) }
      guard ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(50))) != nil
      else {
        throw StageError(
          .broken, "The site's command did not answer at \(url) within \(limit.short).",
          hint: said(process))
      }
    }
  }

  private func end(of process: ShellCommand) -> StageError {
    let status = process.exitStatus.map { " with \($0)" } ?? ""
    return StageError(.broken, "The site's command ended\(status).", hint: said(process))
  }

  private func said(_ process: ShellCommand) -> String {
    let lines = process.lastLines(8)
    return lines.isEmpty ? "It printed nothing." : "The last it printed:\n\(lines)"
  }

  /// One that nobody listens on now.
  private func freePort() throws(StageError) -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer -> UInt16? in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socket in
        guard bind(descriptor, socket, length) == 0, getsockname(descriptor, socket, &length) == 0
        else { return nil }
        return pointer.pointee.sin_port.bigEndian
      }
    }
    guard let port else { throw StageError(.broken, "No port is free.") }
    return Int(port)
  }
}

/// Where a site is to answer.
struct SiteAddress: Sendable {
  let url: String

  init(_ url: String) {
    self.url = url
  }

  /// Without a path.
  var origin: String {
    guard let scheme = url.range(of: "://") else { return url }
    return String(url[..<(url[scheme.upperBound...].firstIndex(of: "/") ?? url.endIndex)])
  }

  /// Where connections to it go.
  var place: (host: String, port: Int)? {
    guard let parts = URLComponents(string: url), let host = parts.host else { return nil }
    return (host, parts.port ?? (parts.scheme == "https" ? 443 : 80))
  }

  /// Somebody takes a connection there.
  func answers() async -> Bool {
    guard let (host, port) = place else { return false }
    return await PortProbe.isOpen(host: host, port: port)
  }
}
