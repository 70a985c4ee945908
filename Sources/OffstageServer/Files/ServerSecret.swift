internal import Foundation
package import OffstageCore

/// What the tokens of a data folder rest on: all its servers share it, so that a tab that is open
/// finds its token good after a restart.
package struct ServerSecret: Sendable, Hashable {
  /// 32 random bytes.
  let bytes: [UInt8]

  private static let length = 32

  /// The secret of the folder; the first process to ask makes it.
  package static func load(in folder: DataFolder) throws(StoreError) -> ServerSecret {
    // One look tells both: a file that another process makes meanwhile must not be replaced.
    let content = try? String(contentsOfFile: folder.secretPath, encoding: .utf8)
    if let content, let secret = ServerSecret(content: content) { return secret }
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
    let fresh = ServerSecret(bytes: bytes)
    try PrivateFile.write(
      Array((fresh.token + "\n").utf8), to: folder.secretPath, content == nil ? .keep : .replace)
    // Another process may have been first.
    guard let content = try? String(contentsOfFile: folder.secretPath, encoding: .utf8),
      let secret = ServerSecret(content: content)
    else {
      throw StoreError(
        .notWritable, "The server's secret \(folder.secretPath) can't be read.",
        hint: "Remove the file; the next start makes a new one.")
    }
    return secret
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private init?(content: String) {
    let token = content.trimmingCharacters(in: .whitespacesAndNewlines)
    let base64 = token.replacing("-", with: "+").replacing("_", with: "/") + "="
    guard let data = Data(base64Encoded: base64), data.count == ServerSecret.length else {
      return nil
    }
    bytes = Array(data)
  }

  /// The token of the API, in base64url without padding (RFC 4648 §5).
  package var token: String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
