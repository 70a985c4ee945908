import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OffstageServer

/// Serves the sample site on loopback. What it must do is written in `Web/demo/README.md`.
struct DemoSite: Sendable {
  /// Serves until it is cancelled; `onReady` is told the origin.
  func run(onReady: @escaping @Sendable (String) async -> Void) async throws {
    let application = Application(
      responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
        await Self.answer(request)
      },
      server: DroppableHTTP1Channel.builder,
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        await onReady("http://localhost:\(channel.localAddress?.port ?? 0)")
      },
      logger: Logs.make(verbose: false))
    try await application.run()
  }

  /// The files that a background fetch downloads, in bytes.
  private static let downloads = ["a": 65_536, "b": 131_072, "c": 262_144]

  private static func answer(_ request: Request) async -> Response {
    let origin = "http://\(request.head.authority ?? "localhost")"
    let path = request.uri.path
    switch (request.method, path) {
    case (.post, "/outbox"):
      _ = try? await request.body.collect(upTo: 1 << 20)
      return response(.noContent)
    case (.get, "/pay"), (.head, "/pay"):
      let manifest = "<\(origin)/pay/payment-method-manifest.json>"
      return response(.ok, headers: [Self.link: "\(manifest); rel=\"payment-method-manifest\""])
    case (.get, _), (.head, _):
      return file(path, origin) ?? response(.notFound, body: Array("Not here.\n".utf8))
    default:
      return response(.notFound, body: Array("Not here.\n".utf8))
    }
  }

  private static func file(_ path: String, _ origin: String) -> Response? {
    for (name, size) in downloads where path == "/files/\(name).bin" {
      return response(
        .ok, headers: [.contentType: "application/octet-stream"],
        body: [UInt8](repeating: UInt8(ascii: name.first == "a" ? "a" : "b"), count: size))
    }
    let name = path == "/" ? "index.html" : String(path.dropFirst())
    guard let type = contentType(name),
      let data = EmbeddedFiles.base64["demo/\(name)"].flatMap({ Data(base64Encoded: $0) })
    else { return nil }
    var body = Array(data)
    if name.hasPrefix("pay/"), !name.hasSuffix(".js") {
      body = Array(String(decoding: data, as: UTF8.self).replacing("{{origin}}", with: origin).utf8)
    }
    return response(.ok, headers: [.contentType: type], body: body)
  }

  private static func contentType(_ name: String) -> String? {
    let types = [
      "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
      "css": "text/css; charset=utf-8", "json": "application/json",
      "webmanifest": "application/manifest+json", "png": "image/png",
    ]
    return name.split(separator: ".").last.flatMap { types[String($0)] }
  }

  /// RFC 8288; the library has no name for it.
  private static let link = HTTPField.Name("Link")!

  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    + "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    + "form-action 'none'; frame-ancestors 'none'"

  private static func response(
    _ status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []
  ) -> Response {
    var headers = headers
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
    headers[.contentSecurityPolicy] = policy
    if headers[.contentType] == nil { headers[.contentType] = "text/plain; charset=utf-8" }
    return Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
