/// What can be offered to somebody who writes a filter: what is known, and what was recorded.
package struct FilterVocabulary: Sendable, Hashable {
  package var sources: [String] = []
  package var origins: [String] = []
  package var instances: [String] = []
  package var scopes: [String] = []
  package var names: [String] = EventCatalogue.entries.map(\.name)
  /// Metadata that was seen.
  package var pairs: [LoggedEvent.Metadata] = []

  package init() {}
}
