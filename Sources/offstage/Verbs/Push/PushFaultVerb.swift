import ArgumentParser
import JSON
import OffstageCore
import OffstagePush
import OffstageStore

struct PushFaultVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault",
    abstract: "Make the push service fail on purpose, to test what an application server does.",
    discussion: """
      A fault is a status with its headers, or one of drop (taken and lost), delay=5s, duplicate (sent \
      twice) and reorder (the next goes first); with times=N only the next N pushes meet it. Only \
      pushes with which nothing is wrong meet one. It is in force when this has ended, until the \
      service ends. Without a fault those in force are listed.

      EXAMPLES
        offstage push fault 429:retry-after=5
        offstage push fault 500:times=2
        offstage push fault drop:times=1 --subscription http://127.0.0.1:7789/fcm/send/TOKEN
        offstage push fault delay=30s
        offstage push fault --clear
      """)

  @Argument(
    help: ArgumentHelp("Such as 429:retry-after=5, or drop:times=1.", valueName: "fault"),
    transform: FaultWish.argument)
  var faults: [FaultWish] = []

  @Option(help: "Only pushes to this subscription, by its endpoint or its token.")
  var subscription: String?

  @Flag(help: "End all faults.")
  var clear = false

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if clear, !faults.isEmpty || subscription != nil {
      throw ValidationError("--clear ends all faults; give it alone.")
    }
    if subscription != nil, faults.isEmpty {
      throw ValidationError("--subscription says which pushes meet a fault: add the fault.")
    }
  }

  func run() async throws {
    let terminal = common.terminal
    guard let store = try common.openExistingStore() else {
      if !clear, faults.isEmpty { return try show([], terminal) }
      throw PushOrders.noService
    }
    if clear {
      let count = try await store.withdraw(orders: nil)
      terminal.say(count == 0 ? "No fault was in force." : "\(count.faults) ended.")
    } else if !faults.isEmpty {
      let orders = PushOrders(store: store, folder: common.folder, clock: SystemClock())
      try orders.checkService()
      let token = try await orders.token(of: subscription)
      _ = try await orders.inject(faults, subscription: token)
    }
    let all = clear ? [] : try await store.pushOrders()
    try await store.close()
    if !clear || json { try show(all.filter { $0.kind != .expire }, terminal) }
  }

  private func show(_ orders: [PushOrder], _ terminal: Terminal) throws {
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.memberArray("faults") { writer in
          for order in orders { order.write(to: &writer) }
        }
      }
      return try terminal.print(writer.string)
    }
    if orders.isEmpty { return terminal.say("No fault is in force.") }
    for order in orders {
      let whose = order.subscription.map { "pushes to \($0)" } ?? "all pushes"
      let times = order.times.map { $0 == 1 ? "the next one" : "the next \($0)" } ?? "each"
      try terminal.print("\(order.kind.text)  \(whose), \(times)".escapedForTerminal)
    }
  }
}

struct PushExpire: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expire",
    abstract: "End a subscription as a push service does: posts to it get 410.",
    discussion: """
      Neither the page nor the browser is told: the page has a subscription on which nothing comes any \
      more, until it subscribes anew.

      EXAMPLES
        offstage push expire http://127.0.0.1:7789/fcm/send/TOKEN
      """)

  @Argument(help: "The subscription, by its endpoint or its token.")
  var subscription: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    guard let store = try common.openExistingStore() else { throw PushOrders.noService }
    let orders = PushOrders(store: store, folder: common.folder, clock: SystemClock())
    guard let token = try await orders.token(of: subscription) else { return }
    if try await store.pushSubscriptions().first(where: { $0.token == token })?.end != nil {
      common.terminal.say("It has ended already.")
    } else {
      try orders.checkService()
      try await orders.expire(token)
      common.terminal.say("The subscription has ended: posts to it get 410.")
    }
    try await store.close()
  }
}

extension Int {
  fileprivate var faults: String { self == 1 ? "1 fault" : "\(self) faults" }
}

extension PushOrder {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("fault", kind.text)
      writer.member(orNull: "subscription", subscription)
      writer.member(orNull: "times", times)
    }
  }
}
