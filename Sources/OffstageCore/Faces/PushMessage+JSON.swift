package import JSON

extension PushMessage {
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", id)
      writer.member("subscription", subscription)
      writer.member("received", received)
      writer.member("status", status)
      if let refusal {
        writer.memberObject("refusal") { writer in
          writer.member("code", refusal.code)
          writer.member("detail", refusal.detail)
          writer.member(orNull: "hint", refusal.hint)
        }
      }
      writer.member("ttl", ttl)
      writer.member("urgency", urgency.rawValue)
      writer.member(orNull: "topic", topic)
      writer.member(orNull: "encoding", encoding)
      writer.memberArray("headers") { writer in
        for header in headers {
          writer.object { writer in
            writer.member("name", header.name)
            writer.member("value", header.value)
          }
        }
      }
      writer.member("body", body.base64)
      writer.member("sends", delivery.sends)
      writer.member("sent", delivery.firstSent)
      writer.member("ended", delivery.ended)
      writer.member(orNull: "end", delivery.end?.rawValue)
      writer.member(orNull: "answer", delivery.answer?.rawValue)
      writer.member(orNull: "failure", delivery.failure?.rawValue)
      writer.member("failed", delivery.failed)
      writer.member(orNull: "injected", injected?.text)
    }
  }
}

extension PushMessage {
  /// For those who may see its events: neither its endpoint nor its body.
  func writeDelivery(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("status", status)
      writer.member("ttl", ttl)
      writer.member("urgency", urgency.rawValue)
      writer.member(orNull: "topic", topic)
      writer.member(orNull: "encoding", encoding)
      writer.member("bytes", body.count)
      writer.member("sends", delivery.sends)
      writer.member(orNull: "injected", injected?.text)
      writer.memberArray("hops") { writer in
        for hop in hops {
          writer.object { writer in
            writer.member("name", hop.name)
            writer.member("micros", hop.at.micros)
          }
        }
      }
    }
  }

  /// Its way from its sender to the browser, in the words of the log.
  package var hops: [(name: String, at: Timestamp)] {
    var hops = [("Posted to the push service", received)]
    if let sent = delivery.firstSent { hops.append(("Sent to the browser", sent)) }
    if let ended = delivery.ended, let end = delivery.end {
      let answer = delivery.answer.map { ": \($0.words.lowercasedFirst) (\($0.rawValue))" }
      hops.append((end.words + (answer ?? ""), ended))
    }
    if let failure = delivery.failure, let failed = delivery.failed {
      hops.append(("\(failure.words) (\(failure.rawValue))", failed))
    }
    return hops
  }
}

extension PushMessage.End {
  fileprivate var words: String {
    switch self {
    case .acknowledged: "Acknowledged by the browser"
    case .expired: "Its TTL ran out"
    case .replaced: "Replaced by one of the same topic"
    case .cancelled: "Taken back by its sender"
    case .unsubscribed: "Its subscription ended"
    case .dropped: "Dropped, as was asked for"
    }
  }
}

extension PushSubscription {
  /// Where it is sent to, as its page sees it; without the service's address if that was never known.
  package func endpoint(at origin: String?) -> String {
    switch client {
    case .chromium: "\(origin ?? "")/fcm/send/\(token)"
    case .firefox: "\(origin ?? "")/wp/\(token)"
    }
  }

  package func write(to writer: inout JSONWriter, origin: String?) {
    writer.object { writer in
      writer.member("endpoint", endpoint(at: origin))
      writer.member(orNull: "origin", self.origin)
      writer.member("browser", client.name)
      writer.member(orNull: "applicationServerKey", applicationServerKey)
      writer.member("created", created)
      writer.member("ended", end?.at)
      writer.member(orNull: "endReason", end?.reason.rawValue)
    }
  }
}

extension PushSubscription.Client {
  package var name: String {
    switch self {
    case .chromium: "chromium"
    case .firefox: "firefox"
    }
  }
}
