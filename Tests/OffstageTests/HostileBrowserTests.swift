import CDP
import Foundation
import Testing

@testable import OffstageTesting

/// What poses as a browser and does not keep to the protocol: what is stored stays, the recorder
/// goes on where it can, and else ends with a sentence and a hint.
@Suite struct HostileBrowserTests {
  @Test(.timeLimit(.minutes(3)), arguments: Nonsense.unreadable)
  func `what can't be read is said, and the recording goes on`(_ nonsense: Nonsense) async throws {
    let errors = try await record(nonsense, isPassedOver: true)
    #expect(errors.contains("The browser said something that can't be read"), "\(errors)")
  }

  @Test(.timeLimit(.minutes(3)), arguments: Nonsense.unknown)
  func `what is unknown is passed over`(_ nonsense: Nonsense) async throws {
    let errors = try await record(nonsense, isPassedOver: true)
    #expect(!errors.contains("The browser said something"), "\(errors)")
  }

  @Test(.timeLimit(.minutes(3)), arguments: Nonsense.breaking)
  func `a connection that nonsense ends is made again, and nothing is lost`(
    _ nonsense: Nonsense
  ) async throws {
    let errors = try await record(nonsense, isPassedOver: false)
    #expect(errors.contains("The connection to the browser ended ("), "\(errors)")
  }

  @Test(.timeLimit(.minutes(3)), arguments: Nonsense.breaking + Nonsense.answers)
  func `a browser that begins with nonsense ends with 3 and leaves what is stored`(
    _ nonsense: Nonsense
  ) async throws {
    try await Bench.with { bench in
      try await FakeStage.with(bench.folder + "/browser") { stage in
        let before = try await bench.attach(stage)
        try await bench.log("0:1", on: stage)
        try await before.interrupt()
        let stored = try await bench.events()
        #expect(stored.count == 3)

        await stage.browser.perform(.neverReply(method: "Browser.getVersion"))
        let program = try bench.start("attach", "--port", "\(stage.port)", "--ui-port", "0")
        await stage.browser.wait { !$0.clients.isEmpty }
        await stage.browser.perform(nonsense.step(on: stage.browser.model))
        // Where it swallows the nonsense, it waits 30 s for what it has asked.
        expectMistake(try await program.answer(within: .seconds(60)), 3)
        #expect(try await bench.events() == stored)
        #expect(try await bench.isSound())
      }
    }
  }

  /// Two pushes with the nonsense between them; gives what the recorder said.
  private func record(_ nonsense: Nonsense, isPassedOver: Bool) async throws -> String {
    try await Bench.with { bench in
      try await FakeStage.with(bench.folder + "/browser") { stage in
        let program = try await bench.attach(stage)
        try await bench.log("0:1", on: stage)
        await stage.browser.perform(nonsense.step(on: stage.browser.model))
        if !isPassedOver { try await program.says("The connection to the browser ended (") }
        try await bench.log("0:2", on: stage)
        try await program.interrupt()
        let shown = await stage.browser.model.everShown().values.reduce(0, +)
        #expect(try await bench.events().count == shown)
        #expect(try await bench.gaps() == [])
        #expect(try await bench.isSound())
        let errors = program.errors.value.text
        #expect(errors.contains("The connection to the browser ended") == !isPassedOver)
        expectPlainWords(errors)
        return errors
      }
    }
  }
}

/// Something that no browser says.
struct Nonsense: Sendable, CustomTestStringConvertible {
  var testDescription: String
  private let make: @Sendable (_ session: String) -> ScriptStep

  private init(_ name: String, _ make: @escaping @Sendable (_ session: String) -> ScriptStep) {
    testDescription = name
    self.make = make
  }

  /// SESSION in it stands for the recorder's own.
  private static func message(_ name: String, _ text: String) -> Nonsense {
    Nonsense(name) { session in
      .sendMalformed(nil, Array(text.replacing("SESSION", with: session).utf8))
    }
  }

  private static func bytes(_ name: String, _ bytes: [UInt8]) -> Nonsense {
    Nonsense(name) { _ in .sendUnframed(nil, bytes) }
  }

