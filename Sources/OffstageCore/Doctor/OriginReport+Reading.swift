package import JSON

extension OriginReport {
  /// Reads what `write(to:)` wrote, in another process of the same version.
  package init(parsing bytes: [UInt8]) throws(JSONError) {
    url = ""
    origin = ""
    browser = OriginFacts.Browser(product: "", isHeadless: false, isOurs: false)
    checks = []
    var reader = JSONReader(bytes)
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "url": url = try reader.readString()
      case "origin": origin = try reader.readString()
      case "browser": browser = try OriginFacts.Browser(from: &reader)
      case "profile": profile = try reader.readStringOrNull()
      case "checks":
        try reader.readArray { reader throws(JSONError) in
          checks.append(try OriginCheck(from: &reader))
        }
      default: try reader.skipValue()
      }
    }
  }
}

extension OriginFacts.Browser {
  fileprivate init(from reader: inout JSONReader) throws(JSONError) {
    self.init(product: "", isHeadless: false, isOurs: false)
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "product": product = try reader.readString()
      case "isHeadless": isHeadless = try reader.readBool()
      case "isOurs": isOurs = try reader.readBool()
      default: try reader.skipValue()
      }
    }
  }
}

extension OriginCheck {
  fileprivate init(from reader: inout JSONReader) throws(JSONError) {
    self.init("", .unknown, "")
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "id": id = try reader.readString()
      case "service": service = try reader.readStringOrNull().flatMap(Service.init)
      case "verdict": verdict = Verdict(rawValue: try reader.readString()) ?? .unknown
      case "message": message = try reader.readString()
      case "mend": mend = try reader.readStringOrNull()
      case "reference": reference = try reader.readStringOrNull()
      default: try reader.skipValue()
      }
    }
  }
}

extension JSONReader {
  fileprivate mutating func readStringOrNull() throws(JSONError) -> String? {
    guard try peekKind() == .null else { return try readString() }
    try skipValue()
    return nil
  }
}
