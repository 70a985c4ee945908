package import JSON

/// What several shapes of the JSON contract have in common.
extension JSONWriter {
  /// A moment, as RFC 3339 and as `<key>Micros`; both `null` if there is none.
  package mutating func member(_ key: String, _ moment: Timestamp?) {
    member(orNull: key, moment?.iso8601)
    member(orNull: key + "Micros", moment?.micros)
  }

  package mutating func member(_ key: String, _ source: SourceName) {
    memberObject(key) { writer in
      writer.member("id", source.id.description)
      writer.member("name", source.name)
    }
  }
}
