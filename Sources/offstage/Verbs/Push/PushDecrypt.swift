import ArgumentParser
import Foundation
import JSON
import OffstageCore
import OffstagePush

struct PushDecrypt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decrypt",
    abstract: "Explain an encrypted body step by step, with the subscription's private keys.",
    discussion: """
      For profiles made to test with: the keys decrypt whatever is sent to that subscription. A body \
      in aesgcm needs its headers too. Ends with 0 if it could be decrypted, else with 1 and what is \
      wrong with it.

      EXAMPLES
        offstage push decrypt body.bin --p256dh-private KEY --auth SECRET
        offstage push decrypt body.bin --p256dh-private KEY --auth SECRET \\
          --header 'Encryption: salt=…' --header 'Crypto-Key: dh=…'
      """)

  @Argument(
    help: ArgumentHelp("A file with the body; - for standard input.", valueName: "body-file"),
    completion: .file())
  var body: String

  @Option(
    name: .customLong("p256dh-private"), parsing: .unconditional,
    help: "The subscription's private key, in base64url, PEM or JWK, or a file with it.")
  var privateKey: String

  // Base64url may begin with a dash.
  @Option(parsing: .unconditional, help: "The subscription's auth, in base64url.")
  var auth: String

  @Option(help: "A header of the request, such as 'Encryption: salt=…'. Repeatable.")
  var header: [String] = []

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try headers() }

  func run() async throws {
    let keys = try ReceiverKeys(privateKey: KeyArgument.read(privateKey), auth: auth)
    let bytes = try InputFile(body).read(atMost: 1 << 22, as: "push")
    let found = PushDecryption(of: bytes, headers: try headers(), with: keys)
    let terminal = common.terminal
    if json {
      try terminal.print(document(found, size: bytes.count))
    } else {
      for line in lines(found, size: bytes.count) { try terminal.print(line) }
      if let fault = found.fault {
        terminal.warn("✕ \(fault.message)\n\(fault.hint)")
      }
    }
    if found.fault != nil { throw VerdictNo() }
  }

  private func headers() throws -> [(name: String, value: String)] {
    try header.map { line in
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
        throw ValidationError(
          "“\(line.escapedForTerminal)” is no header: write 'Encryption: salt=…'.")
      }
      return (String(line[..<colon]), String(line[line.index(after: colon)...]))
    }
  }

  private func lines(_ found: PushDecryption, size: Int) -> [String] {
    var lines = ["Body          \(size) bytes"]
    if let encoding = found.encoding { lines.append("Encoding      \(encoding.rawValue)") }
    if let salt = found.salt { lines.append("Salt          \(Base64URL.encode(salt))") }
    if let recordSize = found.recordSize { lines.append("Record size   \(recordSize)") }
    if let key = found.senderKey { lines.append("Sender's key  \(Base64URL.encode(key))") }
    for (index, record) in found.records.enumerated() {
      lines.append(
        "Record \(index + 1)".padding(toLength: 14, withPad: " ", startingAt: 0)
          + "\(record.size) bytes: \(record.plaintextSize) of payload, \(record.padding) of padding"
      )
    }
    if found.encoding == .aes128gcm, found.records.count > 1 {
      lines.append(
        "              A push is one record (RFC 8291, section 4); browsers may refuse more.")
    }
    guard found.fault == nil || !found.plaintext.isEmpty else { return lines }
    lines.append("Payload       \(found.plaintext.count) bytes")
    if let text = String(validating: found.plaintext, as: UTF8.self) {
      lines.append("\n" + text.escapedLines)
    } else {
      lines.append("\n" + Data(found.plaintext).base64EncodedString())
      lines.append("(no text; in base64)")
    }
    return lines
  }

  private func document(_ found: PushDecryption, size: Int) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("bodyBytes", size)
      writer.member(orNull: "encoding", found.encoding?.rawValue)
      writer.member(orNull: "salt", found.salt.map { Base64URL.encode($0) })
      writer.member(orNull: "recordSize", found.recordSize)
      writer.member(orNull: "senderKey", found.senderKey.map { Base64URL.encode($0) })
      writer.memberArray("records") { writer in
        for record in found.records {
          writer.object { writer in
            writer.member("bytes", record.size)
            writer.member("payloadBytes", record.plaintextSize)
            writer.member("paddingBytes", record.padding)
          }
        }
      }
      writer.member("payload", Data(found.plaintext).base64EncodedString())
      writer.member(orNull: "text", String(validating: found.plaintext, as: UTF8.self))
      if let fault = found.fault {
        writer.memberObject("fault") { writer in
          writer.member("code", fault.code)
          writer.member("message", fault.message)
          writer.member("hint", fault.hint)
        }
      } else {
        writer.memberNull("fault")
      }
    }
    return writer.string
  }
}
