package import OffstageCore

/// A scenario that makes happen again what was recorded: what a person or a site did, and what the
/// browser then logged, in the order of time. What can't be made to happen is a comment.
package struct ScenarioSketch {
  /// A line of the file, of a moment of the record.
  struct Line {
    enum Content {
      case step(YAMLValue)
      case comment(String)
    }

    var time: Timestamp
    var content: Content
  }

  private let scenes: [OperationScene]
  private(set) var lines: [Line] = []
  var permissions: [String: PermissionSetting] = [:]
  var hasFastRetries = false
  /// What a person has to fill in before it can be played, each for a sentence.
  package private(set) var wants: [String] = []

  /// `scenes` are of one origin; those of others are told of and left out.
  package init(of scenes: [OperationScene]) {
    let scenes = scenes.sorted {
      ($0.operation.operation.began, $0.operation.id)
        < ($1.operation.operation.began, $1.operation.id)
    }
    let origin = scenes.first?.operation.origin
    self.scenes = scenes.filter { $0.operation.origin == origin }
    for scene in scenes where scene.operation.origin != origin {
      comment(
        "Operation \(scene.operation.id) is of another site, \(scene.operation.origin).",
        at: scene.operation.operation.began)
    }
    for scene in self.scenes { add(scene) }
  }

  private mutating func add(_ scene: OperationScene) {
    if scene.operation.operation.isTruncated {
      comment(
        "The beginning of operation \(scene.operation.id) is not in the log.",
        at: scene.operation.operation.began)
    }
    switch scene.operation.service {
    case .pushMessaging: addPush(scene)
    case .backgroundSync: addSync(scene)
    case .periodicBackgroundSync: addPeriodicSync(scene)
    case .backgroundFetch: addFetch(scene)
    case .notifications: addNotification(scene)
    case .paymentHandler: addPayment(scene)
    }
  }

  // MARK: What a service adds

  mutating func step(_ name: String, _ value: YAMLValue? = nil, at time: Timestamp) {
    let content = value.map { YAMLValue.mapping([(name, $0)]) } ?? .text(name)
    // What stands for a value in such a file can't stand for itself.
    guard content.canBeWritten else {
      return comment(
        "“\(name)” is left out: its text holds a ${name} or a NUL, which can't stand in such a file.",
        at: time)
    }
    lines.append(Line(time: time, content: .step(content)))
  }

  mutating func want(_ what: String) {
    if !wants.contains(what) { wants.append(what) }
  }

  /// Whether what is written has the operation too.
  func holds(_ operation: StoredOperation) -> Bool {
    scenes.contains { $0.operation.id == operation.id }
  }

  mutating func comment(_ sentence: String, at time: Timestamp) {
    lines.append(Line(time: time, content: .comment(sentence)))
  }

  /// An event that has to come, by its terms.
  mutating func expect(_ terms: [FilterTerm], within: String? = nil, at time: Timestamp) {
    let filter = YAMLValue.text(terms.map(\.description).joined(separator: " "))
    step(
      "expect", within.map { .mapping([("filter", filter), ("within", .text($0))]) } ?? filter,
      at: time)
  }

  /// How it has to end.
  mutating func expectEnd(
    of scene: OperationScene, _ terms: [FilterTerm], within: String? = nil, countsAttempts: Bool
  ) {
    let operation = scene.operation.operation
    var members: [(String, YAMLValue)] = [
      ("filter", .text(terms.map(\.description).joined(separator: " "))),
      ("state", .text(operation.state.rawValue)),
    ]
    if countsAttempts, operation.attempts > 0 {
      members.append(("attempts", .number(operation.attempts)))
    }
    if let within { members.append(("within", .text(within))) }
    step("expect-operation", .mapping(members), at: operation.changed)
  }

  // MARK: The file

  package var text: String {
    guard let first = scenes.first else { return "" }
    let origin = first.operation.origin.withoutTrailingSlash
    var out = """
      # Written by offstage codegen from what was recorded \(first.operation.operation.began.iso8601).
      # Say where your site comes from: an address, a folder to serve, or a command that starts it.
      name: \(YAMLValue.text(name).flow)
      site: \(YAMLValue.text(origin).flow)

      """
    if !permissions.isEmpty {
      let members = permissions.sorted { $0.key < $1.key }.map {
        ($0.key, YAMLValue.text($0.value.rawValue))
      }
      out += "permissions: \(YAMLValue.mapping(members).flow)\n"
    }
    if hasFastRetries { out += "fast-retries: true\n" }
    out += "steps:\n  - open: \(YAMLValue.text(page).flow)\n"
    out += "  - evaluate: await navigator.serviceWorker.ready\n"
    for line in inOrder {
      switch line.content {
      case .step(let value): out += "  - \(value.block)\n"
      case .comment(let sentence): out += "  # \(sentence.onOneLine)\n"
      }
    }
    return out
  }

  /// By time; what was added together stays in its order.
  private var inOrder: [Line] {
    lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }

  private var name: String {
    let words = scenes.map { scene in
      let instance = scene.operation.instanceId
      let service = scene.operation.service.shortName
      let hasName = scene.operation.service != .pushMessaging && !instance.isEmpty
      return hasName ? "\(service) \(instance)" : service
    }
    return words.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      .joined(separator: ", ")
  }

  /// A page that the worker is of.
  private var page: String {
    guard let first = scenes.first, let scope = first.operation.scope else { return "/" }
    let origin = first.operation.origin.withoutTrailingSlash
    return scope.hasPrefix(origin + "/") ? String(scope.dropFirst(origin.count)) : "/"
  }
}

extension String {
  /// As the text of a comment: nothing in it ends the line.
  fileprivate var onOneLine: String {
    escapedForTerminal.replacing("\n", with: " ")
  }
}

/// Writes scenarios of what was recorded.
package struct ScenarioSketcher: ScenarioWriter {
  package init() {}

  package func scenario(of scenes: [OperationScene]) -> String { ScenarioSketch(of: scenes).text }
}
