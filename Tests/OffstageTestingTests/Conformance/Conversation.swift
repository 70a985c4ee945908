import Foundation

/// One client's part of a chapter, written down.
///
/// A step is written with what every client got by it: the acting one first.
final class Conversation {
  let stage: any Stage
  /// The context that the chapter plays in, if it is not the profile.
  var context: String?
  var lines: [String] = []
  private var transcript: Transcript
  private var actors: [(name: String, client: BareClient, taken: Int)] = []
  private var lastID = 0

  init(_ stage: any Stage) {
    self.stage = stage
    transcript = Transcript(site: stage.site)
  }

  func enter(_ name: String, _ client: BareClient) {
    actors.append((name, client, 0))
  }

  func leave(_ name: String) {
    actors.removeAll { $0.name == name }
  }

  struct Command {
    var method: String
    var params: String

    init(_ method: String, _ params: String = "{}") {
      self.method = method
      self.params = params
    }

    static func observe(_ service: String) -> Self {
      Self("BackgroundService.startObserving", #"{"service":"\#(service)"}"#)
    }

    static func stop(_ service: String) -> Self {
      Self("BackgroundService.stopObserving", #"{"service":"\#(service)"}"#)
    }

    static func record(_ service: String, _ isOn: Bool = true) -> Self {
      Self(
        "BackgroundService.setRecording", #"{"shouldRecord":\#(isOn),"service":"\#(service)"}"#)
    }

    static func clear(_ service: String) -> Self {
      Self("BackgroundService.clearEvents", #"{"service":"\#(service)"}"#)
    }
  }

  /// What a step's lines are put into order by, where the browser's own order is chance.
  enum Order {
    case asTheyCame
    /// Replies first: a trigger is answered before or after what it triggers.
    case repliesFirst
    /// By service: pipelined commands are answered in a chance mixture, each service in order.
    case byService
  }

  /// Sends commands in one go and writes down what comes. `more` is how many lines come besides
  /// the replies, which is how long to wait.
  func step(
    _ actor: String, _ session: String? = nil, _ commands: Command..., more: Int = 0,
    order: Order = .asTheyCame
  ) async throws {
    let acting = try client(actor)
    var ids: [Int: Command] = [:]
    var texts: [String] = []
    for command in commands {
      lastID += 1
      ids[lastID] = command
      lines.append(
        "\(actor) \(session ?? "browser") > \(command.method) "
          + command.params.replacing(stage.site, with: "SITE")
          .replacing(#/[0-9A-F]{32}/#, with: "ID"))
      texts.append(text(command, id: lastID, session: session))
    }
    try await acting.send(texts)
    try await wait(for: Array(ids.keys), of: acting)
    try? await waitForLines(commands.count + more)
    let isSure = more > 0 && order != .repliesFirst
    try await Task.sleep(for: isSure ? .milliseconds(20) : stage.patience)
    collect(first: actor) { [transcript] message in
      switch order {
      case .asTheyCame: 0
      case .repliesFirst: Self.members(message)?["id"] == nil ? 1 : 0
      case .byService: transcript.rank(message, commands: ids.mapValues(\.params))
      }
    }
  }

  /// A command that is not written down; gives its result.
  @discardableResult
  func call(
    _ actor: String, _ command: Command, session: String? = nil
  ) async throws -> [String: Any] {
    let acting = try client(actor)
    lastID += 1
    let id = lastID
    try await acting.send(text(command, id: id, session: session))
    try await wait(for: [id], of: acting)
    let reply = acting.messages.compactMap(Self.members).last { $0["id"] as? Int == id }
    return reply?["result"] as? [String: Any] ?? [:]
  }

  /// Forgets what came of calls.
  func skip() async throws {
    try await Task.sleep(for: stage.patience)
    for index in actors.indices { actors[index].taken = actors[index].client.messages.count }
  }

  func attach(_ actor: String, to target: String, as name: String) async throws {
    let result = try await call(
      actor, Command("Target.attachToTarget", #"{"targetId":"\#(target)","flatten":true}"#))
    transcript.names[result["sessionId"] as? String ?? ""] = name
  }

  /// A target in the chapter's context, with a session of that name; gives its id.
  @discardableResult
  func open(
    _ actor: String, as name: String, url: String = "about:blank", isHidden: Bool = false
  ) async throws -> String {
    let place = context.map { #","browserContextId":"\#($0)""# } ?? ""
    let hidden = isHidden ? #","hidden":true,"background":true"# : ""
    let result = try await call(
      actor, Command("Target.createTarget", #"{"url":"\#(url)"\#(hidden)\#(place)}"#))
    let target = result["targetId"] as? String ?? ""
    try await attach(actor, to: target, as: name)
    return target
  }

  func session(_ name: String) -> String? {
    transcript.names.first { $0.value == name }?.key
  }

  func client(_ name: String) throws -> BareClient {
    guard let actor = actors.first(where: { $0.name == name }) else {
      throw BareClient.TimedOut(what: name)
    }
    return actor.client
  }

  /// Writes down what came since the last step, by rank and else as it came.
  func collect(first: String, rank: ([UInt8]) -> Int = { _ in 0 }) {
    var indices = Array(actors.indices)
    indices.sort { left, right in actors[left].name == first && actors[right].name != first }
    for index in indices {
      let messages = actors[index].client.messages.dropFirst(actors[index].taken)
      actors[index].taken += messages.count
      let sorted = messages.enumerated()
        .map { (rank: rank($0.element), offset: $0.offset, message: $0.element) }
        .sorted { ($0.rank, $0.offset) < ($1.rank, $1.offset) }
      lines += sorted.compactMap { transcript.line($0.message) }
        .map { "\(actors[index].name) \($0)" }
    }
  }

  /// Returns when so many lines came that are not yet written down, for all clients together.
  func waitForLines(_ count: Int) async throws {
    let start = ContinuousClock.now
    while actors.indices.reduce(0, { $0 + new($1).count }) < count {
      guard ContinuousClock.now - start < .seconds(5) else {
        throw BareClient.TimedOut(what: "\(count) lines")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private func new(_ index: Int) -> [String] {
    actors[index].client.messages.dropFirst(actors[index].taken).compactMap(transcript.line)
  }

  private func text(_ command: Command, id: Int, session name: String?) -> String {
    let target = name.map { #","sessionId":"\#(session($0) ?? $0)""# } ?? ""
    return #"{"id":\#(id),"method":"\#(command.method)","params":\#(command.params)\#(target)}"#
  }

  private func wait(for ids: [Int], of client: BareClient) async throws {
    try await client.wait("replies \(ids)") { messages in
      let answered = Set(messages.compactMap(Self.members).compactMap { $0["id"] as? Int })
      return answered.isSuperset(of: ids)
    }
  }

  private static func members(_ message: [UInt8]) -> [String: Any]? {
    try? JSONSerialization.jsonObject(with: Data(message)) as? [String: Any]
  }
}
