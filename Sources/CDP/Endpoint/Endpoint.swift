/// Where a browser listens for DevTools connections.
package struct Endpoint: Hashable, Sendable {
  package var host: String
  package var port: Int
  /// `/devtools/browser/` and the browser's id, which is new at each start.
  package var path: String
  /// What the browser calls itself, e.g. `Chrome/156.0.8078.79`; nil if it has not said.
  package var browser: String?
  /// The person has to click Allow in the browser at each connection
  /// (chrome://inspect/#remote-debugging).
  package var needsApproval: Bool

  package init(
    host: String, port: Int, path: String, browser: String? = nil, needsApproval: Bool = false
  ) {
    self.host = host
    self.port = port
    self.path = path
    self.browser = browser
    self.needsApproval = needsApproval
  }

  /// `host:port`, as in the Host header.
  package var authority: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  package var webSocketURL: String { "ws://\(authority)\(path)" }

  package var isLoopback: Bool { Self.isLoopback(host) }

  package static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1"
      || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
  }

  /// Takes a `ws://` URL apart.
  ///
  /// Whoever reaches such an endpoint owns the browser, so nothing but loopback is taken unless the
  /// caller says that the person named the host.
  package static func parse(
    webSocketURL url: String, allowsRemote: Bool = false
  ) throws(CDPError) -> Endpoint {
    func invalid(_ why: String) -> CDPError {
      CDPError(
        .invalidArgument, "\"\(url)\" is no DevTools address: \(why)",
        hint: "It looks like ws://127.0.0.1:9222/devtools/browser/3f6c….")
    }
    guard !url.hasPrefix("wss://") else { throw invalid("wss is not supported") }
    guard url.hasPrefix("ws://") else { throw invalid("it must begin with ws://") }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw invalid("it has a character that a URL cannot have")
    }
    let rest = url.dropFirst("ws://".count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var path = String(rest.dropFirst(authority.count).prefix { $0 != "#" })
    if !path.hasPrefix("/") { path = "/" + path }
    guard !authority.contains("@") else { throw invalid("it must not hold a user name") }
    let host: Substring
    let portText: Substring
    if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
      host = authority[authority.index(after: authority.startIndex)..<close]
      portText = authority[authority.index(after: close)...]
    } else {
      host = authority.prefix { $0 != ":" }
      portText = authority.dropFirst(host.count)
    }
    guard !host.isEmpty else { throw invalid("the host is missing") }
    guard portText.isEmpty || portText.hasPrefix(":") else { throw invalid("the port is odd") }
    guard let port = portText.isEmpty ? 80 : Int(portText.dropFirst()), (1...65535).contains(port)
    else { throw invalid("the port must be 1 to 65535") }
    guard allowsRemote || isLoopback(String(host)) else {
      throw CDPError(
        .invalidArgument, "\(host) is another machine",
        hint: "Whoever holds a DevTools connection holds the browser: forward its port over ssh.")
    }
    return Endpoint(host: String(host), port: port, path: path)
  }
}
