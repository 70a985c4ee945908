/// The file in which a browser leaves its DevTools port and path. It stays when the browser ends.
struct DevToolsActivePort: Hashable, Sendable {
  var port: Int
  var path: String

  init?(parsing text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let port = lines.first.flatMap({ Int($0) }), (1...65535).contains(port) else {
      return nil
    }
    self.port = port
    path = lines.count > 1 && lines[1].hasPrefix("/") ? String(lines[1]) : "/devtools/browser/"
  }

  static func read(userDataDir: String) throws(CDPError) -> DevToolsActivePort {
    guard Files.isDirectory(userDataDir) else {
      throw CDPError(
        .invalidArgument, "there is no folder \(userDataDir)",
        hint: "chrome://version shows the profile's path; its parent is the user data folder.")
    }
    guard let bytes = try Files.read("\(userDataDir)/DevToolsActivePort", limit: 4096) else {
      throw CDPError(
        .unreachable, "no browser has opened \(userDataDir) for DevTools",
        hint: Endpoint.howToListen)
    }
    guard let file = DevToolsActivePort(parsing: String(decoding: bytes, as: UTF8.self)) else {
      throw CDPError(
        .malformed, "\(userDataDir)/DevToolsActivePort is not what a browser writes",
        hint: "Remove it and start the browser again.")
    }
    return file
  }
}
