package import Foundation

/// The name of a source that never changes.
package struct SourceID: Sendable, Hashable, CustomStringConvertible {
  package var uuid: UUID

  package init(_ uuid: UUID = UUID()) {
    self.uuid = uuid
  }

  package init?(_ text: String) {
    guard let uuid = UUID(uuidString: text) else { return nil }
    self.uuid = uuid
  }

  package var description: String { uuid.uuidString.lowercased() }
}

/// One browser context whose log we record.
package struct Source: Sendable, Hashable {
  package var id: SourceID
  package var kind: Kind
  /// For people, who may change it.
  package var name: String
  package var place: SourcePlace
  /// Such as `Chrome/156.0.8078.79`, as the browser last said.
  package var browser: String?
  /// Nil: events stay for good.
  package var keep: Interval?
  package var created: Timestamp

  package enum Kind: String, Sendable, CaseIterable {
    case profile
    case offTheRecord
    case `import`
  }

  package init(
    id: SourceID, kind: Kind, name: String, place: SourcePlace, browser: String?,
    keep: Interval?, created: Timestamp
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.place = place
    self.browser = browser
    self.keep = keep
    self.created = created
  }

  /// How long events stay unless the person says otherwise.
  package static let defaultKeep = Interval.days(30)
}

/// Where a source's log lives: what a source is found by when it comes again.
package enum SourcePlace: Sendable, Hashable {
  /// Real paths: the user data folder, and the profile's folder in it.
  case profile(userDataDir: String, profileDir: String)
  /// An off-the-record context lives and dies with one run of one browser.
  case offTheRecord(browserRun: String, contextId: String)
  /// It could not be found out where the profile lies.
  case unknown
}
