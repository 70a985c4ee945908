import Foundation
import OffstageTesting

/// Someone who talks to a `FakeBrowserModel` directly and keeps what comes back.
struct Desk {
  var model: FakeBrowserModel
  var transcript = Transcript()
  private var lines: [ClientID: [String]] = [:]
  private var lastID = 0
  /// Every event a client was shown, in the order it came.
  private(set) var seen: [ClientID: [FakeEvent]] = [:]
  private(set) var endings: [ClientID: FakeEnding] = [:]

  init(_ options: FakeBrowserModel.Options = .init()) {
    model = FakeBrowserModel(options)
  }

  mutating func connect() -> ClientID { model.connect() }

  /// Sends one command and gives what the client got by it.
  @discardableResult
  mutating func send(
    _ method: String, _ params: String = "{}", to session: String? = nil, from client: ClientID
  ) -> [String] {
    send([(method, params)], to: session, from: client)
  }

  /// Several are pipelined.
  @discardableResult
  mutating func send(
    _ commands: [(String, String)], to session: String? = nil, from client: ClientID
  ) -> [String] {
    for (method, params) in commands {
      lastID += 1
      let target = session.map { #","sessionId":"\#($0)""# } ?? ""
      let text = #"{"id":\#(lastID),"method":"\#(method)","params":\#(params)\#(target)}"#
      take(model.receive(Array(text.utf8), from: client))
    }
    take(model.settle())
    return collect(client)
  }

  @discardableResult
  mutating func perform(_ step: ScriptStep) -> [FakeOutput] {
    let outputs = model.perform(step)
    take(outputs)
    return outputs
  }

  /// What the client got since the last time.
  mutating func collect(_ client: ClientID) -> [String] {
    defer { lines[client] = nil }
    return lines[client] ?? []
  }

  /// A hidden target with a session of that name.
  mutating func openHidden(
    named name: String, context: String? = nil, from client: ClientID
  ) -> String {
    let place = context.map { #","browserContextId":"\#($0)""# } ?? ""
    let target = result(
      "Target.createTarget", #"{"url":"about:blank","hidden":true\#(place)}"#, "targetId", client)
    return attach(to: target, named: name, from: client)
  }

  mutating func attach(to target: String, named name: String, from client: ClientID) -> String {
    let session = result(
      "Target.attachToTarget", #"{"targetId":"\#(target)","flatten":true}"#, "sessionId", client)
    transcript.names[session] = name
    _ = collect(client)
    return session
  }

  /// One member of a command's result.
  mutating func result(
    _ method: String, _ params: String, _ member: String, _ client: ClientID
  ) -> String {
    lastID += 1
    let text = #"{"id":\#(lastID),"method":"\#(method)","params":\#(params)}"#
    let outputs = model.receive(Array(text.utf8), from: client)
    take(outputs)
    take(model.settle())
    for message in outputs.flatMap(\.messages) {
      let parsed = try? JSONSerialization.jsonObject(with: Data(message)) as? [String: Any]
      if let value = (parsed?["result"] as? [String: Any])?[member] as? String { return value }
    }
    return ""
  }

  mutating func startObserving(
    _ service: FakeService, on session: String, from client: ClientID
  ) -> [String] {
    send(
      "BackgroundService.startObserving", #"{"service":"\#(service.rawValue)"}"#, to: session,
      from: client)
  }

  mutating func setRecording(
    _ service: FakeService, _ isOn: Bool, on session: String, from client: ClientID
  ) -> [String] {
    send(
      "BackgroundService.setRecording",
      #"{"shouldRecord":\#(isOn),"service":"\#(service.rawValue)"}"#, to: session, from: client)
  }

  private mutating func take(_ outputs: [FakeOutput]) {
    for output in outputs {
      guard let client = output.client else { continue }
      if case .end(let how, _) = output { endings[client] = how }
      if case .events(let batch, _) = output {
        for event in batch.events {
          let copies = batch.recipients[event.service]?.count ?? 0
          seen[client, default: []] += Array(repeating: event, count: copies)
        }
      }
      lines[client, default: []] += output.messages.compactMap(transcript.line)
    }
  }
}
