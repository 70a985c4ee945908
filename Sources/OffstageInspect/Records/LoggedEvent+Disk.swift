import JSON
import OffstageCore
import Protobuf

extension LoggedEvent {
  /// From the browser's record; nil if it is of no service that is known, or not whole.
  ///
  /// Source: content/browser/devtools, background_service.proto (`Docs/browser-facts.md` §6).
  convenience init?(record: ArraySlice<UInt8>) {
    guard let message = ProtobufReader.fields(record),
      let timestamp = message.int(1).flatMap(BrowserTime.timestamp(micros:)),
      let service = message.int(4).flatMap(Service.init(browserNumber:)),
      let origin = message.text(2), let name = message.text(5)
    else { return nil }
    var metadata: [String: String] = [:]
    for pair in message.messages(7) {
      guard let pair else { return nil }
      // Of a key that stands there twice the last counts.
      metadata[pair.text(1) ?? ""] = pair.text(2) ?? ""
    }
    self.init(
      timestampNumber: JSONNumber(browserSeconds: timestamp), service: service,
      eventName: name, instanceId: message.text(6) ?? "", origin: origin,
      storageKey: message.text(8), serviceWorkerRegistrationId: "\(message.int(3) ?? 0)",
      metadata: metadata.map { Metadata(key: $0.key, value: $0.value) })
  }
}

extension JSONNumber {
  /// The number that CDP gives for the moment: seconds, reckoned by way of milliseconds in binary
  /// fractions, so that some have a digit more (`Docs/browser-facts.md` §6).
  init(browserSeconds moment: Timestamp) {
    let text = "\(Double(moment.micros) / 1000 / 1000)"
    let number = JSONNumber(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    // One that is past all calendars is no number of the browser's.
    self =
      number.flatMap { $0.millionths == moment.micros ? $0 : nil }
      ?? JSONNumber(millionths: moment.micros)
  }
}
