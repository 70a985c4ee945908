import ArgumentParser
import OffstageCore

/// What every trigger takes.
struct TriggerOptions: ParsableArguments {
  @Option(help: "Whose browser: a source by its name or id. Needed where several are recorded.")
  var source: String?

  @Option(help: "How long something may take to come of it.")
  var wait = "5s"

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions
}

/// Which service worker is meant.
struct WorkerOptions: ParsableArguments {
  @Option(help: "The worker's origin. Needed where the browser has several.")
  var origin: String?

  @Option(help: "The worker's scope, a whole URL. Needed where the origin has several.")
  var scope: String?

  func selector() throws -> WorkerSelector {
    WorkerSelector(
      origin: try origin.map { try WorkerSelector.origin(parsing: PageURL.parse($0)) },
      scope: try scope.map(PageURL.parse))
  }
}
