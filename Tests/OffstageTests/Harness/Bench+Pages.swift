import Foundation
import Testing

extension Bench {
  /// The pages of `offstage serve` over what is stored, in a browser of their own.
  func withPages(_ body: (_ page: UIPage, _ port: Int) async throws -> Void) async throws {
    let program = try start("serve", "--ui-port", "0")
    try await program.says("UI: http")
    let link = try await run("ui").output.trimmingCharacters(in: .whitespacesAndNewlines)
    let port = try #require(URL(string: link)?.port)
    try await withBrowser { browser, _ in
      try await Client.with(port: browser.port) { client in
        try await body(try await UIPage(client, link), port)
      }
    }
    try await program.interrupt()
  }
}
