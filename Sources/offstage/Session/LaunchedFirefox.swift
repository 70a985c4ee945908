import CDP
import Foundation
import OffstageCapture
import OffstageCore
import OffstageStore

/// Starts a Firefox whose pushes come from our push service, and ends it again. What is recorded of it
/// is what that service sees.
struct LaunchedFirefox: Sendable {
  let session: RecordingSession
  let place: PushPlace
  let executable: BrowserExecutable
  let profile: String
  let name: String
  let isHeadless: Bool
  let isEphemeral: Bool
  let allowsAllNotifications: Bool
  let url: String?

  private static let grace = Duration.seconds(5)
  private static let pruneInterval = Interval.hours(1)

  /// Until it ends or the person wants to stop.
  func run(_ whenStarted: @escaping @Sendable () async throws -> Void) async throws {
    let lockPath =
      session.folder.locksPath + "/firefox-\(isEphemeral ? "ephemeral-" : "")"
      + "\(profile.split(separator: "/").last ?? "")"
    guard let lock = try FileLock(path: lockPath) else {
      throw StoreError.profileRecorded(name, by: FileLock.holder(of: lockPath))
    }
    let outcome = await result { try await runAlone(whenStarted) }
    if isEphemeral { try? FileManager.default.removeItem(atPath: lockPath) }
    withExtendedLifetime(lock) {}
    try outcome.get()
  }

  private func runAlone(_ whenStarted: @escaping @Sendable () async throws -> Void) async throws {
    let source = try await source()
    let lock = try SourceLocks(folder: session.folder).lock(source)
    defer { withExtendedLifetime(lock) {} }
    session.notices.noteFirefox(SourceName(id: source.id, name: source.name))
    let (subscriptions, found) = AsyncStream.makeStream(of: FirefoxOutput.Subscription.self)
    let output = FirefoxOutput { found.yield($0) }
    var launch = launch(source.id)
    launch.pushAgent = try await session.store.firefoxAgent(of: source.id)
    let process = try await FirefoxProcess.start(launch, output: output)
    session.terminal.detail("Started \(executable.path), process \(process.pid).")
    session.terminal.say("Push service: \(place.origin)")
    let outcome = await result {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await keepOrigins(subscriptions) }
        group.addTask { try await prune(source.id) }
        group.addTask { try await FirefoxWishes(store: session.store, source: source.id).obey() }
        group.addTask {
          try await session.stop.race {
            try await whenStarted()
            try await process.waitForEnd()
          }
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
    await process.end(grace: Self.grace)
    try outcome.get()
  }

  private func source() async throws -> Source {
    let description = SourceDescription(
      kind: .profile, place: ProfilePlace.place(userDataDir: profile, profileDir: ".") ?? .unknown,
      suggestedName: "\(name)-firefox", browser: executable.firefoxVersion, transport: "push",
      keep: session.keep)
    return try await session.store.openSource(description, at: session.clock.now()).source
  }

  private func launch(_ source: SourceID) -> FirefoxLaunch {
    var launch = FirefoxLaunch(
      executable: executable, profile: profile, isHeadless: isHeadless,
      pushAddress: "ws://127.0.0.1:\(place.port)/firefox/\(source)",
      origins: url.flatMap { OriginFacts.origin(of: $0) }.map { [$0] } ?? [],
      url: start(source))
    launch.allowsAllNotifications = allowsAllNotifications
    launch.isEphemeral = isEphemeral
    return launch
  }

  /// A page that asks something of Firefox's push client before that is there is never answered: it is
  /// opened by one of the push service's, which sees when it is.
  private func start(_ source: SourceID) -> String {
    let page = "\(place.origin)/firefox/\(source)/start"
    guard let url else { return page }
    guard url.hasPrefix("http"),
      let text = url.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
    else { return url }
    return "\(page)#\(text)"
  }

  /// Firefox tells its push service no site, but it prints it.
  private func keepOrigins(_ found: AsyncStream<FirefoxOutput.Subscription>) async throws {
    let head = "\(place.origin)/wp/"
    for await subscription in found {
      guard subscription.endpoint.hasPrefix(head),
        let origin = OriginFacts.origin(of: subscription.scope)
      else { continue }
      let token = String(subscription.endpoint.dropFirst(head.count))
      try await patiently { try await session.store.record([.origin(token: token, origin)]) }
    }
  }

  private func prune(_ source: SourceID) async throws {
    while true {
      do {
        while try await session.store.prune(source, at: session.clock.now()) {}
      } catch let error as StoreError where error.isPassing {
        // The next round tries again.
      }
      try await session.clock.sleep(for: Self.pruneInterval)
    }
  }
}
