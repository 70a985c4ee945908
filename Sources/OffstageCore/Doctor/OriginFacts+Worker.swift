/// The service worker.
extension OriginFacts {
  private static let serviceWorkers = "https://www.w3.org/TR/service-workers/"

  var workerChecks: [OriginCheck] {
    guard let scopes else {
      return [
        OriginCheck(
          "worker.registered", .unknown, "The origin's service workers could not be read.")
      ]
    }
    guard let worker else { return [unregistered(scopes)] }
    return [
      OriginCheck(
        "worker.registered", .ok, "\(worker.scriptURL) is registered for \(worker.scope)"),
      active(worker), script(worker), starts,
    ].compactMap { $0 }
  }

  private var complaints: [String] {
    guard case .opened(_, _, let complaints) = visit else { return [] }
    return complaints
  }

  private func unregistered(_ scopes: [String]) -> OriginCheck {
    if let complaint = complaints.first {
      return OriginCheck(
        "worker.registered", .no,
        "No service worker covers the page, which said: “\(complaint)”",
        mend: Self.mend(ofComplaint: complaint), reference: Self.serviceWorkers)
    }
    if !scopes.isEmpty {
      return OriginCheck(
        "worker.registered", .no,
        "No service worker covers the page; the origin has one for \(scopes.joined(separator: ", "))",
        mend: "Ask about a page there, or register a worker for this one: its script must lie as "
          + "high as the page, or be sent with Service-Worker-Allowed.",
        reference: Self.serviceWorkers)
    }
    return OriginCheck(
      "worker.registered", .no,
      visit == nil
        ? "This browser has no service worker of the origin."
        : "The page was opened and has registered no service worker.",
      mend: visit == nil
        ? "Open the page in this browser; it has to call navigator.serviceWorker.register()."
        : "Call navigator.serviceWorker.register() in it. If it does so only after a click or a "
          + "login, do that with offstage open, and ask again.",
      reference: Self.serviceWorkers)
  }

  private static func mend(ofComplaint complaint: String) -> String {
    if complaint.contains("bad HTTP response code") {
      return "Let the server answer the script's address with it and with 200."
    }
    if complaint.contains("unsupported MIME type") {
      return "Let the server send the script as text/javascript."
    }
    if complaint.contains("max scope") || complaint.contains("path of the provided scope") {
      return "Move the script up, or send it with Service-Worker-Allowed."
    }
    if complaint.contains("evaluation") { return "Mend the error in the worker's script." }
    if complaint.contains("redirect") { return "Register the address that the script is at." }
    return "Mend what the page says."
  }

  private func active(_ worker: Worker) -> OriginCheck {
    guard worker.activeState != nil else {
      return OriginCheck(
        "worker.active", .no,
        worker.isInstalling
          ? "It is still being installed, and handles no event before it is active."
          : "It is installed and waits to become active; it handles no event before.",
        mend: worker.isInstalling
          ? "See whether the promise of its install handler is ever settled."
          : "Close the site's pages, or call skipWaiting() in its install handler.",
        reference: Self.serviceWorkers)
    }
    if worker.isWaiting {
      return OriginCheck(
        "worker.active", .warning,
        "It is active, and a newer version waits: events still go to the old one.",
        mend: "Close all pages of the site, or call skipWaiting() in the new one.",
        reference: Self.serviceWorkers)
    }
    return worker.activeState == "activating"
      ? OriginCheck(
        "worker.active", .warning, "It is being activated, and gets its events after that.",
        mend: "See whether the promise of its activate handler is ever settled.",
        reference: Self.serviceWorkers)
      : OriginCheck("worker.active", .ok, "It is active.")
  }

  private func script(_ worker: Worker) -> OriginCheck? {
    let stays = "The browser goes on with the copy it has, and can't update it."
    switch worker.script {
    case nil:
      return nil
    case .failed(let error):
      return OriginCheck(
        "worker.script", .no, "Its script can't be fetched: \(error). \(stays)",
        mend: "See whether the site runs.", reference: Self.serviceWorkers)
    case .answered(let status, _) where !(200..<300).contains(status):
      return OriginCheck(
        "worker.script", .no, "Its script is answered with \(status). \(stays)",
        mend: "Put the script back, or let the page unregister the worker.",
        reference: Self.serviceWorkers)
    case .answered(_, let type) where !Self.isScript(type):
      return OriginCheck(
        "worker.script", .no,
        "Its script is answered as \(type ?? "nothing in particular"). \(stays)",
        mend: "Let the server send it as text/javascript.", reference: Self.serviceWorkers)
    case .answered(let status, let type):
      return OriginCheck(
        "worker.script", .ok, "Its script is answered with \(status), as \(type ?? "")")
    }
  }

  /// A JavaScript MIME type (mimesniff.spec.whatwg.org).
  private static func isScript(_ type: String?) -> Bool {
    let essence = type?.prefix { $0 != ";" && $0 != " " }.lowercased() ?? ""
    return essence.hasSuffix("javascript") || essence.hasSuffix("ecmascript")
      || essence == "text/jscript" || essence == "text/livescript"
  }

  private var starts: OriginCheck? {
    switch handlers {
    case .known where worker?.startError != nil:
      OriginCheck(
        "worker.starts", .no,
        "It runs, but its script throws: “\(worker?.startError ?? "")” What stands below that line is "
          + "missing.",
        mend: "Mend the error: it came as the worker started again, not when it was registered.",
        reference: Self.serviceWorkers)
    case .known:
      OriginCheck("worker.starts", .ok, "It runs.")
    case .unknown(.noWorker):
      nil
    case .unknown(.asleep):
      OriginCheck(
        "worker.starts", .unknown,
        "It sleeps, and only a worker that runs tells which events it handles.",
        mend: "Add --wake to start it, as any event would.")
    case .unknown(.wouldNotStart(let error)):
      OriginCheck(
        "worker.starts", .no,
        "It does not start\(error.map { ": \($0)" } ?? " within ten seconds.")",
        mend: "Mend the error in its script: no event reaches it.", reference: Self.serviceWorkers)
    }
  }
}
