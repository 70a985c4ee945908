import Foundation
import Logging
import OffstageCore
import OffstagePush
import OffstageStore

/// Where a data folder's push service is, and what a browser needs to trust it.
struct PushPlace: Sendable, Hashable {
  var port: Int
  /// Base64 of the SHA-256 of its key.
  var keyHash: String
  /// To be given to programs that speak TLS to it.
  var certificatePath: String

  var origin: String { "http://127.0.0.1:\(port)" }
}

/// A data folder has one push service, however many processes want it: the first serves, and when it
/// ends, however it ends, another takes its place on the same port.
struct PushHost: Sendable {
  let folder: DataFolder
  let store: SQLiteEventStore
  let clock: any WallClock
  let logger: Logger
  /// Nil: the folder's own, at first 7789 or any that is free.
  var port: Int?
  /// Nil: the folder's own.
  var secrets: PushSecrets?
  /// Nobody else uses the folder: there is nobody to take turns with, and nobody looks for the port.
  var isAlone = false
  /// A browser that asks for a subscription has to wait for it.
  var beforeSubscribing: @Sendable () async -> Void = {}
  /// Is called if the service fails in the middle, so that what needs it ends in good order.
  var onFailure: @Sendable () -> Void = {}

  static let defaultPort = 7789
  /// A browser whose service has ended is back after some 10 ms, and if nobody listens then, not for
  /// half a minute.
  private static let moment = Interval(micros: 4000)
  /// How long a port may be held by one that has just ended.
  private static let patience = Duration.seconds(5)

  /// Runs `body` while the service is there; it ends with it unless others want it.
  func run(_ body: @escaping @Sendable (PushPlace) async throws -> Void) async throws {
    if !isAlone { try makeFolder() }
    let secrets =
      if let secrets { secrets } else { try await PushSecrets.of(folder, clock) }
    let certificate = secrets.certificate
    let found = Watched<Int?>(nil)
    let failure = Watched<(any Error)?>(nil)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          try await keepServed(certificate, secrets.ownKey) { port in found.update { $0 = port } }
        } catch  where found.value != nil && !Task.isCancelled {
          failure.update { $0 = error }
          onFailure()
        }
        return false
      }
      group.addTask {
        await found.wait { $0 != nil }
        guard let port = found.value else { return true }
        try await body(
          PushPlace(
            port: port, keyHash: certificate.keyHash, certificatePath: certificate.path))
        return true
      }
      defer { group.cancelAll() }
      while let isBody = try await group.next(), !isBody {}
      if let failure = failure.value { throw failure }
    }
  }

  // MARK: Serving

  /// Serves as soon as nobody else does.
  private func keepServed(
    _ certificate: PushCertificate, _ key: VAPIDKey, _ isThere: @escaping @Sendable (Int) -> Void
  ) async throws {
    if isAlone {
      let listener = try await PushListener(port: 0, certificate: certificate, logger: logger)
      isThere(listener.port)
      return try await serve(listener, key)
    }
    // Once a port was found it is the one: browsers were started with it.
    var port = port
    while true {
      if let lock = try FileLock(path: folder.locksPath + "/push") {
        let held = Held(lock)
        let listener = try await listen(certificate, on: port)
        try note(listener.port)
        isThere(listener.port)
        try await serve(listener, key)
        withExtendedLifetime(held) {}
        return
      }
      if let noted = notedPort {
        try checkPort(noted)
        port = noted
        isThere(noted)
      }
      try await clock.sleep(for: Self.moment)
    }
  }

  private func serve(_ listener: PushListener, _ key: VAPIDKey) async throws {
    let service = try await PushService(
      ledger: store, clock: clock, ownKey: key.publicKey, beforeSubscribing: beforeSubscribing)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      group.addTask { try await listener.run(service) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// The port stands in endpoints that application servers have kept: it stays the same if it can.
  private func listen(_ certificate: PushCertificate, on port: Int?) async throws -> PushListener {
    let wanted = port ?? notedPort
    let deadline = ContinuousClock.now + Self.patience
    while true {
      do throws(PushError) {
        return try await PushListener(
          port: wanted ?? Self.defaultPort, certificate: certificate, logger: logger)
      } catch {
        guard error.code == .portTaken else { throw error }
        if wanted == nil {
          return try await PushListener(port: 0, certificate: certificate, logger: logger)
        }
        guard wanted == notedPort, .now < deadline else { throw error }
      }
      try await clock.sleep(for: Self.moment)
    }
  }

  /// The one that is asked for must be the one that is there.
  private func checkPort(_ there: Int) throws {
    guard let port, port != 0, port != there else { return }
    throw PushError(
      .portTaken, "The push service of \(folder.path) runs on port \(there) already.",
      hint: "Leave --push-port out, or end the process that holds it.")
  }

  // MARK: What is kept

  /// Where the folder's push service was when it ran last.
  static func notedOrigin(in folder: DataFolder) -> String? {
    notedPort(in: folder).map { "http://127.0.0.1:\($0)" }
  }

  private static func portPath(in folder: DataFolder) -> String { folder.pushPath + "/port" }

  private static func notedPort(in folder: DataFolder) -> Int? {
    (try? String(contentsOfFile: portPath(in: folder), encoding: .utf8))
      .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private var notedPort: Int? { Self.notedPort(in: folder) }

  private func note(_ port: Int) throws {
    try Data("\(port)\n".utf8).write(
      to: URL(fileURLWithPath: Self.portPath(in: folder)), options: .atomic)
  }

  private func makeFolder() throws {
    try folder.create()
    try FileManager.default.createDirectory(
      atPath: folder.pushPath, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }
}

/// What a data folder's push service proves itself with, and what our own sender signs with.
struct PushSecrets: Sendable {
  var certificate: PushCertificate
  var ownKey: VAPIDKey

  /// How long another process takes to make them.
  private static let moment = Interval(micros: 4000)

  /// Two that begin at once make one of each.
  static func of(_ folder: DataFolder, _ clock: any WallClock) async throws -> PushSecrets {
    while true {
      if let lock = try FileLock(path: folder.locksPath + "/push-certificate") {
        let held = Held(lock)
        let secrets = PushSecrets(
          certificate: try PushCertificate(folder: folder.pushPath, now: Date()),
          ownKey: try FolderKey.make(in: folder.pushPath))
        withExtendedLifetime(held) {}
        return secrets
      }
      try await clock.sleep(for: moment)
    }
  }
}

/// A lock is not copied, and a task that waits can't hold one in a variable of its own.
private final class Held: Sendable {
  private let lock: FileLock

  init(_ lock: consuming sending FileLock) {
    self.lock = lock
  }
}
