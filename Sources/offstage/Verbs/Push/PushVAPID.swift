import ArgumentParser
import JSON
import OffstageCore
import OffstagePush

struct PushVAPID: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vapid",
    abstract: "Make a key pair by which an application server says who it is (RFC 8292).",
    discussion: """
      The page hands the public key to pushManager.subscribe as applicationServerKey; the server \
      signs with the private one. Keep that to yourself.

      EXAMPLES
        offstage push vapid
        offstage push vapid --pem > vapid.pem
        offstage push vapid --key vapid.pem        the public key of one that is there
      """)

  @Option(
    parsing: .unconditional,
    help: "A private key that is there, in base64url, PEM or JWK, or a file with it.")
  var key: String?

  @Flag(help: "The private key as PEM (PKCS #8), and nothing else.")
  var pem = false

  @Flag(help: "One JSON document, with PEM and JWK.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if pem, json { throw ValidationError("Give one of --pem and --json.") }
  }

  func run() async throws {
    let pair = try key.map { try VAPIDKey(parsing: KeyArgument.read($0)) } ?? VAPIDKey()
    let terminal = common.terminal
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("publicKey", pair.applicationServerKey)
        writer.member("privateKey", Base64URL.encode(pair.privateKey))
        writer.member("pem", pair.pem)
        writer.member("jwk", raw: RawJSON(unchecked: Array(pair.jwk.utf8)))
      }
      try terminal.print(writer.string)
    } else if pem {
      try terminal.print(pair.pem)
    } else {
      try terminal.print("Public key   \(pair.applicationServerKey)")
      try terminal.print("Private key  \(Base64URL.encode(pair.privateKey))")
      terminal.say("The page subscribes with the public key; the private one signs. Keep it.")
    }
  }
}
