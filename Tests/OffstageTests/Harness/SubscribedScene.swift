import CDP
import Foundation
import OffstageTesting

/// A browser that has subscribed, and an application server that sends to it.
protocol SubscribedScene: Sendable {
  var bench: Bench { get }
  /// Holds the subscription, as JSON.stringify writes it.
  var file: String { get }
  /// The application server's private one.
  var key: String { get }
}

extension SubscribedScene {
  /// Sends an encrypted and signed push, and gives the id that it got.
  func send(_ text: String, _ options: String...) async throws -> String {
    let answer = try await post(text, options)
    guard answer.status == .exited(0),
      let read = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any],
      let location = read["location"] as? String, let id = location.split(separator: "/").last
    else { throw Unexpected("\(answer)") }
    return String(id)
  }

  func post(_ text: String, _ options: [String] = [], key: String? = nil) async throws
    -> Bench.Answer
  {
    try await bench.run(
      [
        "push", "send", "--subscription", file, "--text", text, "--vapid-key", key ?? self.key,
        "--subject", "mailto:a@b.example", "--json",
      ] + options)
  }

  func messages() async throws -> [[String: Any]] {
    try await bench.json("push", "messages", "--json")["messages"] as? [[String: Any]] ?? []
  }

  /// What became of each message, by its id.
  func ends() async throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try await messages().map { message in
        (message["id"] as? String ?? "", message["end"] as? String ?? "")
      })
  }

  /// The browser's word comes by another way than the events of its log.
  func acknowledged(_ ids: String...) async throws {
    try await eventually("the browser's word of \(ids)") {
      let ends = try await ends()
      return ids.allSatisfy { ends[$0] == "acknowledged" }
    }
  }

  /// Of the events of a push.
  func names(of id: String) async throws -> [String] {
    try await recorded(id).compactMap { $0["eventName"] as? String }
  }

  /// The sources that have events of a push.
  func sources(of id: String) async throws -> Set<String> {
    try await Set(recorded(id).compactMap { ($0["source"] as? [String: Any])?["name"] as? String })
  }

  private func recorded(_ id: String) async throws -> [[String: Any]] {
    let page = try await bench.json("events", "tag:\"\(id)\"", "--json")
    return page["events"] as? [[String: Any]] ?? []
  }
}
