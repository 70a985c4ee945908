import ArgumentParser
import OffstageCore

struct SyncTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Dispatch a sync event to a service worker.",
    discussion: """
      As DevTools does: at once, whether or not such a sync is registered. The browser logs no end \
      of it and tries no second time.
      """)

  @Argument(help: "The sync's tag.")
  var tag: String

  @Flag(name: .customLong("last-chance"), help: "The event says that there is no other try.")
  var lastChance = false

  @OptionGroup var worker: WorkerOptions
  @OptionGroup var options: TriggerOptions

  func run() async throws {
    try await TriggerVerb.run(
      .sync(try worker.selector(), tag: tag, isLastChance: lastChance), options)
  }
}

struct PeriodicSyncTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "periodic-sync", abstract: "Dispatch a periodicsync event to a service worker.")

  @Argument(help: "The sync's tag.")
  var tag: String

  @OptionGroup var worker: WorkerOptions
  @OptionGroup var options: TriggerOptions

  func run() async throws {
    try await TriggerVerb.run(.periodicSync(try worker.selector(), tag: tag), options)
  }
}

struct OfflineTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offline", abstract: "Take the network from a service worker; its syncs are held.",
    discussion: """
      Until `offstage trigger online`, or until the recorder ends. The site's pages keep the \
      network.
      """)

  @OptionGroup var worker: WorkerOptions
  @OptionGroup var options: TriggerOptions

  func run() async throws {
    try await TriggerVerb.run(.network(.offline, try worker.selector()), options)
  }
}

struct OnlineTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "online",
    abstract: "Give a service worker the network back; its held syncs are dispatched.")

  @OptionGroup var worker: WorkerOptions
  @OptionGroup var options: TriggerOptions

  func run() async throws {
    try await TriggerVerb.run(.network(.online, try worker.selector()), options)
  }
}

extension WorkerChange: ExpressibleByArgument {}

struct WorkerTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Start, stop, update or unregister a service worker.",
    discussion: "With a registration the browser's own log of it goes; what is recorded stays.")

  @Argument(help: "start, stop, update or unregister.")
  var change: WorkerChange

  @OptionGroup var worker: WorkerOptions
  @OptionGroup var options: TriggerOptions

  func run() async throws {
    try await TriggerVerb.run(.worker(try worker.selector(), change), options)
  }
}

struct FetchAbortTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch-abort", abstract: "Abort a background fetch, as the site itself could.")

  @Argument(help: "The fetch's id.")
  var id: String

  @OptionGroup var worker: WorkerOptions
  @OptionGroup var options: TriggerOptions

  func run() async throws {
    try await TriggerVerb.run(.abortFetch(try worker.selector(), id: id), options)
  }
}
