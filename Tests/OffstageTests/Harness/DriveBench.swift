import CDP
import Foundation
import OffstageTesting
import Testing

/// A recorder with its own browser on a site, and its UI in another browser.
struct DriveBench: Sendable {
  let bench: Bench
  let driven: DrivenBrowser
  let page: UIPage

  /// - Parameters:
  ///   - address: of the page that is shown, after the link's path.
  ///   - options: for `open`.
  static func with(
    _ pages: [String: LoopbackSite.Page] = DriveSites.whole, _ address: String = "",
    options: [String] = [], _ body: (DriveBench) async throws -> Void
  ) async throws {
    try await Bench.with { bench in
      try await LoopbackSite.with(pages) { site in
        let recorder = try await bench.drive(site, options)
        let port = try #require(recorder.debuggingPort(in: bench))
        try await Client.with(port: port) { client in
          let driven = DrivenBrowser(client: client, site: site)
          try await bench.withUI(address) { page in
            if !address.isEmpty { try await page.wait(Self.isReady) }
            try await body(DriveBench(bench: bench, driven: driven, page: page))
            #expect(page.complaints() == [])
          }
        }
        try await recorder.interrupt()
      }
    }
  }

  /// The worker is known.
  static let isReady = "document.querySelector('off-drive .whole > select:not([hidden]) > option')"

  func press(_ key: String, in selector: String = "body", more: String = "") async throws {
    try await page.run(
      """
      document.querySelector('\(selector)').dispatchEvent(new KeyboardEvent('keydown',
        {key: '\(key)', bubbles: true, cancelable: true\(more)}))
      """)
  }

  func type(_ text: String, in selector: String = "off-drive textarea") async throws {
    try await page.run(
      """
      (() => { const field = document.querySelector('\(selector)');
        field.value = \(text.javaScript); field.dispatchEvent(new Event('input')); })()
      """)
  }

  func click(_ title: String, in selector: String = "off-drive") async throws {
    try await page.run(
      "[...document.querySelectorAll('\(selector) button')].find(b => b.textContent === \(title.javaScript)).click()"
    )
  }

  /// Waits until the newest answer reads so.
  func says(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await page.wait(
      "document.querySelector('off-drive .outcome').innerText.includes(\(text.javaScript))",
      sourceLocation: sourceLocation)
  }
}

extension Bench {
  /// The UI of the recorder that runs, in a browser of its own.
  func withUI(_ address: String, _ body: (UIPage) async throws -> Void) async throws {
    let link = try await run("ui").output.trimmingCharacters(in: .whitespacesAndNewlines)
    try await Chromium.with("\(folder)/ui", flags: ["--window-size=1280,800"]) { browser in
      try await Client.with(port: browser.port) { client in
        let page = try await UIPage(client, link.replacing("/#", with: "/\(address)#"))
        try await page.wait("document.querySelector('off-nav .connection.live')")
        try await body(page)
      }
    }
  }
}

extension String {
  /// As a literal.
  var javaScript: String {
    let data = try? JSONSerialization.data(withJSONObject: [self])
    return "\(String(decoding: data ?? Data("[\"\"]".utf8), as: UTF8.self))[0]"
  }
}
