/// The words of findings. What a page or a push wrote is quoted, and cut where it is long.
extension String {
  /// In quotation marks, on one line.
  var quoted: String { "“\(shortened(to: 160))”" }

  func shortened(to limit: Int) -> String {
    let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count <= limit ? line : line.prefix(limit - 1) + "…"
  }
}

extension Timestamp {
  /// `14:02:09 UTC`
  package var clockWords: String { CivilTime(self).clock(fractionDigits: 0) + " UTC" }
}

extension Int {
  func of(_ one: String, _ many: String) -> String { "\(self) \(self == 1 ? one : many)" }
}

extension Int64 {
  /// `64 KiB`
  var bytesWords: String {
    switch self {
    case ..<1024: "\(self) bytes"
    case ..<(1 << 20): "\(self >> 10) KiB"
    case ..<(1 << 30): "\(self >> 20) MiB"
    default: "\(self >> 30) GiB"
    }
  }
}

extension OperationCase {
  /// `The sync “outbox”`; a push over CDP has no name.
  var subject: String {
    switch service {
    case .pushMessaging: instance.isEmpty ? "A push" : "The push \(instance.quoted)"
    case .backgroundSync: "The sync \(instance.quoted)"
    case .periodicBackgroundSync: "The periodic sync \(instance.quoted)"
    case .backgroundFetch: "The background fetch \(instance.quoted)"
    case .notifications:
      instance.isEmpty ? "A notification" : "The notification \(instance.quoted)"
    case .paymentHandler: "The payment \(instance.quoted)"
    }
  }

  /// What the worker said of a run, as a sentence with a space before it; empty if it said nothing.
  func mistakeSentence(of run: OperationStory.Run) -> String {
    guard let mistake = mistakes(of: run).first else { return "" }
    let others = othersRunning(at: mistake.at)
    let whose =
      others == 0 ? "" : ", unless that was of one of \(others.of("handler", "handlers")) beside it"
    return " The worker reported \(mistake.words)\(whose)."
  }
}
