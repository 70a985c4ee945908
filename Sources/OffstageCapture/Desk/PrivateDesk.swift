package import DBus
package import OffstageCore

/// The desk of one browser that we launch: a message bus of its own, on which we are the desktop
/// that shows notifications.
///
/// ```swift
/// try await PrivateDesk.with(clock: clock, parents: ["/tmp"], version: "1.0") { desk in
///   launch.environment.merge(desk.environment) { $1 }
///   …                                  // the browser's whole life
/// }
/// ```
package actor PrivateDesk: NotificationDesk, BusService {
  /// How far who follows the changes may fall behind.
  private static let mostWaiting = 4096

  /// For the browser.
  package nonisolated let environment: [String: String]
  private let bus: PrivateBus
  private let clock: any WallClock
  private var server: NotificationServer
  private var cards: [UInt32: ShownNotification] = [:]
  private var pictures = PictureFiles()
  private var followers: [Int: AsyncStream<NotificationChange>.Continuation] = [:]
  private var lastFollower = 0

  private init(bus: PrivateBus, clock: any WallClock, version: String) {
    self.bus = bus
    self.clock = clock
    server = NotificationServer(version: version)
    environment = ["DBUS_SESSION_BUS_ADDRESS": bus.address]
  }

  /// - Parameter parents: folders whose paths are short, one of which gets that of the bus.
  package static func with<Result: Sendable>(
    clock: any WallClock, parents: [String], version: String,
    _ body: @Sendable (PrivateDesk) async throws -> Result
  ) async throws -> Result {
    let folder = try BusFolder(parents: parents)
    let outcome: Swift.Result<Result, any Error>
    do {
      outcome = .success(
        try await run(at: folder.socketPath, clock: clock, version: version, body))
    } catch {
      outcome = .failure(error)
    }
    folder.remove()
    return try outcome.get()
  }

  private static func run<Result: Sendable>(
    at path: String, clock: any WallClock, version: String,
    _ body: @Sendable (PrivateDesk) async throws -> Result
  ) async throws -> Result {
    let bus = try await PrivateBus.open(at: path, serviceName: NotificationServer.name)
    let desk = PrivateDesk(bus: bus, clock: clock, version: version)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      // Without it there are no notifications; what is recorded is the same.
      group.addTask { try? await bus.run(desk) }
      defer { group.cancelAll() }
      let result = try await body(desk)
      await desk.end()
      return result
    }
  }

  private func end() {
    for follower in followers.values { follower.finish() }
    followers = [:]
  }

  // MARK: NotificationDesk

  package func shown() -> [ShownNotification] {
    cards.values.sorted { ($0.shown, $0.number) < ($1.shown, $1.number) }
  }

  package func changes() -> AsyncStream<NotificationChange> {
    let (stream, continuation) = AsyncStream<NotificationChange>.makeStream(
      bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    lastFollower += 1
    followers[lastFollower] = continuation
    for card in shown() { continuation.yield(.shown(card)) }
    return stream
  }

  package func perform(
    _ gesture: NotificationGesture, on number: UInt32
  ) async throws(GestureFault) {
    guard let shown = server.shown.first(where: { $0.number == number }) else {
      throw .gone
    }
    let signal =
      switch gesture {
      case .click: server.invoke(DesktopNotification.defaultKey, on: number)
      case .action(let place):
        server.invoke(try Self.key(at: place, of: shown.notification), on: number)
      case .reply(let text): server.reply(text, on: number)
      case .dismiss: server.dismiss(number)
      }
    guard let signal else {
      if case .reply = gesture { throw .takesNoText }
      throw .noSuchAction
    }
    if gesture == .dismiss { close(number) }
    await emit(signal)
  }

  private static func key(
    at place: Int, of notification: DesktopNotification
  ) throws(GestureFault) -> String {
    let buttons = notification.buttons
    guard buttons.indices.contains(place) else { throw .noSuchAction }
    guard buttons[place].key != DesktopNotification.replyKey else { throw .takesText }
    return buttons[place].key
  }

  // MARK: BusService

  package func answer(_ call: Message, from client: BusClientID) async -> Reply {
    switch server.answer(call, from: client) {
    case .reply(let reply): return reply
    case .closed(let number, let signal):
      close(number)
      await emit(signal)
      return .values([])
    case .shown(let shown):
      // Read before the answer: the browser removes the files when it takes the notification back,
      // and it waits for the answer until then.
      let files = shown.notification
      let icon = await PictureFiles.read(files.iconPath)
      let image = await PictureFiles.read(files.body.imagePath)
      show(shown, icon: icon, image: image)
      return .values([.uint32(shown.number)])
    }
  }

  package func disconnected(_ client: BusClientID) {
    for number in server.disconnected(client) { close(number) }
  }

  private func emit(_ signal: NotificationServer.Signal) async {
    await bus.emit(
      path: NotificationServer.path, interface: NotificationServer.name, member: signal.member,
      body: signal.body)
  }

  // MARK: The screen

  private func show(
    _ shown: NotificationServer.Shown, icon: [UInt8]?, image: [UInt8]?
  ) {
    // The person may have dismissed it while its pictures were read.
    guard server.shown.contains(shown) else { return }
    pictures.forget(shown.number)
    var card = ShownNotification(shown, at: clock.now())
    card.icon = pictures.keep(icon, for: shown.number)
    card.image = pictures.keep(image, for: shown.number)
    cards[shown.number] = card
    tell(.shown(card))
  }

  private func close(_ number: UInt32) {
    pictures.forget(number)
    guard cards.removeValue(forKey: number) != nil else { return }
    tell(.closed(number: number, at: clock.now()))
  }

  private func tell(_ change: NotificationChange) {
    for (number, follower) in followers {
      if case .enqueued = follower.yield(change) { continue }
      follower.finish()
      followers[number] = nil
    }
  }
}

extension ShownNotification {
  init(_ shown: NotificationServer.Shown, at moment: Timestamp) {
    let given = shown.notification
    self.init(
      number: shown.number, title: given.summary, body: given.body.text,
      origin: given.body.link.flatMap(Self.origin),
      actions: given.buttons.map { button in
        let isReply = button.key == DesktopNotification.replyKey
        return Action(
          title: button.label, isReply: isReply,
          placeholder: isReply ? given.replyPlaceholder : nil)
      },
      staysOpen: given.staysOpen, isSilent: given.isSilent, shown: moment)
  }

  /// `https://app.example` of `https://app.example/`
  private static func origin(of url: String) -> String? {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[1].isEmpty, !parts[2].isEmpty else { return nil }
    return "\(parts[0])//\(parts[2])"
  }
}
