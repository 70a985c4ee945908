import Testing

@testable import CDP

@Suite struct BrowserFlagsTests {
  @Test func `fast retries say what is not as users have it`() {
    #expect(
      BrowserFlags.FastRetries().sentence
        == "Fast retries are on: a sync that fails is tried again after 2 s, 4 s, not 5 and 15 minutes, and periodic syncs may come every 2 s."
    )
  }

  /// Flags of the lists that test tools pass around, each with what it would spoil.
  private static let forbidden = [
    "--disable-background-networking": "background fetch, component and push traffic",
    "--disable-background-timer-throttling": "how pages behave while nobody looks",
    "--disable-backgrounding-occluded-windows": "how pages behave while nobody looks",
    "--disable-renderer-backgrounding": "how pages behave while nobody looks",
    "--disable-notifications": "notifications",
    "--deny-permission-prompts": "permissions, and with them notifications and push",
    "--disable-sync": "the services of the browser that push depends on",
    "--disable-component-update": "lists that permissions and push depend on",
    "--disable-default-apps": "installed apps, which periodic sync depends on",
    "--disable-extensions": "the person's own setting",
    "--disable-features": "features are what is being tested",
    "--disable-blink-features": "features are what is being tested",
    "--disable-field-trial-config": "the experiments that people have",
    "--disable-breakpad": "the report of a crash that is being looked for",
    "--disable-popup-blocking": "what a page may do in a click handler",
    "--disable-prompt-on-repost": "what a person would see",
    "--disable-web-security": "origins, which all services hang on",
    "--ignore-certificate-errors": "secure contexts, which all services need",
    "--allow-insecure-localhost": "secure contexts, which all services need",
    "--enable-automation": "prompts and permissions as a person has them",
    "--metrics-recording-only": "networking in the background",
    "--incognito": "the profile; periodic sync and payments behave differently",
    "--guest": "the profile",
    "--single-process": "service workers in their own process",
    "--disable-gpu": "nothing here, so it has no reason",
    "--use-mock-keychain": "stored secrets of a named profile",
    "--password-store": "stored secrets of a named profile",
    "--no-startup-window": "the window that the person works in",
  ]

  private var everything: BrowserFlags {
    BrowserFlags(
      userDataDir: "/data", profileDirectory: "Work", isHeadless: true, disablesSandbox: true,
      avoidsSharedMemory: true, remoteDebuggingPort: 9222, fastRetries: .init(), extra: [])
  }

  @Test func `no flag switches off what is recorded`() {
    for flag in everything.flags {
      let name = String(flag.text.prefix { $0 != "=" })
      #expect(Self.forbidden[name] == nil, "\(name) spoils \(Self.forbidden[name] ?? "")")
    }
  }

  @Test func `each flag has its reason, and none stands twice`() {
    let flags = everything.flags
    #expect(flags.allSatisfy { $0.text.hasPrefix("--") && $0.reason.count > 10 })
    #expect(Set(flags.map { $0.text.prefix { $0 != "=" } }).count == flags.count)
  }

  @Test func `the pipe is always asked for and the empty page comes last`() {
    let plain = BrowserFlags(
      userDataDir: "/data", disablesSandbox: false, avoidsSharedMemory: false)
    #expect(
      plain.arguments == [
        "--user-data-dir=/data", "--remote-debugging-pipe", "--no-first-run",
        "--no-default-browser-check", "--hide-crash-restore-bubble", "about:blank",
      ])
    #expect(everything.arguments.contains("--headless=new"))
    #expect(everything.arguments.contains("--window-size=1280,1000"))
    #expect(everything.arguments.contains("--no-sandbox"))
    #expect(everything.arguments.last == "about:blank")
  }

  @Test func `fast retries are one field trial`() {
    let texts = everything.flags.map(\.text)
    #expect(texts.contains("--force-fieldtrials=BackgroundSync/Fast"))
    let parameters = texts.first { $0.hasPrefix("--force-fieldtrial-params=BackgroundSync.Fast:") }
    #expect(parameters?.contains("initial_retry_delay_sec/2") == true)
    #expect(parameters?.contains("min_periodic_sync_events_interval_sec/2") == true)
  }
}
