import JSON

/// What a token says, as far as it can be read: the signature is not looked at here.
package struct VAPIDClaims: Sendable, Hashable {
  package enum Part: String, Sendable {
    case header, claims, signature
  }

  /// An `aud` may be several (RFC 7519, section 4.1.3). Nil if there is none that is text.
  package var audiences: [String]?
  /// In seconds since 1970; nil if there is none that is a number.
  package var expires: Double?
  package var hasExpires = false
  package var subject: String?
  package var algorithm: String?
  /// All of them, as they were written.
  package var json: String

  /// What was signed, and the signature.
  let signedText: [UInt8]
  let signature: [UInt8]

  /// Reads a JWT in its compact form (RFC 7515, section 7.1).
  package init(reading token: String) throws(VAPIDFault) {
    guard token.utf8.count <= VAPIDCredentials.limit else {
      throw .tooLong(token.utf8.count)
    }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .partCount(parts.count) }
    let header = try VAPIDClaims.object(parts[0], .header)
    let claims = try VAPIDClaims.object(parts[1], .claims)
    signature = try VAPIDClaims.bytes(parts[2], .signature)
    signedText = Array("\(parts[0]).\(parts[1])".utf8)
    algorithm = header.object.text("alg")
    json = claims.text
    if let raw = claims.object["aud"] { audiences = VAPIDClaims.texts(raw) }
    if let raw = claims.object["exp"] {
      hasExpires = true
      var reader = JSONReader(raw.bytes)
      expires = try? reader.readDouble()
    }
    subject = claims.object.text("sub")
  }

  /// Without padding, and of that alphabet only (RFC 7515, section 2).
  private static func bytes(
    _ text: Substring, _ part: Part
  ) throws(VAPIDFault) -> [UInt8] {
    guard !text.utf8.contains(where: { "+/=".utf8.contains($0) }),
      let bytes = Base64URL.decode(text)
    else { throw .partNotBase64URL(part) }
    return bytes
  }

  private static func object(
    _ text: Substring, _ part: Part
  ) throws(VAPIDFault) -> (object: JSONObject, text: String) {
    let bytes = try VAPIDClaims.bytes(text, part)
    guard let plain = String(validating: bytes, as: UTF8.self) else { throw .partNotUTF8(part) }
    guard let object = try? JSONObject(parsing: bytes) else { throw .partNotJSON(part) }
    return (object, plain)
  }

  private static func texts(_ raw: RawJSON) -> [String]? {
    var reader = JSONReader(raw.bytes)
    guard let kind = try? reader.peekKind() else { return nil }
    if kind == .string { return (try? reader.readString()).map { [$0] } }
    guard kind == .array else { return nil }
    var texts: [String] = []
    do throws(JSONError) {
      try reader.readArray { reader throws(JSONError) in texts.append(try reader.readString()) }
    } catch {
      return nil
    }
    return texts
  }
}
