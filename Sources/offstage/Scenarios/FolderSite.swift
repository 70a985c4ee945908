import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OffstageCore
import OffstageScenario
import OffstageServer

/// Serves a folder to the browser, and what a scenario says of some of its paths.
struct FolderSite: Sendable {
  /// Absolute.
  let folder: String
  let answers: [String: SiteAnswer]
  /// Of this machine, from where the browser is.
  var address = "127.0.0.1"

  /// Serves until it is cancelled; `onReady` is told the origin.
  func run(onReady: @escaping @Sendable (String) async -> Void) async throws {
    let application = Application(
      responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
        await answer(request)
      },
      server: DroppableHTTP1Channel.builder,
      configuration: .init(address: .hostname(address, port: 0)),
      onServerRunning: { channel in
        let host = address == "127.0.0.1" ? "localhost" : address
        await onReady("http://\(host):\(channel.localAddress?.port ?? 0)")
      },
      logger: Logs.make(verbose: false))
    try await application.run()
  }

  private static let bodyLimit = 16 << 20

  private func answer(_ request: Request) async -> Response {
    let origin = "http://\(request.head.authority ?? "localhost")"
    let path = request.uri.path
    if let answer = answers[path] {
      _ = try? await request.body.collect(upTo: Self.bodyLimit)
      if let delay = answer.delay { try? await Task.sleep(for: delay.duration) }
      return response(of: answer, origin)
    }
    guard request.method == .get || request.method == .head else {
      return response(.methodNotAllowed, body: Array("answers: tells what is posted here.\n".utf8))
    }
    guard let file = file(path) else {
      return response(.notFound, body: Array("Not here.\n".utf8))
    }
    return response(.ok, type: file.type, body: file.bytes)
  }

  private func response(of answer: SiteAnswer, _ origin: String) -> Response {
    let values = ["site": origin]
    var headers = HTTPFields()
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value.expanded(values) }
    }
    let body =
      answer.body.map { Array($0.expanded(values).utf8) }
      ?? [UInt8](repeating: UInt8(ascii: "a"), count: answer.bytes)
    return response(HTTPResponse.Status(code: answer.status), headers: headers, body: body)
  }

  /// Nothing outside of the folder, also by a link.
  private func file(_ path: String) -> (type: String, bytes: [UInt8])? {
    let decoded = path.removingPercentEncoding ?? path
    guard !decoded.contains("\0") else { return nil }
    let name = decoded.hasSuffix("/") ? decoded + "index.html" : decoded
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().standardizedFileURL.path
    let file = URL(fileURLWithPath: root + name).resolvingSymlinksInPath().standardizedFileURL.path
    var isFolder: ObjCBool = false
    guard file.hasPrefix(root + "/"),
      FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue,
      let data = FileManager.default.contents(atPath: file)
    else { return nil }
    return (Self.contentType(file), [UInt8](data))
  }

  private static func contentType(_ file: String) -> String {
    let types = [
      "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
      "mjs": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
      "json": "application/json", "webmanifest": "application/manifest+json",
      "png": "image/png", "svg": "image/svg+xml", "jpg": "image/jpeg", "webp": "image/webp",
      "txt": "text/plain; charset=utf-8", "wasm": "application/wasm",
    ]
    let ending = URL(fileURLWithPath: file).pathExtension.lowercased()
    return types[ending] ?? "application/octet-stream"
  }

  private func response(
    _ status: HTTPResponse.Status, headers: HTTPFields = [:], type: String? = nil,
    body: [UInt8] = []
  ) -> Response {
    var headers = headers
    headers[.cacheControl] = headers[.cacheControl] ?? "no-store"
    headers[.contentType] = headers[.contentType] ?? type ?? "text/plain; charset=utf-8"
    return Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
