package import CDP
import JSON
package import OffstageCore

/// Looks at one page's origin in a browser, over a connection that nothing else uses.
///
/// ```swift
/// let look = OriginLook(connection: connection, options: options)
/// …                                       // connection.run { await look.receive($0) }
/// let facts = try await look.facts()
/// ```
package actor OriginLook {
  package struct Options: Sendable {
    package var url: String
    package var origin: String
    /// The browser was launched for this: the page is opened, and the worker started.
    package var isOurs: Bool
    /// Start the worker if it sleeps.
    package var wakesWorker: Bool
    /// Look in an incognito window that has the site open.
    package var isOffTheRecord: Bool
    /// Ask the browser whether it records, which has it send its whole log.
    package var looksAtRecording: Bool
    package var now: Timestamp

    package init(
      url: String, origin: String, isOurs: Bool, wakesWorker: Bool, isOffTheRecord: Bool = false,
      looksAtRecording: Bool = true, now: Timestamp
    ) {
      self.url = url
      self.origin = origin
      self.isOurs = isOurs
      self.wakesWorker = wakesWorker
      self.isOffTheRecord = isOffTheRecord
      self.looksAtRecording = looksAtRecording
      self.now = now
    }
  }

  let connection: Connection
  let options: Options
  private(set) var heard = OriginHearing()

  package init(connection: Connection, options: Options) {
    self.connection = connection
    self.options = options
  }

  /// To be given all that comes on the connection.
  package func receive(_ messages: [InboundMessage]) {
    for message in messages {
      StandInPage.answer(message, on: connection)
      dismiss(message)
      if case .event(let event) = message.content { heard.receive(event) }
    }
  }

  package func facts() async throws(CDPError) -> OriginFacts {
    let version = try await connection.call(Browser.GetVersion())
    var facts = OriginFacts(
      url: options.url, origin: options.origin,
      browser: OriginFacts.Browser(
        product: version.product, isHeadless: version.userAgent.contains("Headless"),
        isOurs: options.isOurs),
      now: options.now)
    let context = try await context(&facts)
    var page: SessionID?
    if options.isOurs { (facts.visit, page) = try await visit() }
    let standIn = try await StandInPage.open(options.url, in: context, on: connection)
    try await look(from: standIn, &facts)
    if let page, facts.permissions["periodic-background-sync"] == "denied" {
      facts.installProblems = await installProblems(page)
    }
    await standIn.close()
    return facts
  }

  private func look(
    from standIn: StandInPage, _ facts: inout OriginFacts
  ) async throws(CDPError) {
    _ = try await connection.call(ServiceWorker.Enable(), session: standIn.session)
    if options.isOurs, !facts.isUnreachable { await waitForWorker(standIn) }
    let answer = try await answer(of: standIn)
    // As the browser spells it: names may have letters of any script.
    if !answer.origin.isEmpty { facts.origin = answer.origin }
    facts.isSecure = answer.isSecure
    facts.isOnline = answer.isOnline
    facts.permissions = answer.permissions
    facts.scopes = answer.scopes
    facts.worker = answer.worker
    // What it said of the registration that failed before the one that is there is of no use.
    if case .opened(let url, let status, _) = facts.visit, answer.worker == nil {
      facts.visit = .opened(url: url, status: status, complaints: heard.complaints)
    }
    if let worker = answer.worker {
      facts.worker?.script = await script(worker.scriptURL, standIn)
      facts.handlers = await handlers(of: worker, standIn)
      facts.worker?.startError = heard.startError(ofScript: worker.scriptURL)
    }
    if options.looksAtRecording { facts.recording = await recording(standIn.session) }
  }

  private func answer(of standIn: StandInPage) async throws(CDPError) -> StandInAnswer {
    do {
      guard let raw = try await standIn.value(of: StandInAnswer.question) else {
        throw CDPError(.malformed, "the browser did not tell of \(options.origin)")
      }
      return try StandInAnswer(raw)
    } catch let error as CDPError {
      throw error
    } catch {
      throw CDPError(
        .malformed, "what the browser told of \(options.origin) could not be read",
        underlying: "\(error)")
    }
  }

  /// Waits for what nobody answers; looks 50 times a second, which is nothing for some seconds.
  func wait(within limit: Duration, until isThere: (OriginHearing) -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while !isThere(heard) {
      guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return true
  }

  // MARK: Context

  /// Where to look: nil is the browser's default context.
  private func context(
    _ facts: inout OriginFacts
  ) async throws(CDPError) -> Browser.BrowserContextID? {
    guard !options.isOurs else { return nil }
    let usual = try? await connection.call(Target.GetBrowserContexts()).defaultBrowserContextId
    let targets = try await connection.call(Target.GetTargets()).targetInfos
    let others = targets.filter {
      $0.type == "page" && OriginFacts.origin(of: $0.url) == options.origin
        && $0.browserContextId != usual
    }
    guard options.isOffTheRecord else {
      facts.pagesOffTheRecord = usual == nil ? 0 : others.count
      return nil
    }
    guard let found = others.first?.browserContextId, usual != nil else {
      throw CDPError(
        .invalidArgument, "no incognito window of this browser has \(options.origin) open",
        hint: "Open the page there first.")
    }
    facts.isOffTheRecord = true
    return found
  }
}

extension OriginFacts {
  /// There is nothing to wait for.
  fileprivate var isUnreachable: Bool {
    if case .failed = visit { return true }
    return false
  }
}

extension OriginLook {
  /// Where the browser's profile lies, told by its command line.
  package func place(home: String) async -> SourcePlace? {
    guard let info = try? await connection.call(SystemInfo.GetInfo()) else { return nil }
    return ProfilePlace.parse(commandLine: info.commandLine, home: home)
  }
}
