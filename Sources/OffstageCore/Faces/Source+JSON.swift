package import JSON

extension Source {
  /// The source in HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", id.description)
      writer.member("name", name)
      writer.member("kind", kind.rawValue)
      writer.key("place")
      place.write(to: &writer)
      writer.member(orNull: "browser", browser)
      writer.member(orNull: "keepMicros", keep?.micros)
      writer.member("created", created)
    }
  }
}

extension SourcePlace {
  func write(to writer: inout JSONWriter) {
    switch self {
    case .profile(let userDataDir, let profileDir):
      writer.object { writer in
        writer.member("userDataDir", userDataDir)
        writer.member("profileDir", profileDir)
      }
    case .offTheRecord(let browserRun, let contextId):
      writer.object { writer in
        writer.member("browserRun", browserRun)
        writer.member("contextId", contextId)
      }
    case .series(let name):
      writer.object { $0.member("series", name) }
    case .file(let digest):
      writer.object { $0.member("digest", digest) }
    case .unknown: writer.null()
    }
  }
}
