import OffstageCore
import OffstageTesting
import Testing

extension BrowserTests {
  /// Lists whose filter asks how far operations have come, while these go on, in a real Chromium.
  @Suite struct StatusFilterTests {
    private static let start = OperationsBench.start
    private static let sync = LoggedEvent.sync(at: start + .hours(1), tag: "slow", failures: 1)

    private func with(
      _ filter: String, _ events: [LoggedEvent],
      _ body: @escaping @Sendable (OperationsBench) async throws -> Void
    ) async throws {
      try await OperationsBench.with(events) { operations in
        try await operations.page.run(
          "location.assign('/?utc=&filter=' + encodeURIComponent(\(filter.quoted)))")
        try await operations.wait("document.querySelector('off-nav .connection.live')")
        try await operations.wait("document.querySelector('off-list:not([hidden])')")
        try await body(operations)
      }
    }

    private static let count = "document.querySelectorAll('off-list .rows .event').length"
    private static let rows = "off-list .rows .instance"

    @Test(.timeLimit(.minutes(2)), arguments: ["is:open", "-(status:failed or status:succeeded)"])
    func `what is over leaves a list of what is open`(_ filter: String) async throws {
      let push = LoggedEvent.push(at: Self.start, message: "0:1%a")
      try await with(filter, Array(push + Self.sync.prefix(1))) { operations in
        try await operations.wait("\(Self.count) === 1")
        try await operations.bench.write(Array(Self.sync[1...2]))
        try await operations.wait("\(Self.count) === 3")
        try await operations.bench.write(Array(Self.sync[3...]))
        try await operations.wait("\(Self.count) === 0")
        try await operations.wait("document.querySelector('off-list .empty:not([hidden])')")
        try await operations.bench.write(
          [LoggedEvent.sync(at: Self.start + .hours(2), tag: "next")[0]])
        try await operations.wait("\(Self.count) === 1")
        #expect(try await operations.texts(Self.rows) == "next")
      }
    }

    @Test(.timeLimit(.minutes(2)), arguments: ["status:failed", "status:failed or yttrium"])
    func `what has failed comes into its list with all that led there`(
      _ filter: String
    ) async throws {
      let failing = LoggedEvent.sync(
        at: Self.start, tag: "gone", failures: 2, isGivenUp: true)
      try await with(filter, Array(failing.dropLast())) { operations in
        try await operations.wait("document.querySelector('off-list .empty:not([hidden])')")
        try await operations.bench.write(Self.sync)
        try await operations.bench.write(Array(failing.suffix(1)))
        try await operations.wait("\(Self.count) === \(failing.count)")
        try await operations.wait(
          "document.querySelector('off-toolbar').innerText.includes('\(failing.count) events')")
        #expect(
          try await operations.texts(Self.rows)
            == failing.map { _ in "gone" }.joined(separator: "|"))
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what history gives to another operation is decided anew`() async throws {
      try await with("status:simulated", [Self.sync[1], Self.sync[3]]) { operations in
        try await operations.wait("\(Self.count) === 2")
        try await operations.bench.write([Self.sync[0]], .replay)
        try await operations.wait("\(Self.count) === 0")
      }
    }
  }
}
