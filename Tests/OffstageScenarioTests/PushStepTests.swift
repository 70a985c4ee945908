import OffstageCore
import OffstageScenario
import Testing

/// What steps make of real pushes.
@Suite struct PushStepTests {
  @Test func `a real push is sent with what it says, and its end is waited for`() async throws {
    let played = try await PlayedScenario.play(
      """
        - open: /
        - evaluate: subscribe('${application-server-key}')
        - evaluate: { script: kept(), capture: kept }
        - push: { text: a, scope: /shop/, real: { ttl: 5, topic: t, urgency: high, vapid-key: k } }
        - close-browser
        - push: { empty: true, real: { to: '${kept}', status: 410 } }
        - push: { text: b, real: { to: '${kept}', capture: sent } }
        - expect-push: { message: '${sent}', end: expired }
      """
    ) { _, _, what in
      switch what {
      case "kept()": throw PlayedScenario.Answer(text: "{}")
      case "send nothing to {} for 60 s": throw PlayedScenario.Answer(text: "410")
      case "message message": throw PlayedScenario.Answer(text: "expired")
      default: break
      }
    }
    #expect(played.failure == nil, "\(String(describing: played.failure))")
    #expect(
      played.stage.done == [
        "open http://localhost:1/", "subscribe('BKey')", "kept()",
        "send a to http://localhost:1/shop/ for 5 s, t, high, k",
        "close", "send nothing to {} for 60 s", "send b to {} for 60 s", "message message",
      ])
  }

  @Test(arguments: [
    ("push: { text: a, real: true }", "answered 403, not 201: It is so."),
    ("push: { text: a, real: { status: 410 } }", "answered 403, not 410"),
    ("expect-push: { message: other, end: expired, within: 1ms }", "no push message “other”"),
    ("expect-push: { message: message, end: expired, within: 1ms }", "not expired within 1 ms"),
    ("expect-push: { message: message, end: replaced }", "was acknowledged, not replaced"),
  ])
  func `what becomes of a real push and was not expected is told`(
    _ step: String, _ told: String
  ) async throws {
    let end = step.contains("replaced") ? "acknowledged" : "none"
    let played = try await PlayedScenario.play("  - \(step)") { _, _, what in
      throw PlayedScenario.Answer(text: what.hasPrefix("send") ? "403" : end)
    }
    let failure = try #require(played.failure)
    #expect(failure.message.contains(told), "\(failure)")
    #expect(failure.kind == .unmet)
  }
}
