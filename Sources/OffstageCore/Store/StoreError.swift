/// Why the store could not do what was asked. What was stored before stays.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Code: String, Sendable {
    case notAStore
    case damaged
    case newerFormat
    case full
    case notWritable
    case busy
    case sourceHeld
    case notFound
    case tooMany
    case failed
  }

  package var code: Code
  /// One sentence: what was tried, on what, and what came of it.
  package var message: String
  package var hint: String?

  package init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  package var description: String { message }

  /// Waiting may help: room may be made, a lock may be left.
  package var isPassing: Bool { code == .full || code == .busy }
}

/// Runs `body` again, a moment later each time, as long as it fails with an error that passes.
package func patiently<Value: Sendable>(
  _ body: @Sendable () async throws -> Value
) async throws -> Value {
  while true {
    do {
      return try await body()
    } catch let error as StoreError where error.isPassing {
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}
