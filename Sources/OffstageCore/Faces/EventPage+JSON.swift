package import JSON

extension EventPage {
  /// `{"events":[…],"next":CURSOR|null}`, in `events --json` and HTTP; with `lookedUntil` where the
  /// search was left there.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.memberArray("events") { writer in
        for event in events { event.write(to: &writer) }
      }
      writer.member(orNull: "next", next?.text)
      if let lookedUntil { writer.member("lookedUntil", lookedUntil.iso8601) }
    }
  }
}
