import JSON
import NIOHTTP1

/// What the debugging port answers to plain HTTP.
struct FakeHTTPResponse: Sendable {
  var status: HTTPResponseStatus
  var type = "text/html"
  var body: [UInt8] = []
}

extension FakeBrowserModel {
  /// `address` is what the browser takes its own host and port to be: the request's Host.
  func response(to path: String, address: String) -> FakeHTTPResponse {
    guard Self.isLocal(address) else {
      return FakeHTTPResponse(
        status: .internalServerError,
        body: Array("Host header is specified and is not an IP address or localhost.".utf8))
    }
    switch path.hasSuffix("/") ? path.dropLast() : path[...] {
    case "/json/version": return json(versionText(address: address))
    case "/json", "/json/list": return json(listText(address: address))
    case "": return FakeHTTPResponse(status: .ok)
    default:
      let prefix = "/devtools/page/"
      guard path.hasPrefix(prefix) else { return FakeHTTPResponse(status: .notFound) }
      return FakeHTTPResponse(
        status: .internalServerError,
        body: Array("No such target id: \(path.dropFirst(prefix.count))".utf8))
    }
  }

  /// Seen: localhost, what ends in it, and addresses.
  private static func isLocal(_ address: String) -> Bool {
    if address.hasPrefix("[") { return true }
    let host = address.prefix { $0 != ":" }
    return host == "localhost" || host.hasSuffix(".localhost")
      || host.allSatisfy { $0.isNumber || $0 == "." }
  }

  private func json(_ text: String) -> FakeHTTPResponse {
    FakeHTTPResponse(
      status: .ok, type: "application/json; charset=UTF-8", body: Array(text.utf8))
  }

  private func versionText(address: String) -> String {
    Self.indented([
      ("Browser", options.product), ("File-Path-Style", "posix"), ("Protocol-Version", "1.3"),
      ("User-Agent", userAgent), ("V8-Version", "15.6.75.27"),
      ("WebKit-Version", "537.36 (@a21ce95c24ce3964416f09ae1862f53f319eb4d0)"),
      ("webSocketDebuggerUrl", "ws://\(address)/devtools/browser/\(runID)"),
    ]) + "\n"
  }

  private func listText(address: String) -> String {
    let shown = targets.filter { FakeTargetFilter.standard.admits($0) }
    let entries = shown.map { target in
      Self.indented([
        ("description", ""), ("id", target.id), ("title", target.title),
        ("type", target.kind.rawValue), ("url", target.url),
        ("webSocketDebuggerUrl", "ws://\(address)/devtools/page/\(target.id)"),
      ])
    }
    return "[ " + entries.joined(separator: ", ") + " ]\n"
  }

  /// Three spaces, as the browser has it.
  private static func indented(_ members: [(String, String)]) -> String {
    let lines = members.map { key, value in
      var writer = JSONWriter()
      writer.value(value)
      return "   \"\(key)\": \(writer.string)"
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}"
  }
}
