/// The page and the browser it is in.
extension OriginFacts {
  private static let secureContexts = "https://www.w3.org/TR/secure-contexts/"

  var hasFailed: Bool {
    if case .failed = visit { return true }
    return false
  }

  /// Opening the page led to another origin, which has workers and permissions of its own.
  var leadsAway: Bool {
    guard case .opened(let url, _, _) = visit else { return false }
    return Self.origin(of: url) != origin
  }

  var pageChecks: [OriginCheck] {
    let checks = [visitCheck, secureCheck, onlineCheck, incognitoCheck, windowCheck]
    // What is well is of no interest where there is no page.
    return checks.compactMap { $0 }.filter { !hasFailed || $0.verdict == .no }
  }

  private var visitCheck: OriginCheck? {
    switch visit {
    case nil:
      return nil
    case .failed(let error):
      return OriginCheck(
        "page.opens", .no, "The page can't be opened: \(error).", mend: Self.mend(of: error))
    case .opened(let url, _, _) where leadsAway:
      return OriginCheck(
        "page.opens", .no, "The page leads to \(url), which is another origin.",
        mend: "Ask about that one: offstage doctor \(url)")
    case .opened(_, let status?, _) where status >= 400:
      return OriginCheck(
        "page.opens", .warning, "The page is answered with \(status).",
        mend: "Ask about a page that registers the site's service worker.")
    case .opened:
      return OriginCheck("page.opens", .ok, "The page opens.")
    }
  }

  private static func mend(of error: String) -> String {
    if error.contains("CERT") || error.contains("SSL") {
      return "The browser does not trust the certificate, and then registers no service worker: "
        + "have it trusted (mkcert does that on one's own machine), or use http://localhost."
    }
    if error.contains("NAME_NOT_RESOLVED") { return "Look for a slip in the name." }
    if error.contains("INTERNET_DISCONNECTED") { return "This machine is offline." }
    if error.contains("UNSAFE_PORT") { return "Browsers open no page on that port: use another." }
    return "See whether the site runs, and on that port."
  }

  private var secureCheck: OriginCheck? {
    switch isSecure {
    case nil: nil
    case true?: OriginCheck("page.secure", .ok, "It is a secure context.")
    case false?:
      OriginCheck(
        "page.secure", .no,
        "It is no secure context: the browser has no service workers there, and none of the six "
          + "services.",
        mend: "Serve it over https, or use http://localhost while you develop.",
        reference: Self.secureContexts)
    }
  }

  private var onlineCheck: OriginCheck? {
    switch isOnline {
    case nil: nil
    case true?: OriginCheck("page.online", .ok, "The browser believes that it is online.")
    case false?:
      OriginCheck(
        "page.online", .no,
        "The browser believes that it is offline: it holds syncs and fetches back, and no push "
          + "comes.",
        mend: "Connect the machine, or end the offline emulation in DevTools.")
    }
  }

  private var incognitoCheck: OriginCheck {
    if isOffTheRecord {
      return OriginCheck(
        "page.incognito", .warning,
        "The window is incognito: push can't be subscribed to there, and all of it ends with the "
          + "window.",
        mend: "Look in a usual window.")
    }
    if pagesOffTheRecord > 0 {
      return OriginCheck(
        "page.incognito", .warning,
        "The site is also open in an incognito window, which has a worker and permissions of its "
          + "own: they are not what follows.",
        mend: "Add --incognito to look there.")
    }
    return OriginCheck("page.incognito", .ok, "The window is not incognito.")
  }

  private var windowCheck: OriginCheck? {
    guard browser.isHeadless else { return nil }
    return OriginCheck(
      "browser.window", .note,
      "This browser has no window: nobody can answer when it asks for a permission, and "
        + (browser.showsWithUs
          ? "its notifications appear with Offstage: offstage notifications."
          : "notifications close by themselves after about 25 s."))
  }

  /// Scheme, host and port as a browser writes them; nil for what has no origin.
  package static func origin(of url: String) -> String? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let end = url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
    var host = url[scheme.upperBound..<end].lowercased()
    if let at = host.lastIndex(of: "@") { host = String(host[host.index(after: at)...]) }
    let name = url[..<scheme.lowerBound].lowercased()
    for (usual, port) in [("http", ":80"), ("https", ":443")]
    where name == usual && host.hasSuffix(port) {
      host.removeLast(port.count)
    }
    return host.isEmpty ? nil : "\(name)://\(host)"
  }
}
