import CDP

/// Whether the UI is opened for the person, in the browser that they use themselves.
///
/// As of Jupyter or Playwright's reports: by itself where somebody sits before a screen, never
/// where a program reads on.
struct UIOpening: Sendable, Equatable {
  /// What the person said; nil leaves it to us.
  var wish: Bool?
  /// Somebody looks at what is printed.
  var isInteractive: Bool
  var environment: [String: String]

  var isDue: Bool { wish ?? isLikelyWanted }

  private var isLikelyWanted: Bool {
    isInteractive && Machine.hasDisplay(environment: environment)
      // A build machine may well have a terminal and a display, but nobody looks.
      && environment["CI"]?.isEmpty ?? true
      // What create-react-app and Vite take for no.
      && environment["BROWSER"] != "none"
  }
}
