import OffstageTesting
import Testing

/// A part of a browser's behaviour that Offstage builds on, named by what it shows.
///
/// Each is played on the fake browser and, where one is installed, on a real Chromium, and both
/// must give the transcript of that name in `Fixtures`, which is the real one's.
enum Chapter: String, CaseIterable, CustomTestStringConvertible {
  case observing = "observing-is-the-state-then-the-log-then-the-reply"
  case pipelined = "pipelined-observing-keeps-each-services-order"
  case copies = "each-session-gets-its-own-copy"
  case states = "every-observer-hears-each-setting-of-recording"
  case simulated = "simulated-syncs-log-only-their-dispatch"
  case clearing = "clearing-is-of-one-service-and-silent"
  case unregistering = "unregistering-wipes-the-log-silently"
  case registrations = "known-registrations-are-shown-once"
  case refusals = "what-a-browser-refuses"
  case privateContext = "a-private-context-copies-the-flags-and-has-its-own-log"
  case disposed = "a-hidden-target-outlives-its-context"
  case orphan = "a-hidden-target-ends-with-its-client"
  case closing = "a-closed-page-ends-its-sessions"
  case restarting = "a-restart-keeps-flags-and-log-but-no-lease-that-ended"
  case lease = "the-end-of-a-lease-shows-at-the-next-event-which-is-lost"

  var testDescription: String { rawValue }

  /// Whether it plays in the profile; the others have a private context each, so that nothing of
  /// one is in another's log.
  var isOfProfile: Bool { self == .observing || self == .privateContext || isOfRestart }

  /// Whether it ends and starts its browser.
  var isOfRestart: Bool { self == .restarting || self == .lease }

  /// The lines of it.
  func play(on stage: any Stage) async throws -> [String] {
    guard isOfRestart else { return try await play(on: stage, run) }
    let before = try await play(on: stage) { try await $0.playBeforeRestart() }
    let end: LeaseEnd = self == .lease ? .soon : .past
    let services: [FakeService] =
      self == .lease ? [.pushMessaging, .notifications] : [.notifications]
    try await stage.restart(end, of: services)
    let names = services.map(\.rawValue).joined(separator: " and ")
    return before + ["a restart, the lease of \(names) \(end == .soon ? "over soon" : "over")"]
      + (try await play(on: stage, run))
  }

  private func play(
    on stage: any Stage, _ act: (Conversation) async throws -> Void
  ) async throws -> [String] {
    let url = await stage.url
    return try await BareClient.with(url) { a in
      try await BareClient.with(url) { b in
        let conversation = Conversation(stage)
        conversation.enter("A", a)
        conversation.enter("B", b)
        if !isOfProfile {
          let made = try await conversation.call("A", .init("Target.createBrowserContext"))
          conversation.context = made["browserContextId"] as? String
        }
        try await act(conversation)
        if let context = conversation.context, self != .disposed {
          try await conversation.call(
            "A",
            .init("Target.disposeBrowserContext", #"{"browserContextId":"\#(context)"}"#))
        }
        return conversation.lines
      }
    }
  }

  private func run(_ conversation: Conversation) async throws {
    switch self {
    case .observing: try await conversation.playObserving()
    case .pipelined: try await conversation.playPipelined()
    case .copies: try await conversation.playCopies()
    case .states: try await conversation.playStates()
    case .simulated: try await conversation.playSimulated()
    case .clearing: try await conversation.playClearing()
    case .unregistering: try await conversation.playUnregistering()
    case .registrations: try await conversation.playRegistrations()
    case .refusals: try await conversation.playRefusals()
    case .privateContext: try await conversation.playPrivateContext()
    case .disposed: try await conversation.playDisposed()
    case .orphan: try await conversation.playOrphan()
    case .closing: try await conversation.playClosing()
    case .restarting: try await conversation.playAfterRestart()
    case .lease: try await conversation.playLease()
    }
  }
}
