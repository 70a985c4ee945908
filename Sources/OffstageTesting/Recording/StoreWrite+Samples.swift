package import OffstageCore

extension StoreWrite {
  /// An event as a recorder writes it.
  package static func event(
    _ event: LoggedEvent, _ capture: CaptureKind = .live, ordinal: Int32 = 0,
    observation: ObservationToken? = nil, received: Timestamp? = nil
  ) -> StoreWrite {
    .event(
      EventWrite(
        identity: EventIdentity(of: event, ordinal: ordinal), logged: event,
        received: received ?? event.timestamp + Interval(micros: 363), capture: capture,
        observation: observation))
  }

  /// An event from a file.
  package static func imported(_ event: LoggedEvent, scope: String? = nil) -> StoreWrite {
    .event(
      EventWrite(
        identity: EventIdentity(of: event), logged: event, received: event.timestamp,
        capture: .import, observation: nil, file: .init(scope: scope)))
  }
}

extension SourceDescription {
  package static func sample(
    _ name: String = "default", kind: Source.Kind = .profile, folder: String? = nil,
    keep: KeepSetting? = nil
  ) -> SourceDescription {
    SourceDescription(
      kind: kind,
      place: .profile(userDataDir: folder ?? "/nowhere/\(name)", profileDir: "Default"),
      suggestedName: name, browser: "Chrome/156.0.8078.79", transport: "pipe", keep: keep)
  }

  package static func file(_ name: String, id: SourceID? = nil) -> SourceDescription {
    SourceDescription(
      kind: .import, place: .unknown, suggestedName: name, browser: nil, transport: "file", id: id)
  }

  package static func offTheRecord(run: String, context: String) -> SourceDescription {
    SourceDescription(
      kind: .offTheRecord, place: .offTheRecord(browserRun: run, contextId: context),
      suggestedName: "incognito", browser: "Chrome/156.0.8078.79", transport: "pipe")
  }
}
