import CDP
import Foundation
import OffstageTesting

/// The built program with a data folder of its own.
struct Bench: Sendable {
  let folder: String
  var data: String { folder + "/data" }

  /// A folder for the time of a test; whatever browser still runs in it then is killed.
  static func with<Result>(_ body: (Bench) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.path + "/offstage-e2e-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let bench = Bench(folder: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    do {
      let result = try await body(bench)
      try await bench.cleanUp()
      return result
    } catch {
      try? await bench.cleanUp()
      throw error
    }
  }

  private func cleanUp() async throws {
    for pid in RunningBrowsers.pids(under: folder) { kill(pid, SIGKILL) }
    try await eventually("the end of the browsers in \(folder)") {
      RunningBrowsers.pids(under: folder).isEmpty
    }
    try FileManager.default.removeItem(atPath: folder)
  }

  /// Beside the test bundle.
  static let executable: String = {
    let bundle = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return bundle.deletingLastPathComponent().appendingPathComponent("offstage").path
  }()

  // MARK: Verbs

  /// Starts a verb.
  func start(_ arguments: String...) throws -> RunningProgram { try start(arguments) }

  func start(
    _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> RunningProgram {
    let own = ["OFFSTAGE_DATA": data, "NO_COLOR": "1"]
    return try RunningProgram(
      Self.executable, arguments, environment: own.merging(environment) { $1 })
  }

  struct Answer: Sendable {
    var status: CDP.ExitStatus
    var output: String
    var errors: String
  }

  /// Runs a verb to its end.
  func run(_ arguments: String..., within limit: Duration = .seconds(60)) async throws -> Answer {
    try await run(arguments, within: limit)
  }

  func run(_ arguments: [String], within limit: Duration = .seconds(60)) async throws -> Answer {
    try await start(arguments).answer(within: limit)
  }

  /// What a verb prints with --json.
  func json(_ arguments: String...) async throws -> [String: Any] {
    let answer = try await run(arguments)
    guard answer.status == .exited(0) else {
      throw Unexpected("\(arguments) ended with \(answer.status): \(answer.errors)")
    }
    let read = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    guard let object = read as? [String: Any] else { throw Unexpected(answer.output) }
    return object
  }

  // MARK: What is recorded

  /// All that is stored.
  func events(_ more: String...) async throws -> [Recorded] {
    let answer = try await run(["events", "--jsonl", "--limit", "0"] + more)
    guard answer.status == .exited(0) else { throw Unexpected(answer.errors) }
    return try answer.output.split(separator: "\n").map { try Recorded(line: String($0)) }
  }

  func gaps() async throws -> [RecordedGap] {
    let list = try await json("gaps", "--json")["gaps"] as? [[String: Any]] ?? []
    return list.map(RecordedGap.init)
  }

  func isSound() async throws -> Bool {
    let answer = try await run("verify")
    return answer.status == .exited(0) && answer.output.contains("The store is sound")
  }

  /// Asks the API of a verb that runs.
  func ask(_ path: String, of program: RunningProgram) async throws -> [String: Any] {
    let file = "\(data)/running/\(program.pid).json"
    try await eventually("\(file)") {
      try program.expectRunning()
      return FileManager.default.fileExists(atPath: file)
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    let running = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    guard let port = running["port"] as? Int, let token = running["token"] as? String else {
      throw Unexpected("\(file) has no port or no token")
    }
    let body = try await RawTCP.get(port: port, path: path, token: token)
    let read = try JSONSerialization.jsonObject(with: Data(body.utf8))
    guard let object = read as? [String: Any] else { throw Unexpected(body) }
    return object
  }
}

/// An event as `events --jsonl` prints it.
struct Recorded: Hashable, Sendable {
  var key: String
  var service: String
  var name: String
  var source: String
  var capture: String

  init(line: String) throws {
    guard let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
      let micros = json["timestampMicros"] as? Int64, let service = json["service"] as? String,
      let name = json["eventName"] as? String
    else { throw Unexpected("no event: \(line)") }
    let pairs = json["eventMetadata"] as? [[String: String]] ?? []
    self.service = service
    self.name = name
    source = (json["source"] as? [String: Any])?["id"] as? String ?? ""
    capture = json["capture"] as? String ?? ""
    key = Recorded.key(
      micros, service, name, json["instanceId"] as? String ?? "",
      json["serviceWorkerRegistrationId"] as? String ?? "",
      pairs.map { ($0["key"] ?? "", $0["value"] ?? "") })
  }

  /// What tells events apart, in the store as in the browser.
  static func key(
    _ micros: Int64, _ service: String, _ name: String, _ instance: String,
    _ registration: String, _ metadata: [(String, String)]
  ) -> String {
    let pairs = metadata.map { "\($0.0)=\($0.1)" }.sorted().joined(separator: "&")
    return "\(micros) \(service) “\(name)” “\(instance)” \(registration) \(pairs)"
  }
}

/// A gap as `gaps --json` prints it.
struct RecordedGap: Hashable, Sendable {
  var service: String
  var reason: String
  var isOpen: Bool

  init(_ json: [String: Any]) {
    service = json["service"] as? String ?? ""
    reason = json["reason"] as? String ?? ""
    isOpen = json["toMicros"] is NSNull || json["toMicros"] == nil
  }
}

extension Sequence<String> {
  /// As a multiset.
  var counted: [String: Int] {
    reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
