import CDP
import Foundation
import OffstageTesting
import Testing

/// The library by which many application servers send.
enum Pywebpush {
  private static let python = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent(".build/push-peers/bin/python").path

  static let why: Comment =
    "NOT RUN: pywebpush is not there; `Scripts/record-push-vectors --fetch` brings it."

  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

  private static let script = """
    import json, sys
    from pywebpush import webpush
    answer = webpush(
        json.load(open(sys.argv[1])), sys.argv[2], vapid_private_key=sys.argv[3],
        vapid_claims={"sub": "mailto:a@b.example"}, ttl=60, content_encoding=sys.argv[4])
    print(answer.status_code, answer.headers["Location"])
    """

  /// The id that the message got.
  static func post(
    _ text: String, to scene: some SubscribedScene, _ encoding: String
  ) async throws -> String {
    let program = try RunningProgram(
      python, ["-c", script, scene.file, text, scene.key, encoding],
      environment: ["NO_PROXY": "127.0.0.1"])
    let answer = try await program.answer()
    let parts = answer.output.split(separator: " ")
    guard answer.status == .exited(0), parts.first == "201",
      let id = parts.last?.split(separator: "/").last
    else { throw Unexpected("\(answer)") }
    return String(id)
  }
}
