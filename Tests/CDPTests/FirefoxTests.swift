import Foundation
import Synchronization
import Testing

@testable import CDP

private final class LineLog: Sendable {
  private let held = Mutex<[String]>([])

  var lines: [String] { held.withLock { $0 } }

  func add(_ line: String) { held.withLock { $0.append(line) } }
}

@Suite struct FirefoxTests {
  @Test func `of what it prints only the site of a subscription is taken, and no key is kept`() {
    let found = LineLog()
    let output = FirefoxOutput { found.add("\($0.endpoint) \($0.scope)") }
    let text = """
      *** You are running in headless mode.
      console.debug: PushService: "init()"
      console.debug: PushDB: "put()" ({pushEndpoint:"http://127.0.0.1:7789/wp/T", scope:"http://localhost:1/app/", originAttributes:"", p256dhPrivateKey:{crv:"P-256", d:"SECRET"}})
      console.debug: PushDB: "put: Request successful. Updated record" "SECRET"
      console.error: "something else"

      """
    // As it comes through a pipe.
    for byte in text.utf8 { output.append([byte]) }
    #expect(found.lines == ["http://127.0.0.1:7789/wp/T http://localhost:1/app/"])
    #expect(
      output.lines(10)
        == "*** You are running in headless mode.\nconsole.error: \"something else\"")
  }

  @Test(arguments: [
    "", "console.debug: PushDB: \"put()\" ({", "console.debug: PushDB: \"put()\" ({scope:\"a\"})",
    "console.debug: PushDB: \"put()\" ({pushEndpoint:\"a, scope:b",
    "page: console.debug: PushDB: \"put()\" ({pushEndpoint:\"a\", scope:\"b\"})",
  ])
  func `what is no record of a subscription is none`(_ line: String) {
    #expect(FirefoxOutput.subscription(in: line) == nil)
  }

  @Test func `a line without end is no reason to keep all of it`() {
    let output = FirefoxOutput { _ in }
    output.append([UInt8](repeating: 0x41, count: 1 << 20))
    output.append([0x0A])
    #expect(output.lines(1).utf8.count == 64 << 10)
  }

  @Test func `its preferences and permissions are written as it reads them`() throws {
    let folder = try ScratchFolder()
    var launch = FirefoxLaunch(
      executable: BrowserExecutable(name: "firefox", path: "/nowhere/firefox"),
      profile: "\(folder.path)/a \"b\"", isHeadless: true,
      pushAddress: "ws://127.0.0.1:7789/firefox/S",
      origins: ["http://localhost:3000", "http://a\tb"], url: "about:blank")
    try launch.seed()
    let text = try String(contentsOfFile: "\(launch.profile)/user.js", encoding: .utf8)
    #expect(
      text.contains(
        #"user_pref("dom.push.serverURL", "ws://127.0.0.1:7789/firefox/S");"# + "\n"))
    #expect(text.contains(#"user_pref("dom.push.retryBaseInterval", 300);"#))
    #expect(text.contains(#"user_pref("alerts.useSystemBackend", false);"#))
    #expect(text.contains(#"user_pref("permissions.default.desktop-notification", 0);"#))
    #expect(text.contains("/a%20%22b%22/offstage-permissions.txt\");"))
    let permissions = try String(
      contentsOfFile: "\(launch.profile)/offstage-permissions.txt", encoding: .utf8)
    #expect(permissions == "origin\tdesktop-notification\t1\thttp://localhost:3000\n")
    #expect(
      launch.arguments == ["--headless", "--no-remote", "--profile", launch.profile, "about:blank"])
    // A second start writes them anew.
    launch.allowsAllNotifications = true
    launch.pushAgent = "f00"
    try launch.seed()
    let again = try String(contentsOfFile: "\(launch.profile)/user.js", encoding: .utf8)
    #expect(again.contains(#"desktop-notification", 1);"#))
    #expect(again.contains(#"user_pref("dom.push.userAgentID", "f00");"#))
  }

  @Test func `it is found by its name, and is none that CDP is spoken with`() throws {
    let folder = try ScratchFolder()
    try folder.write("bin/firefox-esr", "#!/bin/sh\n", mode: 0o755)
    try folder.write("bin/application.ini", "[App]\nName=Firefox\nVersion=153.7.0\n")
    var finder = BrowserFinder(searchPath: ["\(folder.path)/bin"], home: "/nowhere")
    finder.root = folder.path
    let found = try finder.findAny("firefox")
    #expect(found.isFirefox)
    #expect(found.firefoxVersion == "Firefox/153.7.0")
    #expect(try finder.findAny(found.path).isFirefox)
    #expect(finder.all() == [])
    for wanted in ["firefox", found.path] {
      let error = #expect(throws: CDPError.self) { try finder.find(wanted) }
      #expect(error?.hint?.contains("--browser firefox --push") == true)
    }
  }
}
