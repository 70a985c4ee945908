package import JSON

/// A trigger, in a file. It is known by its source and the moment in which it was asked, which the
/// events that it caused name.
package struct ExchangeTrigger: Sendable, Hashable {
  package var source: SourceID
  package var trigger: StoredTrigger

  package init(_ trigger: StoredTrigger) {
    source = trigger.source.id
    self.trigger = trigger
  }

  init(_ line: ExchangeLines.TriggerLine, of source: SourceID) {
    self.source = source
    trigger = line.trigger
    trigger.source = SourceName(id: source, name: "")
  }
}

extension ExchangeLines {
  package static func write(_ line: ExchangeTrigger, to writer: inout JSONWriter) {
    let trigger = line.trigger
    writer.object { writer in
      writer.member("type", "trigger")
      writer.member("source", line.source.description)
      writer.memberObject("trigger") { writer in
        writer.member("asked", trigger.asked)
        writer.member("askedBy", trigger.askedBy.rawValue)
        writer.key("action")
        trigger.action.write(to: &writer)
        writer.member("waitMicros", trigger.patience.micros)
        writer.member("taken", trigger.taken)
        writer.member("ended", trigger.ended)
        writer.member(orNull: "verdict", trigger.stored?.verdict.rawValue)
        writer.member(orNull: "reason", trigger.stored?.reason)
        writer.member(orNull: "hint", trigger.stored?.hint)
      }
    }
    writer.separator("\n")
  }

  /// What a line says of a trigger, but for its source.
  struct TriggerLine: Sendable {
    let trigger: StoredTrigger

    init(_ reader: inout JSONReader) throws(JSONError) {
      let start = reader.index
      var (asked, taken, ended): (Timestamp?, Timestamp?, Timestamp?)
      var asker: StoredTrigger.Asker?
      var action: RawJSON?
      var patience: Int?
      var (verdict, reason, hint): (String?, String?, String?)
      try reader.readObject { key, reader throws(JSONError) in
        switch key {
        case "askedMicros": asked = try readMoment(&reader)
        case "askedBy": asker = StoredTrigger.Asker(rawValue: try reader.readString())
        case "action": action = try reader.readRaw()
        case "waitMicros": patience = try reader.readInt()
        case "takenMicros": taken = try readMoment(&reader)
        case "endedMicros": ended = try readMoment(&reader)
        case "verdict": verdict = try reader.readNull() ? nil : try reader.readString()
        case "reason": reason = try reader.readNull() ? nil : try reader.readString()
        case "hint": hint = try reader.readNull() ? nil : try reader.readString()
        default: try reader.skipValue()
        }
      }
      guard let asked, let asker, let patience, patience >= 0,
        let action = action.flatMap({ try? TriggerAction(parsing: $0) })
      else { throw JSONError(reason: .missingMember, offset: start) }
      var trigger = StoredTrigger(
        id: 0, source: SourceName(id: SourceID(), name: ""), askedBy: asker, action: action,
        patience: Interval(micros: Int64(patience)), asked: asked, taken: taken, ended: ended)
      if let verdict = verdict.flatMap(TriggerAnswer.Verdict.init) {
        trigger.stored = TriggerAnswer(verdict, reason: reason, hint: hint)
      }
      self.trigger = trigger
    }
  }
}
