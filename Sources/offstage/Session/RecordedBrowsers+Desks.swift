import OffstageCore

extension RecordedBrowsers: NotificationDesks {
  func desks() -> [(source: SourceName, desk: any NotificationDesk)] {
    all.compactMap { browser in
      // The desktop is not told of which context a notification is.
      guard let desk = browser.desk,
        let source = browser.sources.last(where: { $0.kind == .profile })
      else { return nil }
      return (SourceName(id: source.id, name: source.name), desk)
    }
  }
}
