/// A browser's program.
package struct BrowserExecutable: Hashable, Sendable {
  /// `chromium`, `chrome`, `edge`, `brave`, or the file's name if it is none of them.
  package var name: String
  package var path: String
  /// Confined by snapd: it can reach neither hidden folders nor what is outside the home folder.
  package var isSnap: Bool

  package init(name: String, path: String, isSnap: Bool = false) {
    self.name = name
    self.path = path
    self.isSnap = isSnap
  }

  /// Throws if the browser could not open this folder.
  package func checkReach(userDataDir: String, home: String) throws(CDPError) {
    guard isSnap else { return }
    let folder = Files.realPath(home)
    let path = Files.realPath(userDataDir)
    let inside = path.hasPrefix(folder + "/") ? path.dropFirst(folder.count + 1) : nil
    let isHidden = inside?.split(separator: "/").contains { $0.hasPrefix(".") } ?? true
    guard isHidden else { return }
    throw CDPError(
      .snapConfined, "\(self.path) is a snap, which cannot open the folder \(userDataDir)",
      hint: "Name a folder in your home that is not hidden, e.g. --data ~/offstage, or a browser "
        + "that is not a snap.")
  }
}

/// Finds browsers of the Chromium family.
package struct BrowserFinder: Sendable {
  private struct Product {
    var name: String
    var commands: [String]
    var places: [String]
  }

  /// In the order of preference: what is free of a vendor's services comes first.
  private static let products = [
    Product(
      name: "chromium", commands: ["chromium", "chromium-browser"],
      places: [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/lib/chromium/chromium",
        "/usr/lib64/chromium-browser/chromium-browser", "/snap/bin/chromium",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
      ]),
    Product(
      name: "chrome",
      commands: ["google-chrome-stable", "google-chrome", "google-chrome-beta", "chrome"],
      places: [
        "/opt/google/chrome/chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      ]),
    Product(
      name: "edge", commands: ["microsoft-edge-stable", "microsoft-edge", "microsoft-edge-beta"],
      places: [
        "/opt/microsoft/msedge/msedge",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
      ]),
    Product(
      name: "brave", commands: ["brave-browser-stable", "brave-browser", "brave"],
      places: [
        "/opt/brave.com/brave/brave", "/snap/bin/brave",
        "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
      ]),
  ]

  /// Found by its name only: it has no DevTools Protocol.
  private static let firefox = Product(
    name: "firefox", commands: ["firefox-esr", "firefox"],
    places: [
      "/usr/bin/firefox-esr", "/usr/bin/firefox", "/snap/bin/firefox",
      "/Applications/Firefox.app/Contents/MacOS/firefox",
    ])

  package var searchPath: [String]
  package var home: String
  /// What stands before absolute places; other than empty in tests only.
  var root = ""

  package init(searchPath: [String], home: String) {
    self.searchPath = searchPath
    self.home = home
  }

  /// With `PATH` and `HOME`.
  package init(environment: [String: String]) {
    self.init(
      searchPath: (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init),
      home: environment["HOME"] ?? "/")
  }

  /// All there are, each product once, the preferred one first.
  package func all() -> [BrowserExecutable] {
    Self.products.compactMap { locate($0) }
  }

  /// As `find`, but Firefox is one too.
  package func findAny(_ wanted: String?) throws(CDPError) -> BrowserExecutable {
    guard let wanted, wanted == "firefox" || wanted.contains("/") else { return try find(wanted) }
    if wanted.contains("/") { return try at(path: wanted) }
    if let firefox = locate(Self.firefox) { return firefox }
    throw CDPError(
      .browserMissing, "no browser \"firefox\" was found",
      hint: "Install it (Debian: apt install firefox-esr), or give its path.")
  }

  /// The browser of the Chromium family with this name or path; without one, the first there is.
  package func find(_ wanted: String? = nil) throws(CDPError) -> BrowserExecutable {
    let found = try findChromium(wanted)
    guard !found.isFirefox else {
      throw CDPError(
        .browserMissing, "\(found.path) is a Firefox, which has no log that could be recorded",
        hint: "`offstage open --browser firefox --push` records its pushes at the push service.")
    }
    return found
  }

  private func findChromium(_ wanted: String?) throws(CDPError) -> BrowserExecutable {
    guard let wanted else {
      if let first = all().first { return first }
      throw CDPError(
        .browserMissing, "no browser of the Chromium family was found",
        hint: "Install one (Debian: apt install chromium), or name its program with --browser.")
    }
    if wanted.contains("/") { return try at(path: wanted) }
    if let product = Self.products.first(where: { $0.name == wanted }) {
      if let found = locate(product) { return found }
    } else if let path = command(wanted) {
      return executable(path)
    } else if wanted == Self.firefox.name, let found = locate(Self.firefox) {
      return found
    }
    throw CDPError(
      .browserMissing, "no browser \"\(wanted)\" was found",
      hint: installed + " --browser takes chromium, chrome, edge, brave, or a path.")
  }

  private func at(path: String) throws(CDPError) -> BrowserExecutable {
    let full = path.hasPrefix("~/") ? home + path.dropFirst() : path
    guard Files.exists(full) else {
      throw CDPError(.browserMissing, "there is no browser at \(path)", hint: installed)
    }
    guard !Files.isDirectory(full) else {
      throw CDPError(
        .browserMissing, "\(path) is a folder",
        hint: "Name the program itself; on macOS it is inside the app, in Contents/MacOS.")
    }
    guard Files.isExecutable(full) else {
      throw CDPError(.browserMissing, "\(path) is not a program", hint: installed)
    }
    return executable(full)
  }

  private var installed: String {
    let found = all()
    return found.isEmpty
      ? "Install one (Debian: apt install chromium)."
      : "Found here: " + found.map { "\($0.name) (\($0.path))" }.joined(separator: ", ") + "."
  }

  private func locate(_ product: Product) -> BrowserExecutable? {
    let found =
      product.commands.lazy.compactMap { command($0) }.first
      ?? product.places.lazy.map { root + $0 }.first { Files.isExecutable($0) }
    return found.map {
      BrowserExecutable(name: product.name, path: $0, isSnap: SnapDetector.isSnap($0))
    }
  }

  private func command(_ name: String) -> String? {
    searchPath.lazy.map { "\($0)/\(name)" }.first { Files.isExecutable($0) }
  }

  private func executable(_ path: String) -> BrowserExecutable {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let product = (Self.products + [Self.firefox]).first { product in
      product.commands.contains(file) || product.places.contains { $0.hasSuffix("/" + file) }
    }
    return BrowserExecutable(
      name: product?.name ?? file, path: path, isSnap: SnapDetector.isSnap(path))
  }
}

/// Tells whether a program is confined by snapd.
enum SnapDetector {
  static func isSnap(_ path: String) -> Bool {
    // /snap/bin/NAME is a link to /usr/bin/snap, which looks at the name it was called by.
    if path.contains("/snap/bin/") || Files.realPath(path).hasSuffix("/bin/snap") { return true }
    if Files.realPath(path).hasPrefix("/snap/") { return true }
    // Ubuntu's chromium-browser is a script that starts the snap.
    let script = (try? Files.read(path, limit: 65_536)) ?? nil
    guard let script, script.starts(with: Array("#!".utf8)) else { return false }
    let text = String(decoding: script, as: UTF8.self)
    return text.contains("/snap/bin/") || text.contains("snap run ")
  }
}
