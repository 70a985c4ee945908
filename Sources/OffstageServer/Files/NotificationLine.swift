package import JSON
package import OffstageCore

/// A notification as another process tells of it.
package struct NotificationLine: Sendable, Hashable {
  /// As it was told.
  package let json: RawJSON
  package private(set) var source = ""
  package private(set) var number: Int64 = 0
  package private(set) var shown: Timestamp?
  package private(set) var origin: String?
  package private(set) var tag: String?
  package private(set) var title = ""
  package private(set) var body = ""
  /// The titles of its buttons.
  package private(set) var actions: [String] = []

  /// What `GET /api/v1/notifications` gave.
  static func list(parsing bytes: [UInt8]) throws(JSONError) -> [NotificationLine] {
    var lines: [NotificationLine] = []
    var reader = JSONReader(bytes)
    try reader.readObject { key, reader throws(JSONError) in
      guard key == "notifications" else { return try reader.skipValue() }
      try reader.readArray { reader throws(JSONError) in
        lines.append(try NotificationLine(try reader.readRaw()))
      }
    }
    return lines
  }

  private init(_ json: RawJSON) throws(JSONError) {
    self.json = json
    var reader = JSONReader(json.bytes)
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "source":
        try reader.readObject { key, reader throws(JSONError) in
          if key == "name" { source = try reader.readString() } else { try reader.skipValue() }
        }
      case "number": number = Int64(try reader.readInt())
      case "shownMicros": shown = Timestamp(micros: Int64(try reader.readInt()))
      case "origin": origin = try reader.readNull() ? nil : try reader.readString()
      case "tag": tag = try reader.readNull() ? nil : try reader.readString()
      case "title": title = try reader.readString()
      case "body": body = try reader.readString()
      case "actions":
        try reader.readArray { reader throws(JSONError) in
          try reader.readObject { key, reader throws(JSONError) in
            if key == "title" {
              actions.append(try reader.readString())
            } else {
              try reader.skipValue()
            }
          }
        }
      default: try reader.skipValue()
      }
    }
  }
}
