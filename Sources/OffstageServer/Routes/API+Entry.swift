internal import Hummingbird
internal import JSON

/// How a page comes by the token.
extension API {
  /// The one route that needs none.
  static let entryPath = root + "/entry"

  var entryRoutes: [Route] {
    guard let codes else { return [] }
    return [
      Route(
        .post, "/codes", "makes a one-time code for a link to the UI",
        giving: .json(.object(["code": .string]))
      ) { _ in
        .json { writer in writer.object { $0.member("code", codes.issue()) } }
      },
      Route(
        .post, "/entry", "gives the token for a one-time code, which is used up",
        body: .json(.object(["code": .string])), giving: .json(.object(["token": .string]))
      ) { request in
        let code = try Self.code(in: try await request.body())
        guard codes.redeem(code) else {
          throw Problem(
            403, .usedCode, "The link's code was used already, or is none of this server's.",
            hint: "offstage ui gives a fresh link.")
        }
        return .json { writer in writer.object { $0.member("token", token) } }
      },
    ]
  }

  private static func code(in body: [UInt8]) throws(Problem) -> String {
    var code: String?
    var reader = JSONReader(body)
    do throws(JSONError) {
      try reader.readObject { key, reader throws(JSONError) in
        if key == "code" { code = try reader.readString() } else { try reader.skipValue() }
      }
    } catch {
      throw Problem(400, .badBody, "The body is no JSON object.", hint: "Send {\"code\":CODE}.")
    }
    guard let code else {
      throw Problem(400, .badBody, "The body has no code.", hint: "Send {\"code\":CODE}.")
    }
    return code
  }
}
