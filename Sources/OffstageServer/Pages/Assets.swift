package import Foundation
internal import HTTPTypes
internal import Hummingbird

/// The files of the UI, held in memory as they are sent.
package struct Assets: Sendable {
  private struct Asset: Sendable {
    let type: String
    let tag: String
    let body: ByteBuffer
  }

  /// By path.
  private let assets: [String: Asset]

  /// No scripts but our own files, no other origin, nothing inline; text can't become markup.
  static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    + "require-trusted-types-for 'script'; trusted-types 'none'"

  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
  ]

  package static let none = Assets([:])

  /// - Parameter files: by path, such as `ui/app.js`; `ui/index.html` is the page at `/`.
  package init(_ files: [String: Data]) {
    var assets: [String: Asset] = [:]
    for (name, data) in files {
      guard let type = Self.types[(name as NSString).pathExtension] else { continue }
      let path = name == "ui/index.html" ? "/" : "/" + name
      assets[path] = Asset(
        type: type, tag: "\"\(Self.digest(data))\"", body: ByteBuffer(bytes: data))
    }
    self.assets = assets
  }

  var isEmpty: Bool { assets.isEmpty }

  func response(to request: Request) -> Response? {
    guard let asset = assets[request.uri.path] else { return nil }
    var headers = HTTPFields()
    headers[.eTag] = asset.tag
    headers[.cacheControl] = "no-cache"
    headers[.contentSecurityPolicy] = Self.policy
    let known = request.headers[.ifNoneMatch].map { $0.contains(asset.tag) } ?? false
    if known { return Response(status: .notModified, headers: headers) }
    headers[.contentType] = asset.type
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.body))
  }

  /// Tells one build's file from another's (FNV-1a).
  private static func digest(_ data: Data) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in data { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}

/// Answers for the UI's files, behind the guard.
struct AssetMiddleware: RouterMiddleware {
  typealias Context = BasicRequestContext

  let assets: Assets

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard request.method == .get || request.method == .head,
      let response = assets.response(to: request)
    else { return try await next(request, context) }
    return request.method == .head ? response.createHeadResponse() : response
  }
}
