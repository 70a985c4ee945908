import Synchronization

/// What a Firefox prints, read for the one thing that it tells nobody else: which site a subscription
/// is of. Its push service knows only a channel's number.
///
/// With its push client's log on it prints each record as it keeps it, in one line (PushDB.sys.mjs,
/// `put()`). The line has the subscription's private key too: none of that log is kept.
package final class FirefoxOutput: Sendable {
  static let preferences = [
    FirefoxPreferences.Preference(
      "dom.push.loglevel", .text("debug"), "tells which site a subscription is of"),
    FirefoxPreferences.Preference(
      "devtools.console.stdout.chrome", .flag(true), "tells it to the one who started it"),
  ]

  package struct Subscription: Hashable, Sendable {
    package var endpoint: String
    package var scope: String
  }

  private struct State {
    var line: [UInt8] = []
    var kept: [String] = []
  }

  private static let longestLine = 64 << 10
  private static let keptLines = 200

  private let state = Mutex(State())
  private let found: @Sendable (Subscription) -> Void

  package init(found: @escaping @Sendable (Subscription) -> Void) {
    self.found = found
  }

  /// The last of what may be shown.
  func lines(_ count: Int) -> String {
    state.withLock { $0.kept.suffix(count).joined(separator: "\n") }
  }

  func append(_ bytes: some Sequence<UInt8>) {
    var subscriptions: [Subscription] = []
    state.withLock { state in
      for byte in bytes {
        if byte != UInt8(ascii: "\n") {
          if state.line.count < Self.longestLine { state.line.append(byte) }
          continue
        }
        let line = String(decoding: state.line, as: UTF8.self)
        state.line.removeAll(keepingCapacity: true)
        if let subscription = Self.subscription(in: line) {
          subscriptions.append(subscription)
        } else if !Self.isPushLog(line) {
          state.kept.append(line)
          if state.kept.count > 2 * Self.keptLines {
            state.kept.removeFirst(state.kept.count - Self.keptLines)
          }
        }
      }
    }
    for subscription in subscriptions { found(subscription) }
  }

  private static func isPushLog(_ line: String) -> Bool {
    line.hasPrefix("console.") && line.contains(": Push")
  }

  /// `console.debug: PushDB: "put()" ({pushEndpoint:"…", scope:"…", originAttributes:"…", …`
  static func subscription(in line: String) -> Subscription? {
    let head = "console.debug: PushDB: \"put()\" ({"
    guard line.hasPrefix(head), let endpoint = value(of: "pushEndpoint", in: line),
      let scope = value(of: "scope", in: line)
    else { return nil }
    return Subscription(endpoint: endpoint, scope: scope)
  }

  /// Addresses have no quotes and no backslashes.
  private static func value(of name: String, in line: String) -> String? {
    guard let start = line.firstRange(of: name + ":\"")?.upperBound,
      let end = line[start...].firstIndex(of: "\"")
    else { return nil }
    return String(line[start..<end])
  }
}
