import CDP
import OffstageCore

/// Contexts become sources.
extension BrowserCapture {
  func openSource(of number: CaptureStateMachine.ContextNumber) async throws {
    guard let context = machine.contexts[number], let session = context.session else { return }
    var (opened, held) = try await hold(context)
    // A known source that it may turn out to be is held too, or it is none that somebody records.
    for candidate in opened.movedCandidates {
      if let lock = try? locks.lock(candidate, name: "") {
        held.append(lock)
      } else {
        opened.movedCandidates.removeAll { $0 == candidate }
      }
    }
    let connection = connection
    let handle = try await recorder.attach(
      opened, disk: diskLeases(context.isDefault ? place : nil), transport: connection.transportName
    ) { command in
      connection.post(command, session: session, ticket: Ticket(number, command))
    }
    open[number] = Open(handle: handle, locks: held)
    if opened.source.place == .unknown {
      notify(.placeUnknown(opened.source))
    }
    notify(.recording(opened.source, isNew: opened.isNew))
  }

  private func hold(
    _ context: CaptureStateMachine.Context
  ) async throws -> (OpenedSource, [SourceLock]) {
    let opened = try await store.openSource(describe(context), at: clock.now())
    do {
      let lock = try locks.lock(opened.source)
      if case .series = opened.source.place, !hasBegunLog {
        try await store.beginLog(of: opened.source.id)
        hasBegunLog = true
      }
      return (opened, [lock])
    } catch let error as StoreError
      where error.code == .sourceHeld && context.isDefault && series != nil
    {
      // Another of the series runs: this one is a source of its own.
      series = nil
      return try await hold(context)
    }
  }

  private func describe(_ context: CaptureStateMachine.Context) -> SourceDescription {
    if context.isDefault {
      return SourceDescription(
        kind: .profile, place: series ?? place ?? .unknown, suggestedName: options.name,
        browser: browser,
        transport: connection.transportName, keep: options.keep)
    }
    return SourceDescription(
      kind: .offTheRecord,
      place: .offTheRecord(browserRun: options.browserRun, contextId: context.id ?? ""),
      suggestedName: "\(options.name), incognito", browser: browser,
      transport: connection.transportName, keep: options.keep)
  }

  private func diskLeases(_ place: SourcePlace?) -> [Service: DiskLease] {
    guard case .profile(let userDataDir, let profileDir) = place else { return [:] }
    return DiskLeases.read(userDataDir: userDataDir, profileDir: profileDir)
  }
}
