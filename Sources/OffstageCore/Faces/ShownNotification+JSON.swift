package import JSON

extension ShownNotification {
  func writeActions(to writer: inout JSONWriter) {
    writer.memberArray("actions") { writer in Action.write(actions, to: &writer) }
  }
}

extension ShownNotification.Action {
  package static func write(_ actions: [Self], to writer: inout JSONWriter) {
    for action in actions {
      writer.object { writer in
        writer.member("type", action.isReply ? "text" : "button")
        writer.member("title", action.title)
        writer.member(orNull: "placeholder", action.placeholder)
      }
    }
  }

  package static func list(parsing bytes: [UInt8]) throws(JSONError) -> [Self] {
    var reader = JSONReader(bytes)
    return try list(&reader)
  }

  static func list(_ reader: inout JSONReader) throws(JSONError) -> [Self] {
    var actions: [Self] = []
    try reader.readArray { reader throws(JSONError) in
      var action = Self(title: "")
      try reader.readObject { key, reader throws(JSONError) in
        switch key {
        case "type": action.isReply = try reader.readString() == "text"
        case "title": action.title = try reader.readString()
        case "placeholder":
          action.placeholder = try reader.readNull() ? nil : try reader.readString()
        default: try reader.skipValue()
        }
      }
      actions.append(action)
    }
    return actions
  }
}
