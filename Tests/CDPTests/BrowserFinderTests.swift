import Testing

@testable import CDP

@Suite struct BrowserFinderTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private var finder: BrowserFinder {
    var finder = BrowserFinder(
      searchPath: ["\(folder.path)/bin", "\(folder.path)/more"], home: "\(folder.path)/home")
    finder.root = folder.path
    return finder
  }

  private func install(_ name: String, _ text: String = "#!/bin/sh\n") throws {
    try folder.write(name, text, mode: 0o755)
  }

  @Test func `the first of the path is taken, and places after it`() throws {
    try install("more/chromium")
    try install("opt/google/chrome/chrome")
    #expect(finder.all().map(\.name) == ["chromium", "chrome"])
    #expect(try finder.find().path == "\(folder.path)/more/chromium")
    try install("bin/chromium-browser")
    // A name that is preferred wins over a folder that is.
    #expect(try finder.find().path == "\(folder.path)/more/chromium")
    #expect(try finder.find("chrome").path == "\(folder.path)/opt/google/chrome/chrome")
  }

  @Test func `a browser may be named by its file or its path`() throws {
    try install("bin/my-chromium-build")
    try install("home/src/out/chrome")
    #expect(try finder.find("my-chromium-build").name == "my-chromium-build")
    #expect(try finder.find("~/src/out/chrome").name == "chrome")
    #expect(try finder.find("\(folder.path)/home/src/out/chrome").name == "chrome")
  }

  @Test func `what is not there is said with what is`() throws {
    let missing = #expect(throws: CDPError.self) { try finder.find() }
    #expect(missing?.code == .browserMissing)
    #expect(missing?.hint?.contains("apt install chromium") == true)
    try install("bin/brave-browser")
    let edge = #expect(throws: CDPError.self) { try finder.find("edge") }
    #expect(edge?.hint?.contains("brave (\(folder.path)/bin/brave-browser)") == true)
    for path in ["/nowhere/chrome", folder.path, try folder.write("text", "x")] {
      let error = #expect(throws: CDPError.self) { try finder.find(path) }
      #expect(error?.code == .browserMissing)
      #expect(error?.context.contains(path) == true)
    }
  }

  @Test func `a snap is recognised by its place and by the script that starts it`() throws {
    try install("bin/chromium-browser", "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n")
    try install("snap/bin/brave")
    try install("more/google-chrome", "#!/bin/sh\nexec /opt/google/chrome/chrome \"$@\"\n")
    #expect(finder.all().map(\.isSnap) == [true, false, true])
  }

  @Test(arguments: [
    ("/home/me/offstage/profile", true), ("/home/me/.local/share/offstage", false),
    ("/home/me/x/.hidden/y", false), ("/tmp/offstage", false), ("/home/me2/offstage", false),
  ])
  func `a snap reaches what is in the home folder and not hidden`(path: String, isFine: Bool) {
    let snap = BrowserExecutable(name: "chromium", path: "/snap/bin/chromium", isSnap: true)
    let other = BrowserExecutable(name: "chromium", path: "/usr/bin/chromium")
    #expect(throws: Never.self) { try other.checkReach(userDataDir: path, home: "/home/me") }
    if isFine {
      #expect(throws: Never.self) { try snap.checkReach(userDataDir: path, home: "/home/me") }
    } else {
      let error = #expect(throws: CDPError.self) {
        try snap.checkReach(userDataDir: path, home: "/home/me")
      }
      #expect(error?.code == .snapConfined)
    }
  }
}
