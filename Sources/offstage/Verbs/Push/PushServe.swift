import ArgumentParser
import CDP
import JSON
import OffstageCore
import OffstagePush
import OffstageStore

struct PushServe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the push service alone, for browsers and tests that others start.",
    discussion: """
      Prints what a Chromium or a Firefox is to be started with and what other programs need to trust the \
      service, then each push as it goes on, until Ctrl-C. `offstage open --push` does all of it by \
      itself.

      EXAMPLES
        offstage push serve
        offstage push serve --push-port 7789 --json > pushes.jsonl
        offstage push serve --respond 429:retry-after=5:times=3
      """)

  @OptionGroup var service: PushServiceOptions

  @Flag(help: "JSON, one document a line: the service first, then each push as it goes on.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let terminal = common.terminal
    let stop = await StopSignal()
    let store = try common.openStore()
    let host = PushHost(
      folder: common.folder, store: store, clock: SystemClock(),
      logger: Logs.make(verbose: common.verbose), port: service.pushPort, onFailure: stop.stop)
    let printer = PushPrinter(store: store, terminal: terminal, asJSON: json)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await store.run() }
      group.addTask { await stop.listen() }
      group.addTask {
        try await stop.race {
          try await host.run { place in
            try say(place, to: terminal)
            let orders = PushOrders(store: store, folder: common.folder, clock: SystemClock())
            try await orders.during(service.faults) { try await printer.follow() }
          }
        }
      }
      group.addTask { await stop.wait() }
      try await group.next()
      group.cancelAll()
    }
    try await store.close()
  }

  private func say(_ place: PushPlace, to terminal: Terminal) throws {
    let flags = BrowserFlags.PushService(
      origin: place.origin, port: place.port, keyHash: place.keyHash
    ).flags.map(\.text)
    let firefox = FirefoxPreferences.push(at: "ws://127.0.0.1:\(place.port)/firefox")
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("origin", place.origin)
        writer.member("certificate", place.certificatePath)
        writer.memberArray("arguments") { writer in
          for flag in flags { writer.value(flag) }
        }
        writer.memberObject("firefox") { writer in
          for preference in firefox.preferences { preference.write(to: &writer) }
        }
        writer.memberObject("environment") { writer in
          for (name, value) in place.environment { writer.member(name, value) }
        }
      }
      return try terminal.print(writer.string)
    }
    try terminal.print("Push service: \(place.origin) (https on the same port)\n")
    try terminal.print("Start a Chromium, with a user data folder of its own, with")
    for flag in flags { try terminal.print("  \(flag)") }
    try terminal.print(
      "\nStart a Firefox, with a profile of its own, with these lines in its user.js")
    for line in firefox.lines { try terminal.print("  \(line)") }
    try terminal.print("\nPrograms that send over https need")
    for (name, value) in place.environment { try terminal.print("  \(name)=\(value)") }
    try terminal.print(
      "\nPages in Chromium see endpoints of Google's; to send here put \(place.origin) in the place of their "
        + "scheme and host.\n")
  }
}

extension FirefoxPreferences.Preference {
  fileprivate func write(to writer: inout JSONWriter) {
    switch value {
    case .flag(let flag): writer.member(name, flag)
    case .number(let number): writer.member(name, number)
    case .text(let text): writer.member(name, text)
    }
  }
}

extension PushPlace {
  /// By which other programs trust the service's certificate.
  var environment: [(String, String)] {
    [("NODE_EXTRA_CA_CERTS", certificatePath), ("REQUESTS_CA_BUNDLE", certificatePath)]
  }
}
