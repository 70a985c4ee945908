import ArgumentParser
import OffstageCore

/// What a shell offers for values that are known beforehand.
extension CompletionKind {
  static let services = CompletionKind.list(Service.allCases.map(\.shortName))
  static let states = CompletionKind.list(OperationState.allCases.map(\.rawValue))
  /// A path is taken too.
  static let browsers = CompletionKind.list(["chromium", "chrome", "edge", "brave"])
  static let browsersAndFirefox = CompletionKind.list([
    "chromium", "chrome", "edge", "brave", "firefox",
  ])
}
