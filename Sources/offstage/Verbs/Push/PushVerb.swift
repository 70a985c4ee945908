import ArgumentParser
import OffstageCore
import OffstagePush

struct PushVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Real Web Push: the service on this machine, keys, sending, what is in a body.",
    discussion: """
      Encryption as in RFC 8291, identification as in RFC 8292. `offstage trigger push` delivers a \
      push without either.

      EXAMPLES
        offstage open http://localhost:3000 --push     a browser whose pushes come from here
        offstage push subscriptions                    where to send to
        offstage push send --subscription subscription.json --text hello --vapid-key vapid.pem
        offstage push messages                         what was sent, and what became of it
        offstage push serve                            the service alone, for other browsers
        offstage push fault 429:retry-after=5          fail on purpose
        offstage push decrypt body.bin --p256dh-private KEY --auth SECRET
      """,
    subcommands: [
      PushServe.self, PushSubscriptions.self, PushMessages.self, PushSend.self, PushVAPID.self,
      PushDecrypt.self, PushFaultVerb.self, PushExpire.self,
    ])
}

/// A key that is given as it is, or as the file that holds it.
struct KeyArgument {
  private static let limit = 1 << 14

  /// It has what no key in base64url has, and begins as no PEM and no JWK.
  static func looksLikeFile(_ text: String) -> Bool {
    !text.hasPrefix("-----") && !text.hasPrefix("{") && text.contains { "./\\~".contains($0) }
      && !text.contains(where: \.isWhitespace)
  }

  /// The key's text.
  static func read(_ argument: String) throws(UsageError) -> String {
    let bytes = try? InputFile(argument).read(atMost: limit, as: "key")
    guard let bytes, let text = String(validating: bytes, as: UTF8.self) else {
      guard !looksLikeFile(argument) else {
        throw UsageError(
          "There is no file \(argument.escapedForTerminal), and it is no key.",
          hint: "A key is given in base64url, PEM or JWK, or by the name of a file with it.")
      }
      return argument
    }
    return text
  }
}
