import OffstageCore
import OffstagePush
import OffstageStore

/// Asks something of the push service that runs, whichever process it is in.
struct PushOrders: Sendable {
  let store: SQLiteEventStore
  let folder: DataFolder
  let clock: any WallClock

  private static let patience = Interval.seconds(10)

  static let noService = PushError(
    .notRunning, "No push service runs for this data folder.",
    hint: "Start one with offstage push serve, or a browser with offstage open --push.")

  func checkService() throws(PushError) {
    guard FileLock.isHeld(folder.locksPath + "/push") else { throw Self.noService }
  }

  /// The token of a subscription that there is.
  func token(of text: String?) async throws -> String? {
    guard let text else { return nil }
    let token = text.split(separator: "/").last.map(String.init) ?? text
    guard try await store.pushSubscriptions().contains(where: { $0.token == token }) else {
      throw UsageError(
        "There is no subscription “\(text.escapedForTerminal)”.",
        hint: "offstage push subscriptions lists the endpoints.")
    }
    return token
  }

  /// They are in force when it returns.
  func inject(_ wishes: [FaultWish], subscription: String?) async throws -> [Int64] {
    var ids: [Int64] = []
    for wish in wishes {
      ids.append(
        try await store.order(
          .inject(wish.fault), subscription: subscription, times: wish.times, at: clock.now()))
    }
    try await wait(for: ids) { $0.isTaken }
    return ids
  }

  /// They are in force for the time of `body`.
  func during(
    _ wishes: [FaultWish], _ body: @Sendable () async throws -> Void
  ) async throws {
    guard !wishes.isEmpty else { return try await body() }
    let ids = try await inject(wishes, subscription: nil)
    let outcome = await result(body)
    await takeBack(ids)
    try outcome.get()
  }

  func expire(_ token: String) async throws {
    let id = try await store.order(.expire, subscription: token, times: nil, at: clock.now())
    try await wait(for: [id]) { _ in false }
  }

  /// Until each is as it should be, or gone; what is waited for in vain is taken back.
  private func wait(for ids: [Int64], until isDone: (PushOrder) -> Bool) async throws {
    let deadline = clock.now() + Self.patience
    do {
      while try await store.pushOrders().contains(where: { ids.contains($0.id) && !isDone($0) }) {
        guard clock.now() < deadline else { throw Self.noService }
        try await clock.sleep(for: Interval(micros: 10_000))
      }
    } catch {
      await takeBack(ids)
      throw error
    }
  }

  /// Also when the person does not want to wait any longer.
  private func takeBack(_ ids: [Int64]) async {
    // What is not taken back now ends with the service.
    _ = try? await Task { try await store.withdraw(orders: ids) }.value
  }
}
