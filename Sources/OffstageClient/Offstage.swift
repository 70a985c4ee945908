public import Foundation
internal import OffstageCore

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Asks a running `offstage open`, `attach` or `serve` over HTTP: what was recorded, and to make its
/// browser do something.
///
/// ```swift
/// let offstage = try Offstage()
/// try await offstage.trigger(.push(data: "hello", origin: "http://localhost:3000"))
/// let shown = try await offstage.event(#"event:"Notification displayed""#)
/// #expect(shown["Title"] == "News")
/// #expect(try await offstage.findings().isEmpty)
/// ```
///
/// What the API answers with an error is thrown as a ``Problem``.
public struct Offstage: Sendable {
  /// With the API's path, such as `http://127.0.0.1:7788/api/v1`.
  public let url: URL
  private let token: String

  /// Where the API is, and what it lets in: both stand in `running/PID.json` of the data folder.
  public init(url: URL, token: String) {
    self.url = url
    self.token = token
  }

  /// The one that was started last on a data folder.
  ///
  /// - Parameter dataFolder: nil for `$OFFSTAGE_DATA`, else the platform's own.
  /// - Throws: a ``Problem`` if none runs.
  public init(dataFolder: String? = nil) throws {
    let folder = DataFolder.resolve(
      option: dataFolder, environment: ProcessInfo.processInfo.environment,
      home: NSHomeDirectory())
    guard let running = RunningOffstage.newest(in: folder.runningPath) else {
      throw Problem(
        status: 0, detail: "No Offstage runs on \(folder.path).",
        hint: "Start `offstage open URL`, or name its data folder.")
    }
    url = URL(string: "http://127.0.0.1:\(running.port)/api/v1")!
    token = running.token
  }

  // MARK: What was recorded

  /// The API waits so many milliseconds at a time.
  private static let longestWait: Int64 = 60_000

  /// The newest that the filter takes, newest first.
  ///
  /// - Parameters:
  ///   - filter: in the language of `Docs/filter.md`; all events if it is empty.
  ///   - limit: 1 to 1000.
  public func events(_ filter: String = "", limit: Int = 100) async throws -> [RecordedEvent] {
    try await list(filter, ["limit": "\(limit)"])
  }

  /// The newest that the filter takes, as soon as there is one.
  ///
  /// One that came before the question counts too: there is nothing to subscribe to in time. `since:`
  /// in the filter leaves out what is older.
  ///
  /// - Throws: a ``Problem`` that names the newest events if none came in that time.
  public func event(
    _ filter: String, within limit: Duration = .seconds(10)
  ) async throws -> RecordedEvent {
    var left = max(0, limit.milliseconds)
    repeat {
      let round = min(left, Self.longestWait)
      if let event = try await list(filter, ["limit": "1", "wait": "\(round)ms"]).first {
        return event
      }
      left -= round
    } while left > 0
    let newest = try await events(limit: 5).map { "\($0.service): \($0.eventName)" }
    throw Problem(
      status: 0, detail: "No event of “\(filter)” came within \(limit).",
      hint: newest.isEmpty
        ? "Nothing was recorded." : "The newest are \(newest.joined(separator: ", ")).")
  }

  private func list(_ filter: String, _ parameters: [String: String]) async throws
    -> [RecordedEvent]
  {
    struct Page: Decodable { var events: [RecordedEvent] }
    let filter = filter.isEmpty ? [:] : ["filter": filter]
    let page: Page = try await ask("/events", parameters.merging(filter) { $1 })
    return page.events
  }

  /// The story that an event belongs to.
  public func operation(_ id: Int) async throws -> RecordedOperation {
    struct Scene: Decodable { var operation: RecordedOperation }
    let scene: Scene = try await ask("/operations/\(id)")
    return scene.operation
  }

  /// What Offstage thinks went wrong; what is only worth knowing is left out.
  public func findings(_ filter: String = "") async throws -> [Finding] {
    struct Page: Decodable { var findings: [Finding] }
    let page: Page = try await ask("/findings", filter.isEmpty ? [:] : ["filter": filter])
    return page.findings.filter { $0.severity != "info" }
  }

  // MARK: Driving

  /// Makes the recorded browser do something, and returns once what it causes was logged.
  ///
  /// - Parameter limit: how long something may take to come of it.
  /// - Throws: a ``Problem`` that says why, if it could not be done or nothing came of it.
  @discardableResult
  public func trigger(
    _ trigger: Trigger, within limit: Duration = .seconds(10)
  ) async throws -> TriggerAnswer {
    struct Body: Encodable {
      var action: Trigger
      var wait: String
    }
    let body = try JSONEncoder().encode(
      Body(action: trigger, wait: "\(max(1, limit.milliseconds))ms"))
    let answer: TriggerAnswer = try await ask("/triggers", body: body)
    guard answer.verdict == "done" else {
      throw Problem(status: 0, detail: answer.reason ?? answer.verdict, hint: answer.hint)
    }
    return answer
  }

  // MARK: How

  private func ask<Answer: Decodable>(
    _ path: String, _ parameters: [String: String] = [:], body: Data? = nil
  ) async throws -> Answer {
    var components = URLComponents(
      url: url.appendingPathComponent(path), resolvingAgainstBaseURL: false)!
    if !parameters.isEmpty {
      components.queryItems = parameters.map { URLQueryItem(name: $0.key, value: $0.value) }
      // In a form a + is a space.
      components.percentEncodedQuery = components.percentEncodedQuery?
        .replacingOccurrences(of: "+", with: "%2B")
    }
    var request = URLRequest(url: components.url!, timeoutInterval: 600)
    request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
    if let body {
      request.httpMethod = "POST"
      request.httpBody = body
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard 200..<300 ~= status else {
      var problem =
        (try? JSONDecoder().decode(Problem.self, from: data))
        ?? Problem(status: status, detail: "Offstage answered with \(status).", hint: nil)
      problem.status = status
      throw problem
    }
    return try JSONDecoder().decode(Answer.self, from: data)
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}

/// What a process with a server has left in the data folder.
private struct RunningOffstage: Decodable {
  var pid: Int32
  var port: Int
  var token: String
  var startedMicros: Int64

  static func newest(in folder: String) -> RunningOffstage? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }
      .compactMap { try? JSONDecoder().decode(RunningOffstage.self, from: $0) }
      // What was killed leaves its file.
      .filter { kill($0.pid, 0) == 0 }
      .max { $0.startedMicros < $1.startedMicros }
  }
}
