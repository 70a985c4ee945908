import CDP
import Foundation
import JSON
import Testing

extension BrowserTests {
  /// axe-core on every pane. It is there for tests only and never in the binary; `Scripts/fetch-axe`,
  /// which `Scripts/test` runs, brings it.
  @Suite(
    .enabled(
      if: AxeCore.isHere || AxeCore.isNeeded,
      "There is no .build/axe: Scripts/fetch-axe brings axe-core, where there is a network."))
  struct AccessibilityTests {
    @Test(.timeLimit(.minutes(10)), arguments: [true, false])
    func `no pane keeps anybody out`(_ isFull: Bool) async throws {
      let axe = try AxeCore.load()
      try await PagesScene.with(isFull: isFull) { scene in
        let panes = try await scene.panes()
        try await axe.inject(into: scene.page)
        for look in PagesScene.Look.all {
          try await scene.look(look)
          for (number, pane) in panes.enumerated() {
            try await scene.open(number)
            try await axe.expectNothing(on: scene.page, "\(pane), full: \(isFull), \(look)")
          }
          for instance in isFull ? PagesScene.operations : [] {
            try await scene.openOperation(instance)
            try await axe.expectNothing(on: scene.page, "operation \(instance), \(look)")
          }
          for section in PagesScene.drawer {
            try await scene.openDrawer(section)
            try await axe.expectNothing(
              on: scene.page, "drawer \(section), full: \(isFull), \(look)")
          }
          try await scene.closeDrawer()
          try await scene.open(0)
          if isFull {
            try await scene.page.run("document.querySelector('.rows .event').click()")
            try await scene.settle()
            try await axe.expectNothing(on: scene.page, "details, \(look)")
          }
          try await scene.offerFilters()
          try await axe.expectNothing(on: scene.page, "the filter's completions, \(look)")
          try await scene.mistakeFilter()
          try await axe.expectNothing(on: scene.page, "a mistaken filter, \(look)")
          try await scene.emptyFilter()
          // The keys, and what is asked before events are removed.
          for key in ["?", nil] {
            try await scene.page.run(
              key.map {
                "document.dispatchEvent(new KeyboardEvent('keydown', {key: '\($0)', bubbles: true}))"
              }
                ?? "[...document.querySelectorAll('button')].find(b => b.innerText === 'Clear…').click()"
            )
            try await scene.page.wait("document.querySelector('dialog[open]')")
            try await axe.expectNothing(on: scene.page, "dialog \(key ?? "Clear…"), \(look)")
            try await scene.page.run("document.querySelector('dialog button').click()")
            try await scene.page.wait("!document.querySelector('dialog[open]')")
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what keeps somebody out would be found`() async throws {
      let axe = try AxeCore.load()
      try await PagesScene.with(isFull: true) { scene in
        try await axe.inject(into: scene.page)
        try await scene.page.run(
          "document.querySelector('off-toolbar').append(document.createElement('button'))")
        #expect(try await axe.findings(on: scene.page).contains { $0.hasPrefix("button-name") })
      }
    }
  }
}

/// Deque's axe-core, as a text.
struct AxeCore: Sendable {
  private let script: String

  private static let path =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path + "/.build/axe/axe.min.js"

  static var isHere: Bool { FileManager.default.fileExists(atPath: path) }

  /// On a build machine a check that is left out would be missed by nobody.
  static var isNeeded: Bool {
    ProcessInfo.processInfo.environment["CI"]?.isEmpty == false
  }

  static func load() throws -> AxeCore {
    AxeCore(script: try String(contentsOfFile: path, encoding: .utf8))
  }

  /// By the debugger, to which the page's policy does not apply.
  func inject(into page: UIPage) async throws {
    _ = try await page.client.connection.call(
      Runtime.Evaluate(expression: script), session: page.session)
  }

  /// What is serious or critical: the rule, and where.
  func findings(on page: UIPage) async throws -> [String] {
    let text = try await page.answer(
      to: """
        axe.run(document, {resultTypes: ['violations']}).then(({violations}) =>
          violations.filter(({impact}) => ['serious', 'critical'].includes(impact))
            .flatMap(({id, nodes}) => nodes.map(({target, failureSummary}) =>
              `${id} at ${target.join(' ')}: ${failureSummary.replace(/\\s+/g, ' ')}`))
            .join('\\n'))
        """)
    return text.split(separator: "\n").map(String.init)
  }

  func expectNothing(
    on page: UIPage, _ what: String, at location: SourceLocation = #_sourceLocation
  ) async throws {
    let findings = try await findings(on: page)
    #expect(findings == [], "\(what)", sourceLocation: location)
  }
}
