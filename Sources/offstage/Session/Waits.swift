import Synchronization

/// What a session is waiting for, by name: told to whoever asks why something takes so long.
final class Waits: Sendable {
  private let names = Mutex<[String]>([])

  /// - Parameter name: as it stands in “… waits for NAME.”
  func during<Value>(
    _ name: String, _ body: () async throws -> Value
  ) async rethrows -> Value {
    names.withLock { $0.append(name) }
    defer {
      names.withLock { names in
        if let index = names.firstIndex(of: name) { names.remove(at: index) }
      }
    }
    return try await body()
  }

  /// In the order in which they began; nil if it waits for nothing.
  var sentence: String? {
    let names = names.withLock { $0 }
    return names.isEmpty ? nil : "It waits for \(names.joined(separator: ", "))."
  }
}
