import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// The Operations over a store that the test fills, also while the page is open.
struct OperationsBench: Sendable {
  static let start = TimelineBench.start

  let bench: Bench
  let page: TimelineBench

  static func with(
    _ events: [LoggedEvent], _ body: @Sendable (OperationsBench) async throws -> Void
  ) async throws {
    try await Bench.with { bench in
      try await bench.write(events)
      try await bench.withPages { page, port in
        try await page.wait("document.querySelector('off-nav .connection.live')")
        let operations = OperationsBench(bench: bench, page: TimelineBench(page: page, port: port))
        try await operations.open("")
        try await body(operations)
        #expect(page.complaints() == [])
      }
    }
  }

  func open(_ more: String) async throws {
    try await page.run("location.assign('/?view=operations&utc=\(more)')")
    try await wait("document.querySelector('off-operations:not([hidden])')")
    try await wait("document.querySelector('off-nav .connection.live')")
  }

  /// Opens the operation of an instance by a click on its row.
  func click(_ instance: String) async throws {
    try await wait(OperationsBench.row(instance))
    try await page.run("\(OperationsBench.row(instance)).click()")
    try await wait("\(details)?.innerText.includes(\(instance.quoted))")
  }

  static func row(_ instance: String) -> String {
    """
    [...document.querySelectorAll('off-operations .rows .row')]
      .find(row => row.querySelector('.instance').innerText === \(instance.quoted))
    """
  }

  var details: String { "document.querySelector('off-operation h2')" }

  func wait(_ expression: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await page.wait(expression, sourceLocation: sourceLocation)
  }

  func text(_ expression: String) async throws -> String { try await page.text(expression) }

  /// Texts of elements, joined by bars.
  func texts(_ selector: String) async throws -> String {
    try await text(
      "[...document.querySelectorAll(\(selector.quoted))].map(e => e.innerText.trim()).join('|')")
  }
}

extension Bench {
  /// Into the one source of a test, as its recorder would.
  func write(_ events: [LoggedEvent], _ capture: CaptureKind = .live) async throws {
    try await withStore { store in
      let start = OperationsBench.start
      let source = try await store.openSource(.test("default"), at: start).source.id
      _ = try await store.write(
        [SourceWrites(source: source, writes: events.map { .event($0, capture) })],
        receivedUntil: start)
    }
  }
}
