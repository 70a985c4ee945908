import Foundation
import OffstageCore
import OffstagePush

/// A scenario's push service, and its application server's key.
struct ScenarioPush: Sendable {
  let place: PushPlace
  let gate: SubscriptionGate
  /// The scenario sends pushes: its browser's first run is ready for them before its first page.
  let warmsUp: Bool
  let key = VAPIDKey()

  func start(isFirst: Bool) -> BrowserPush.Start {
    isFirst && warmsUp ? .beforeFirstPage : .atFirstSubscription(gate)
  }
}

/// The secrets of a data folder's push service, read once for many that use them.
actor SharedPushSecrets {
  private let folder: DataFolder
  private var found: Task<PushSecrets, any Error>?

  init(of folder: DataFolder) {
    self.folder = folder
  }

  func get() async throws -> PushSecrets {
    let task =
      found
      ?? Task { [folder] in
        try FileManager.default.createDirectory(
          atPath: folder.pushPath, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
        return try await PushSecrets.of(folder, SystemClock())
      }
    found = task
    do {
      return try await task.value
    } catch {
      // The next scenario may have more luck.
      found = nil
      throw error
    }
  }
}
