internal import JSON

/// The members of one trigger's JSON, as somebody may have written it.
struct TriggerMembers {
  private let object: JSONObject
  private var taken: [String] = []

  init(_ raw: RawJSON) throws(UsageError) {
    do throws(JSONError) {
      object = try JSONObject(parsing: raw)
    } catch {
      throw UsageError(
        "What is to be triggered is no JSON object: \(error).",
        hint: #"Write it as {"kind":"push","origin":"https://app.example","data":"hello"}."#)
    }
  }

  mutating func action() throws(UsageError) -> TriggerAction {
    let kind = try needed("kind")
    switch kind {
    case "push":
      let (worker, data) = (try worker(), try text("data"))
      return try flag("real") ?? false ? .webPush(worker, data: data) : .push(worker, data: data)
    case "sync":
      return .sync(
        try worker(), tag: try needed("tag"), isLastChance: try flag("lastChance") ?? false)
    case "periodic-sync": return .periodicSync(try worker(), tag: try needed("tag"))
    case "offline": return .network(.offline, try worker())
    case "online": return .network(.online, try worker())
    case "worker": return .worker(try worker(), try choice("change"))
    case "fetch-abort": return .abortFetch(try worker(), id: try needed("id"))
    case "clear-site-data": return .clearSiteData(origin: try site())
    case "permission":
      return .permission(
        origin: try site(), name: try needed("name"),
        try choice("setting"))
    case "notification": return .notification(try notification(), try gesture())
    default:
      throw UsageError(
        "There is nothing to trigger of kind “\(kind.escapedForTerminal)”.",
        hint: "Kinds are \(TriggerAction.kinds.joined(separator: ", ")).")
    }
  }

  func expectNoOthers(of kind: String) throws(UsageError) {
    guard let unknown = object.keys.first(where: { !taken.contains($0) }) else { return }
    throw UsageError(
      "A trigger of kind “\(kind)” has no member “\(unknown.escapedForTerminal)”.",
      hint: "Members are \(taken.joined(separator: ", ")).")
  }

  private mutating func worker() throws(UsageError) -> WorkerSelector {
    WorkerSelector(origin: try origin("origin"), scope: try text("scope"))
  }

  private mutating func notification() throws(UsageError) -> NotificationSelector {
    NotificationSelector(
      origin: try origin("origin"), tag: try text("tag"), title: try text("title"),
      number: try number("number").map { UInt32(clamping: $0) })
  }

  private mutating func gesture() throws(UsageError) -> NotificationGesture {
    let name = try needed("gesture")
    switch name {
    case "click": return .click
    case "dismiss": return .dismiss
    case "action": return .action(try expect(number("button"), "button"))
    case "reply": return .reply(try needed("text"))
    default: throw unknown(name, "gesture", ["click", "action", "reply", "dismiss"])
    }
  }

  // MARK: Members

  private mutating func raw(_ key: String) -> RawJSON? {
    taken.append(key)
    guard let raw = object[key], raw.bytes != Array("null".utf8) else { return nil }
    return raw
  }

  private mutating func read<Value>(
    _ key: String, _ what: String, _ body: (inout JSONReader) throws(JSONError) -> Value
  ) throws(UsageError) -> Value? {
    guard let raw = raw(key) else { return nil }
    var reader = JSONReader(raw.bytes)
    do throws(JSONError) {
      return try body(&reader)
    } catch {
      throw UsageError("“\(key)” is no \(what).")
    }
  }

  private mutating func text(_ key: String) throws(UsageError) -> String? {
    try read(key, "text") { reader throws(JSONError) in try reader.readString() }
  }

  private mutating func flag(_ key: String) throws(UsageError) -> Bool? {
    try read(key, "true or false") { reader throws(JSONError) in try reader.readBool() }
  }

  private mutating func number(_ key: String) throws(UsageError) -> Int? {
    try read(key, "whole number") { reader throws(JSONError) in try reader.readInt() }
  }

  private mutating func needed(_ key: String) throws(UsageError) -> String {
    try expect(text(key), key)
  }

  private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String
  ) throws(UsageError) -> Choice {
    let name = try needed(key)
    guard let choice = Choice(rawValue: name) else {
      throw unknown(name, key, Choice.allCases.map(\.rawValue))
    }
    return choice
  }

  private mutating func origin(_ key: String) throws(UsageError) -> String? {
    guard let text = try text(key) else { return nil }
    return try WorkerSelector.origin(parsing: text)
  }

  private mutating func site() throws(UsageError) -> String {
    try expect(origin("origin"), "origin")
  }

  private func expect<Value>(_ value: Value?, _ key: String) throws(UsageError) -> Value {
    guard let value else { throw UsageError("What is to be triggered lacks its “\(key)”.") }
    return value
  }

  private func unknown(_ name: String, _ key: String, _ known: [String]) -> UsageError {
    UsageError(
      "“\(name.escapedForTerminal)” is no \(key).",
      hint: "It is one of \(known.joined(separator: ", ")).")
  }
}

extension WorkerSelector {
  /// The origin of what a person wrote: an origin, or any page of it.
  package static func origin(parsing text: String) throws(UsageError) -> String {
    guard let origin = OriginFacts.origin(of: text),
      origin.hasPrefix("http://") || origin.hasPrefix("https://")
    else {
      throw UsageError(
        "“\(text.escapedForTerminal)” is no origin.", hint: "Write it as in https://app.example.")
    }
    return origin
  }
}
