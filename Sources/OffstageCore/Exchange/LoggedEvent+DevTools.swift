package import JSON

/// Events as CDP gives them, and as DevTools' Save writes them into a file.
///
/// Source: `BackgroundServiceView.saveToFile` of devtools-frontend, and a file that a Chromium 156
/// saved (Docs/browser-facts.md §7).
extension LoggedEvent {
  private static let names: JSONMemberNames = [
    "timestamp", "origin", "serviceWorkerRegistrationId", "service", "eventName", "instanceId",
    "eventMetadata", "storageKey",
  ]
  private static let pairNames: JSONMemberNames = ["key", "value"]

  /// The event as CDP gives it, without white space: in the words of the file that it came from, or
  /// with its metadata sorted.
  package var protocolJSON: [UInt8] {
    if let written { return written.bytes }
    var writer = JSONWriter(reservingCapacity: 512)
    writer.object { writer in
      writer.key("timestamp")
      writer.value(timestampNumber)
      writer.member("origin", origin)
      writer.member("serviceWorkerRegistrationId", serviceWorkerRegistrationId)
      writer.member("service", service.rawValue)
      writer.member("eventName", eventName)
      writer.member("instanceId", instanceId)
      writer.memberArray("eventMetadata") { writer in
        for pair in metadata {
          writer.object { writer in
            writer.member("key", pair.key)
            writer.member("value", pair.value)
          }
        }
      }
      if let storageKey { writer.member("storageKey", storageKey) }
    }
    guard let extra else { return writer.bytes }
    let members = JSONLayout.compact(extra.bytes[...]).dropFirst().dropLast()
    guard !members.isEmpty else { return writer.bytes }
    return writer.bytes.dropLast() + [UInt8(ascii: ",")] + members + [UInt8(ascii: "}")]
  }

  /// Reads one as it stands in a file, with whatever white space and in whatever order.
  package static func read(_ reader: inout JSONReader) throws(JSONError) -> LoggedEvent {
    _ = try reader.peekKind()
    let start = reader.index
    var number: JSONNumber?
    var texts: [String?] = Array(repeating: nil, count: 8)
    var service: Service?
    var metadata: [Metadata]?
    var unknown = UnknownMembers()
    var last = -1
    try reader.enterObject()
    while try reader.nextMember(of: names, after: &last) {
      switch last {
      case 0: number = try reader.readNumber()
      case 3:
        service = Service(rawValue: try reader.readString())
        guard service != nil else { throw reader.error(.unknownValue) }
      case 6: metadata = try readMetadata(&reader)
      case 1, 2, 4, 5, 7: texts[last] = try reader.readString()
      default: try unknown.keep(&reader)
      }
    }
    guard let number, let service, let metadata, let origin = texts[1],
      let registration = texts[2], let name = texts[4], let instance = texts[5]
    else { throw JSONError(reason: .missingMember, offset: start) }
    let extra = unknown.object.map { RawJSON(unchecked: JSONLayout.compact($0.bytes[...])) }
    let event = { (written: RawJSON?) in
      LoggedEvent(
        timestampNumber: number, service: service, eventName: name, instanceId: instance,
        origin: origin, storageKey: texts[7], serviceWorkerRegistrationId: registration,
        metadata: metadata, extra: extra, written: written)
    }
    guard let plain = event(nil) else {
      throw JSONError(reason: .numberOutOfRange, offset: start)
    }
    let written = JSONLayout.compact(reader.bytes[start..<reader.index])
    guard written != plain.protocolJSON else { return plain }
    return event(RawJSON(unchecked: written)) ?? plain
  }

  private static func readMetadata(_ reader: inout JSONReader) throws(JSONError) -> [Metadata] {
    var pairs: [Metadata] = []
    try reader.enterArray()
    while try reader.nextElement() {
      var (key, value): (String?, String?)
      var last = -1
      try reader.enterObject()
      while try reader.nextMember(of: pairNames, after: &last) {
        switch last {
        case 0: key = try reader.readString()
        case 1: value = try reader.readString()
        default: try reader.skipValue()
        }
      }
      guard let key, let value else { throw reader.error(.missingMember) }
      pairs.append(Metadata(key: key, value: value))
    }
    return pairs
  }
}
