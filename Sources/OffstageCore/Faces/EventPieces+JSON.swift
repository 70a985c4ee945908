package import JSON

extension EventPieces {
  /// `{"pieces":[{"cursor":CURSOR|null,"startMicros":…|null,"events":…}],"next":…,"remaining":…}`.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.memberArray("pieces") { writer in
        for piece in pieces {
          writer.object { writer in
            writer.member(orNull: "cursor", piece.start?.text)
            writer.member(orNull: "startMicros", piece.start?.identity.timestamp.micros)
            writer.member("events", piece.events)
          }
        }
      }
      writer.member(orNull: "next", next?.text)
      writer.member("remaining", remaining)
    }
  }
}
