import ArgumentParser
import Foundation
import JSON
import OffstageCore
import OffstagePush

extension PushContentEncoding: ExpressibleByArgument {}
extension PushMessage.Urgency: ExpressibleByArgument {}

struct PushSend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Encrypt a push, sign it, and send it to a subscription.",
    discussion: """
      The subscription is what JSON.stringify(subscription) prints in the page. It goes to push \
      services on this machine; to others only with --allow-remote. Ends with 0 if the push service \
      took it, 1 if it refused, 3 if it did not answer.

      EXAMPLES
        offstage push send --subscription sub.json --text hello
        offstage push send --subscription - --file payload.json --ttl 3600 \\
          --vapid-key vapid.pem --subject mailto:you@example.org
        offstage push send --subscription sub.json --text hello --dry-run
      """)

  @Option(
    help: "A file with the subscription's JSON; - for standard input.", completion: .file())
  var subscription: String

  @Option(parsing: .unconditional, help: "The payload.")
  var text: String?

  @Option(
    help: "A file with the payload, sent as it is; - for standard input.", completion: .file())
  var file: String?

  @Option(
    name: .customLong("vapid-key"), parsing: .unconditional,
    help: "The private key to sign with, in base64url, PEM or JWK, or a file with it.")
  var vapidKey: String?

  @Option(help: "Where the push service finds you: mailto: or https:.")
  var subject: String?

  @Option(help: "How many seconds the push service may keep it.")
  var ttl = 60

  @Option(help: "How soon it has to be there.")
  var urgency: PushMessage.Urgency?

  @Option(help: "A later push of the same topic replaces it: up to 32 letters, digits, - and _.")
  var topic: String?

  @Option(help: "How it is encrypted; aesgcm is the older one.")
  var encoding = PushContentEncoding.aes128gcm

  @Option(
    name: .customLong("padded-to"), help: "Payload and padding have at least so many bytes.")
  var paddedTo = 0

  @Option(
    help: "A certificate in PEM that is trusted beside the system's.", completion: .file())
  var trust: String?

  @Flag(name: .customLong("dry-run"), help: "Print what would be sent, and send nothing.")
  var isDryRun = false

  @Flag(name: .customLong("allow-remote"), help: "Send to other machines too.")
  var allowsRemote = false

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if text != nil, file != nil {
      throw ValidationError("Give one of --text and --file.")
    }
    if subscription == "-", file == "-" {
      throw ValidationError("There is one standard input; give - once.")
    }
    if !(0...Int(Int32.max)).contains(ttl) {
      throw ValidationError("--ttl is a number of seconds from 0 on.")
    }
    if let topic, !PushMessage.isTopic(topic) {
      throw ValidationError(
        "“\(topic.escapedForTerminal)” is no topic: up to 32 letters, digits, - and _.")
    }
    if paddedTo < 0 { throw ValidationError("--padded-to is a number from 0 on.") }
    if subject != nil, vapidKey == nil {
      throw ValidationError("--subject stands in a signed token: add --vapid-key.")
    }
  }

  func run() async throws {
    let subscription = try SubscriptionJSON(
      parsing: InputFile(self.subscription).read(atMost: 1 << 16, as: "subscription"))
    let endpoint = subscription.endpoint
    guard isDryRun || allowsRemote || endpoint.isLoopback else {
      throw UsageError(
        "The endpoint is at \(endpoint.authority), which is not this machine.",
        hint: "Add --allow-remote to send to it, or --dry-run to see what would be sent.")
    }
    var message = OutgoingPush(payload: try payload())
    (message.encoding, message.ttl, message.urgency) = (encoding, ttl, urgency)
    (message.topic, message.paddedTo) = (topic, paddedTo)
    let start = SystemClock().now()
    let request = try message.request(to: subscription, by: try credentials(endpoint))
    let encrypted = SystemClock().now() - start
    if isDryRun { return try show(request) }
    let certificate = try trust.map { try InputFile($0).read(atMost: 1 << 20, as: "certificate") }
    let sender = try PushSender(trusting: certificate)
    let answer = try await sender.send(request)
    try PushSendOutput(request: request, answer: answer, encrypted: encrypted)
      .print(json: json, to: common.terminal)
    if !answer.isSuccess { throw VerdictNo() }
  }

  private func payload() throws -> [UInt8]? {
    if let text { return Array(text.utf8) }
    return try file.map { try InputFile($0).read(atMost: 1 << 16, as: "push") }
  }

  private func credentials(_ endpoint: PushEndpoint) throws -> VAPIDCredentials? {
    guard let vapidKey else { return nil }
    let key = try VAPIDKey(parsing: KeyArgument.read(vapidKey))
    let token = VAPIDToken(
      audience: endpoint.origin, expires: SystemClock().now() + .hours(12), subject: subject)
    return token.signed(by: key)
  }

  private func show(_ request: PushRequest) throws {
    let terminal = common.terminal
    let body = Data(request.body).base64EncodedString()
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("method", "POST")
        writer.member("endpoint", request.endpoint.description)
        writer.memberArray("headers") { $0.write(headers: request.headers) }
        writer.member("bodyBytes", request.body.count)
        writer.member("body", body)
      }
      return try terminal.print(writer.string)
    }
    try terminal.print("POST \(request.endpoint)")
    for header in request.headers { try terminal.print("\(header.name): \(header.value)") }
    try terminal.print("Content-Length: \(request.body.count)")
    if !body.isEmpty { try terminal.print("\n\(body)") }
    terminal.say("Nothing was sent. The body is in base64.")
  }
}

extension JSONWriter {
  mutating func write(headers: [(name: String, value: String)]) {
    for header in headers {
      object { writer in
        writer.member("name", header.name)
        writer.member("value", header.value)
      }
    }
  }
}

/// What came of a push that was sent.
struct PushSendOutput {
  let request: PushRequest
  let answer: SendAnswer
  let encrypted: Interval

  func print(json: Bool, to terminal: Terminal) throws {
    if json { return try terminal.print(document) }
    let color: Terminal.Style = answer.isSuccess ? .green : .red
    let status = terminal.styled("\(answer.status) \(answer.reason)".escapedForTerminal, color)
    let steps = [
      "encrypted \(encrypted.short)", "connected \(answer.connected.short)",
      "answered \((answer.answered).short)",
    ]
    try terminal.print("\(status)  \(steps.joined(separator: " · "))")
    if let location = answer.location {
      try terminal.print("Location: \(location)".escapedForTerminal)
    }
    if !answer.isSuccess, let explanation = answer.explanation {
      try terminal.print(explanation.escapedForTerminal)
      if let hint = answer.hint { try terminal.print("→ " + hint.escapedForTerminal) }
    }
  }

  private var document: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("endpoint", request.endpoint.description)
      writer.member("status", answer.status)
      writer.member(orNull: "location", answer.location)
      writer.memberArray("headers") { $0.write(headers: answer.headers) }
      writer.member("body", String(decoding: answer.body, as: UTF8.self))
      writer.member("isBodyCut", answer.isCut)
      writer.member("encryptedMicros", encrypted.micros)
      writer.member("connectedMicros", answer.connected.micros)
      writer.member("answeredMicros", answer.answered.micros)
    }
    return writer.string
  }
}
