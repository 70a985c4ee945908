import CDP
import OffstageCapture
import OffstageCore

/// Says what recorder and capture tell, and keeps what the session waits for.
final class SessionNotices: Sendable {
  private struct State: Sendable {
    var sources: Set<SourceID> = []
    var caughtUp: Set<SourceID> = []
    /// The services that Offstage has turned off.
    var off: [SourceID: Set<Service>] = [:]
    var lastProgress = Timestamp(micros: 0)
    var unreadable = 0
    var isOver = false
  }

  private let terminal: Terminal
  private let state = Watched(State())
  private let clock = SystemClock()

  init(terminal: Terminal) {
    self.terminal = terminal
  }

  /// The sources that this process records or has recorded.
  var sources: Set<SourceID> { state.value.sources }

  var isOver: Bool { state.value.isOver }

  /// The work is done; who waits, waits no longer.
  func end() {
    state.update { $0.isOver = true }
  }

  func waitUntilOver() async {
    await state.wait { $0.isOver }
  }

  /// Returns when a source's history is durable, or there will be none.
  func waitUntilCaughtUp() async {
    await state.wait { !$0.caughtUp.isEmpty || $0.isOver }
  }

  // MARK: Recorder

  func note(_ notice: RecorderNotice) {
    switch notice {
    case .replaying(let source, let events, let elapsed):
      progress(source, events, elapsed)
    case .caughtUp(let source, let events, let elapsed, let off):
      caughtUp(source, events, elapsed, off)
    case .recording(let source, let service, let isRecording):
      let state = isRecording ? "on" : "off"
      terminal.detail("\(source.name): \(service.title) is \(state).")
      if isRecording { turnedOn(service, of: source) }
    case .gap(let source, let service, .switchedOff):
      turnedOff(service, of: source)
    case .gap(let source, let service, let reason):
      terminal.warn("gap: \(source.name), \(service.title): \(reason.sentence)")
      if reason == .turnedOff {
        terminal.say("  Turn it on again with: offstage record on --service \(service.shortName)")
      }
    case .refused(let source, let service, let message):
      terminal.warn("\(source.name): \(service.title) can't be observed: \(message)")
    case .moved(let source):
      state.update { _ = $0.sources.insert(source.id) }
      terminal.say("This profile is “\(source.name)”, in a new place.")
    case .stuck(let error):
      terminal.warn("\(error.message) \(error.hint ?? "")")
    case .unstuck:
      terminal.say("Writing again; what happened meanwhile is being caught up.")
    }
  }

  private func progress(_ source: SourceName, _ events: Int64, _ elapsed: Interval) {
    let now = clock.now()
    let isDue = state.update { state in
      guard events > 0, now - state.lastProgress > .init(micros: 100_000) else { return false }
      state.lastProgress = now
      return true
    }
    guard isDue else { return }
    let rate = elapsed.micros > 0 ? Double(events) / elapsed.seconds : 0
    terminal.progress("catching up: \(events) events, \(Int(rate))/s")
  }

  private func caughtUp(
    _ source: SourceName, _ events: Int64, _ elapsed: Interval, _ off: Set<Service>
  ) {
    state.update { state in
      state.caughtUp.insert(source.id)
      state.off[source.id] = off
    }
    let history = events == 0 ? "its log was empty" : "\(events) events were in its log"
    guard !off.isEmpty else {
      return terminal.say("Recording “\(source.name)”; \(history) (\(elapsed.short)).")
    }
    let isAll = off.count == Service.allCases.count
    let names = Service.allCases.filter(off.contains)
    let which = isAll ? "all of it" : names.map(\.title).joined(separator: ", ")
    terminal.say(
      (isAll ? "Not recording" : "Recording") + " “\(source.name)”: \(which) is turned off; "
        + "\(history) (\(elapsed.short)).")
    let choice = isAll ? "" : names.map { " --service \($0.shortName)" }.joined()
    terminal.say("  Turn it on with: offstage record on\(choice)")
  }

  // MARK: Turned off and on while it is recorded

  private func turnedOff(_ service: Service, of source: SourceName) {
    let isNews = state.update { state in
      guard state.caughtUp.contains(source.id) else { return false }
      return state.off[source.id, default: []].insert(service).inserted
    }
    guard isNews else { return }
    terminal.say("“\(source.name)”: \(service.title) is not recorded any more; it was turned off.")
  }

  private func turnedOn(_ service: Service, of source: SourceName) {
    let isNews = state.update { $0.off[source.id]?.remove(service) != nil }
    if isNews { terminal.say("“\(source.name)”: \(service.title) is recorded again.") }
  }

  // MARK: Firefox

  /// It has no log to be caught up with.
  func noteFirefox(_ source: SourceName) {
    state.update { state in
      state.sources.insert(source.id)
      state.caughtUp.insert(source.id)
    }
    terminal.say("Recording “\(source.name)”: its pushes, as the push service sees them.")
  }

  // MARK: Capture

  func note(_ notice: BrowserCapture.Notice) {
    switch notice {
    case .connected(let browser):
      terminal.detail("Connected to \(browser).")
    case .recording(let source, _):
      state.update { _ = $0.sources.insert(source.id) }
    case .placeUnknown(let source):
      terminal.warn(
        "It can't be found out where this browser's profile lies; it is recorded as a source of "
          + "its own, “\(source.name)”.")
    case .ignoredContext:
      terminal.say("An incognito window is not recorded; --incognito records those too.")
    case .unreadable(let text):
      let count = state.update { state in
        state.unreadable += 1
        return state.unreadable
      }
      guard count <= 3 else { return }
      terminal.warn(
        "The browser said something that can't be read, and it is not stored: "
          + String(text.prefix(200)).escapedForTerminal)
    case .failed(let reason):
      terminal.warn("A browser context can't be recorded: \(reason)")
    case .waiting(let error):
      terminal.warn("\(error.message) Recording begins as soon as it can be written.")
    }
  }
}
