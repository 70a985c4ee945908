import CDP
import Foundation

/// Scenario files of a test, and what is left when they were played.
extension Bench {
  /// Beside a site that registers a sync when it is told to.
  func scenario(
    _ steps: String,
    site: String = "{ folder: site, answers: { /outbox: 204, /slow: { after: 600s } } }",
    head: String = "", named name: String = "scenario"
  ) throws -> String {
    let files = [
      "site/index.html": "<!doctype html><meta charset=utf-8><title>Site</title>",
      "site/sw.js": """
      self.addEventListener('install', () => self.skipWaiting());
      self.addEventListener('activate', event => event.waitUntil(clients.claim()));
      self.addEventListener('sync', event =>
        event.waitUntil(fetch('/outbox', { method: 'POST', body: event.tag })));
      """,
      "\(name).yaml": "name: it is so\nsite: \(site)\n\(head)steps:\n\(steps)\n",
    ]
    try FileManager.default.createDirectory(
      atPath: folder + "/site", withIntermediateDirectories: true)
    for (path, text) in files {
      try text.write(toFile: "\(folder)/\(path)", atomically: true, encoding: .utf8)
    }
    return "\(folder)/\(name).yaml"
  }

  /// As a step: the page's worker runs, and registers a sync.
  static let registering = """
      - open: /
      - evaluate: |
          await navigator.serviceWorker.register('/sw.js');
          const registration = await navigator.serviceWorker.ready;
          await registration.sync.register('outbox');
    """

  /// No browser, no profile, no store.
  func leftovers() async -> [String] {
    try? await eventually("nothing left", within: .seconds(10)) { left.isEmpty }
    return left
  }

  var left: [String] {
    ephemeralFolders + RunningBrowsers.pids(under: folder).map { "browser \($0)" }
      + processes(in: folder).map { "process \($0)" }
  }

  /// Those whose working folder is this one, or within it.
  private func processes(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { name in
      guard Int32(name) != nil,
        let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")
      else { return false }
      return place == folder || place.hasPrefix(folder + "/")
    }
  }
}
