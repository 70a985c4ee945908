import ArgumentParser
import OffstageCore
import OffstagePush

struct PushVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Real Web Push: keys, sending, and what is in an encrypted body.",
    discussion: """
      Encryption as in RFC 8291, identification as in RFC 8292. `offstage trigger push` delivers a \
      push without either.

      EXAMPLES
        offstage push vapid
        offstage push send --subscription sub.json --text hello --vapid-key v.pem
        offstage push decrypt body --p256dh-private KEY --auth SECRET
      """,
    subcommands: [PushVAPID.self, PushSend.self, PushDecrypt.self])
}

/// A key that is given as it is, or as the file that holds it.
struct KeyArgument {
  private static let limit = 1 << 14

  /// The key's text.
  static func read(_ argument: String) throws(UsageError) -> String {
    let bytes = try? InputFile(argument).read(atMost: limit, as: "key")
    guard let bytes, let text = String(validating: bytes, as: UTF8.self) else { return argument }
    return text
  }
}
