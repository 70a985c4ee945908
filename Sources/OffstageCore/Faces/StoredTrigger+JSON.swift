package import JSON

extension StoredTrigger {
  /// The trigger in `trigger --json` and HTTP.
  ///
  /// - Parameter now: one that nobody answers is answered by its times.
  package func write(to writer: inout JSONWriter, at now: Timestamp) {
    let answer = answer(at: now)
    writer.object { writer in
      writer.member("id", id)
      writer.member("source", source)
      writer.member("askedBy", askedBy.rawValue)
      writer.key("action")
      action.write(to: &writer)
      writer.member("waitMicros", patience.micros)
      writer.member("asked", asked)
      writer.member("taken", taken)
      writer.member("ended", ended)
      writer.member(orNull: "verdict", answer?.verdict.rawValue)
      writer.member(orNull: "reason", answer?.reason)
      writer.member(orNull: "hint", answer?.hint)
      writer.memberArray("events") { writer in
        for event in answer?.events ?? [] { writer.value(event) }
      }
      writer.memberArray("operations") { writer in
        for operation in answer?.operations ?? [] { writer.value(operation) }
      }
    }
  }
}
