import OffstageCore

/// The desktop is not told of which browser context a notification is: they count as the profile's.
extension RecordedBrowsers: NotificationDesks {
  func desks() -> [(source: SourceName, desk: any NotificationDesk)] {
    all.compactMap { browser in
      guard let desk = browser.desk, let source = browser.profile else { return nil }
      return (SourceName(id: source.id, name: source.name), desk)
    }
  }

  func screens() -> [NotificationScreen] {
    all.compactMap { browser in
      browser.profile.map { source in
        NotificationScreen(
          source: SourceName(id: source.id, name: source.name),
          place: browser.desk == nil ? .desktop : .offstage)
      }
    }
  }
}
