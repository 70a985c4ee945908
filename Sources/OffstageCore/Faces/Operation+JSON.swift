package import JSON

extension StoredOperation {
  /// The operation in `--json` and HTTP: one shape everywhere.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", id)
      writer.member("service", service.rawValue)
      writer.member("instanceId", instanceId)
      writer.member("state", operation.state.rawValue)
      writer.member("isOpen", operation.state.isOpen)
      writer.member(orNull: "outcome", operation.outcome?.rawValue)
      writer.member("began", operation.began.iso8601)
      writer.member("beganMicros", operation.began.micros)
      writer.member("changed", operation.changed.iso8601)
      writer.member("changedMicros", operation.changed.micros)
      writer.member(orNull: "next", operation.next?.iso8601)
      writer.member("events", operation.events)
      writer.member("attempts", operation.attempts)
      writer.member("answers", operation.answers)
      writer.member("failures", operation.failures)
      writer.member("total", operation.total)
      writer.member("course", operation.course)
      writer.member("isTruncated", operation.isTruncated)
      writer.member("hadLastChance", operation.marks.contains(.lastChance))
      writer.member("wasReregistered", operation.marks.contains(.reregistered))
      writer.member("origin", origin.withoutTrailingSlash)
      writer.member(orNull: "storageKey", storageKey)
      writer.member("serviceWorkerRegistrationId", serviceWorkerRegistrationId)
      writer.member(orNull: "scope", scope)
      writer.memberObject("source") { writer in
        writer.member("id", source.id.description)
        writer.member("name", source.name)
      }
    }
  }
}

extension OperationPage {
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.memberArray("operations") { writer in
        for operation in operations { operation.write(to: &writer) }
      }
      writer.member(orNull: "next", next?.text)
    }
  }
}

extension OperationScene {
  /// An operation with its course, its events and what it has to do with others.
  package func write(to writer: inout JSONWriter) {
    let story = story
    writer.object { writer in
      writer.key("operation")
      operation.write(to: &writer)
      writer.member("isStalled", operation.operation.isStalled(at: watchedUntil))
      writer.memberArray("runs") { writer in
        for run in story.runs { run.write(to: &writer) }
      }
      writer.memberArray("requests") { writer in
        for request in story.requests { request.write(to: &writer) }
      }
      writer.memberArray("links") { writer in
        for link in links { link.write(to: &writer) }
      }
      writer.memberArray("events") { writer in
        for event in events { event.write(to: &writer) }
      }
      writer.memberArray("shown") { writer in
        for notification in shown { notification.write(to: &writer) }
      }
      if let push {
        writer.key("push")
        push.writeDelivery(to: &writer)
      }
      writer.memberArray("findings") { writer in
        for finding in Findings.of(self) { finding.write(to: &writer) }
      }
      writer.memberArray("gaps") { writer in
        for gap in gaps { gap.write(to: &writer) }
      }
      writer.memberArray("worker") { writer in
        for entry in worker { entry.write(to: &writer) }
      }
      writer.member("watchedUntil", watchedUntil.iso8601)
    }
  }
}

extension OperationStory.Run {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("fromMicros", from.micros)
      writer.member(orNull: "toMicros", to?.micros)
      writer.member(orNull: "outcome", outcome?.rawValue)
      writer.member(orNull: "status", status)
      writer.member("isLastChance", isLastChance)
      writer.member(orNull: "nextMicros", next?.micros)
      writer.memberArray("eventIds") { writer in for id in eventIds { writer.value(id) } }
    }
  }
}

extension OperationStory.Request {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("index", index)
      writer.member("url", url)
      writer.member(orNull: "fromMicros", from?.micros)
      writer.member(orNull: "toMicros", to?.micros)
      writer.member(orNull: "status", status.map(Int64.init))
      writer.member(orNull: "responseSize", responseSize)
      writer.member(orNull: "uploadSize", uploadSize)
      writer.member(orNull: "outcome", outcome?.rawValue)
      writer.memberArray("eventIds") { writer in for id in eventIds { writer.value(id) } }
    }
  }
}

extension OperationLink {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("kind", kind.rawValue)
      writer.member("certainty", certainty.rawValue)
      writer.member("sentence", sentence)
      writer.key("operation")
      operation.write(to: &writer)
    }
  }
}
