internal import GRDB
package import OffstageCore

/// What was recorded, for whoever writes a filter.
extension SQLiteEventStore {
  package func vocabulary() async throws -> FilterVocabulary {
    try await read { db in
      var vocabulary = FilterVocabulary()
      let sources = try db.rows("SELECT name, uuid FROM source ORDER BY id DESC LIMIT 500") {
        (name: $0.text(0), id: $0.text(1))
      }
      let names = Dictionary(grouping: sources, by: \.name)
      vocabulary.sources = sources.map { names[$0.name]?.count == 1 ? $0.name : $0.id }
      vocabulary.origins = try db.rows(
        """
        SELECT value FROM text WHERE id IN (SELECT origin FROM registration ORDER BY id DESC)
        ORDER BY value LIMIT 1000
        """
      ) { $0.text(0).withoutTrailingSlash }.unrepeated()
      vocabulary.scopes = try db.rows(
        """
        SELECT DISTINCT scope FROM registration WHERE scope IS NOT NULL ORDER BY scope LIMIT 1000
        """
      ) { $0.text(0) }
      try vocabulary.take(db.newest())
      return vocabulary
    }
  }
}

extension Database {
  fileprivate func newest() throws -> [(name: String, instance: String, metadata: [UInt8])] {
    try rows(
      """
      SELECT (SELECT value FROM text WHERE text.id = event.name), instance, metadata
      FROM event ORDER BY event.id DESC LIMIT 1000
      """
    ) { ($0.text(0), $0.text(1), $0.bytes(2)) }
  }
}

extension FilterVocabulary {
  /// What is longer is not offered.
  private static let longest = 120

  fileprivate mutating func take(
    _ events: [(name: String, instance: String, metadata: [UInt8])]
  ) {
    names = (names + events.map(\.name)).unrepeated()
    instances = events.map(\.instance).unrepeated()
      .filter { !$0.isEmpty && $0.utf8.count <= Self.longest }
    pairs = events.flatMap { (try? EventReader.metadata($0.metadata)) ?? [] }
      .filter { $0.key.utf8.count <= Self.longest && $0.value.utf8.count <= Self.longest }
      .unrepeated()
  }
}

extension Sequence where Element: Hashable {
  /// The first of each.
  fileprivate func unrepeated() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