  private static func event(_ name: String, _ event: String) -> Nonsense {
    message(
      "an event \(name)",
      #"{"method":"BackgroundService.backgroundServiceEventReceived","#
        + #""params":{"backgroundServiceEvent":\#(event)},"sessionId":"SESSION"}"#)
  }

  func step(on model: FakeBrowserModel) -> ScriptStep {
    make(model.sessions.first { !$0.observed.isEmpty }?.key.id ?? "none")
  }

  private static let whole =
    #"{"timestamp":1795356000.5,"origin":"https://app.example/","storageKey":"","#
    + #""serviceWorkerRegistrationId":"0","service":"notifications","eventName":"n","#
    + #""instanceId":"","eventMetadata":[]}"#

  static let unreadable = [
    message("JSON that is cut off", #"{"method":"BackgroundService.backgr"#),
    message("no JSON", "<h1>Hello.</h1>"),
    message("no object", "[1,2,3]"),
    message("neither id nor method", #"{"answer":42}"#),
    message("brackets without an end", String(repeating: "[", count: 1 << 20)),
    message("objects without an end", String(repeating: #"{"a":"#, count: 1 << 20)),
    message("a number that is none", #"{"id":1e99999,"result":{}}"#),
    Nonsense("no UTF-8") { _ in .sendMalformed(nil, [0xFF, 0xFE, 0x00, 0xC0, 0x80]) },
    event("that is none", "7"),
    event("without members", "{}"),
    event("with a text for a time", whole.replacing("1795356000.5", with: #""yesterday""#)),
    event("of no time that can be", whole.replacing("1795356000.5", with: "1e300")),
    event("of a service nobody knows", whole.replacing("notifications", with: "weather")),
    event("with an object for a list", whole.replacing("[]", with: #"{"a":"b"}"#)),
    message(
      "a state of recording that is none",
      #"{"method":"BackgroundService.recordingStateChanged","#
        + #""params":{"isRecording":"maybe"},"sessionId":"SESSION"}"#),
    bytes("a binary frame", [0x82, 0x04, 0xDE, 0xAD, 0xBE, 0xEF]),
  ]

  static let unknown = [
    message("an event nobody knows", #"{"method":"Weather.changed","params":{"to":"rain"}}"#),
    message(
      "an event nobody knows of a domain that we know",
      #"{"method":"BackgroundService.somethingNew","params":[null,{"a":[1]}]}"#),
    message(
      "a known event of a session that is none",
      #"{"method":"BackgroundService.backgroundServiceEventReceived","params":7,"sessionId":"x"}"#),
    message("a reply to nothing", #"{"id":4711,"result":{"a":1}}"#),
    message(
      "a session that is said to have ended and has not",
      #"{"method":"Target.detachedFromTarget","params":{"sessionId":"SESSION"}}"#),
  ]

  /// A length is only announced: nothing has to come.
  static let breaking = [
    bytes(
      "a frame larger than is taken", [0x81, 127] + [0, 0, 0, 0x01, 0, 0, 0, 1]),
    bytes("a frame of no length that can be", [0x81, 127] + [UInt8](repeating: 0xFF, count: 8)),
    bytes("HTTP in the middle of it", Array("HTTP/1.1 500 Gone\r\n\r\n".utf8)),
    bytes("the rest of a message that never began", [0x80, 0x02, 0x7B, 0x7D]),
    Nonsense("a frame that is cut off") { _ in .disconnectMidFrame(nil, afterBytes: 40) },
    Nonsense("an end without a reason") { _ in .disconnect(nil) },
  ]

  /// To the first command.
  static let answers = [
    message("an answer of another shape", #"{"id":1,"result":{"product":[]}}"#),
    message("an answer that is no object", #"{"id":1,"result":17}"#),
    message("a refusal", #"{"id":1,"error":{"code":-32000,"message":"\u001b[2J no"}}"#),
  ]
}

extension Bench {
  fileprivate func attach(_ stage: FakeStage) async throws -> RunningProgram {
    let program = try start("attach", "--port", "\(stage.port)", "--ui-port", "0")
    try await program.says("Recording “")
    await stage.browser.wait { $0.isObserved() }
    return program
  }

  /// A push with its three events; returns when all that was logged is stored.
  fileprivate func log(_ id: String, on stage: FakeStage) async throws {
    await stage.browser.perform(.log(.push(id: id, payload: "hello")))
    try await stored(atLeast: await stage.browser.model.everKept().values.reduce(0, +))
  }
}
