import JSON

extension Endpoint {
  static let howToListen =
    "Start the browser with --remote-debugging-port=9222 and --user-data-dir, or turn on "
    + "chrome://inspect/#remote-debugging."

  /// Asks the browser that listens on a port for its address.
  package static func discover(
    port: Int, host: String = "127.0.0.1", timeout: Duration = .seconds(5)
  ) async throws(CDPError) -> Endpoint {
    guard (1...65535).contains(port) else {
      throw CDPError(.invalidArgument, "\(port) is no port", hint: "Ports are 1 to 65535.")
    }
    let answer = try await HTTPGet(host: host, port: port, path: "/json/version")
      .perform(timeout: timeout)
    let place = Endpoint(host: host, port: port, path: "").authority
    if answer.status == 404 {
      throw CDPError(
        .approvalPending, "\(place) answers, but not to questions about itself",
        hint: "If it is a browser with chrome://inspect/#remote-debugging turned on, name its user "
          + "data folder instead of the port.",
        underlying: "HTTP 404")
    }
    guard answer.status == 200, let version = DevToolsVersion(parsing: answer.body),
      let path = version.path
    else {
      throw CDPError(
        .notDevTools, "what listens on \(place) is not a browser's DevTools", hint: howToListen,
        underlying: "HTTP \(answer.status)")
    }
    return Endpoint(host: host, port: port, path: path, browser: version.browser)
  }

  /// Finds the browser that has a user data folder open, by the file it leaves there.
  package static func discover(
    userDataDir: String, timeout: Duration = .seconds(5)
  ) async throws(CDPError) -> Endpoint {
    let file = try DevToolsActivePort.read(userDataDir: userDataDir)
    let stale = CDPError(
      .unreachable, "no browser listens for the folder \(userDataDir)",
      hint: "Its DevToolsActivePort names port \(file.port), from a browser that has ended. "
        + howToListen)
    let answer: HTTPAnswer
    do throws(CDPError) {
      answer = try await HTTPGet(host: "127.0.0.1", port: file.port, path: "/json/version")
        .perform(timeout: timeout)
    } catch {
      // Some other program has the port by now, or nobody.
      if error.code == .unreachable || error.code == .notDevTools { throw stale }
      throw error
    }
    var endpoint = Endpoint(host: "127.0.0.1", port: file.port, path: file.path)
    if answer.status == 404 {
      endpoint.needsApproval = true
      return endpoint
    }
    guard let version = DevToolsVersion(parsing: answer.body), version.path == file.path else {
      throw stale
    }
    endpoint.browser = version.browser
    return endpoint
  }
}

/// What /json/version says.
struct DevToolsVersion {
  var browser: String?
  var path: String?

  init?(parsing body: [UInt8]) {
    var reader = JSONReader(body)
    var url: String?
    do throws(JSONError) {
      try reader.readObject { key, reader throws(JSONError) in
        switch key {
        case "Browser": browser = try reader.readString()
        case "webSocketDebuggerUrl": url = try reader.readString()
        default: try reader.skipValue()
        }
      }
    } catch { return nil }
    // The host is what we dialled: an answer must not send us elsewhere.
    path = url.flatMap { try? Endpoint.parse(webSocketURL: $0, allowsRemote: true).path }
  }
}
