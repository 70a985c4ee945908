/// Something a person typed that can't be taken: one sentence, then a hint.
package struct UsageError: Error, Sendable, Equatable {
  package var message: String
  package var hint: String?

  package init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
