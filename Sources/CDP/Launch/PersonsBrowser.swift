/// The browser that the person uses themselves, as their desktop knows it.
package enum PersonsBrowser {
  #if os(macOS)
    private static let opener = "open"
  #else
    /// Of xdg-utils; it minds `$BROWSER` and the desktop's settings.
    private static let opener = "xdg-open"
  #endif

  /// Hands a page to it and does not wait: what opens a page may live as long as the browser.
  package static func open(
    _ url: String, environment: [String: String]
  ) throws(CDPError) {
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    guard let program = folders.map({ "\($0)/\(opener)" }).first(where: Files.isExecutable) else {
      throw CDPError(
        .unreachable, "your browser can't be opened: there is no \(opener) on the PATH",
        hint: "Open the link yourself.")
    }
    _ = try ChildProcess(
      PosixSpawn.Request(executable: program, arguments: [url], environment: environment))
  }
}
