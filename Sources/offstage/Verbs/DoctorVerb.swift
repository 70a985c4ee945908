import ArgumentParser
import CDP
import JSON
import OffstageCore

struct DoctorVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is missing or wrong on this machine or for a page, and how to mend it.",
    discussion: """
      Without a URL it looks at this machine. With one it says what keeps background events of that \
      page from happening: it opens the page in a browser without a window, in the profile that \
      `offstage open` uses, and looks at its service worker, handlers, permissions and recording. \
      In a browser that runs (--port, --ws, --user-data-dir) no page is opened or touched.

      EXAMPLES
        offstage doctor
        offstage doctor https://app.example
        offstage doctor https://app.example --service push
        offstage doctor https://app.example --port 9222
      """)

  @Argument(help: "The page to look at.")
  var url: String?

  @Flag(help: "One JSON document.")
  var json = false

  @Option(help: "chromium, chrome, edge, brave, or a path.", completion: .browsers)
  var browser: String?

  @Option(
    name: .customLong("service"),
    help: ArgumentHelp(
      "You need this service: what it lacks is a fault, the others are left out. Repeatable.",
      discussion: "fetch, sync, periodic, notifications, push, payment."),
    completion: .services)
  var services: [String] = []

  @Option(help: "Open the page in this profile. Default: default.")
  var profile: String?

  @Flag(help: "Open the page in a fresh profile, as somebody's first visit.")
  var ephemeral = false

  @OptionGroup var running: AttachOptions

  @Flag(help: "In a browser that runs: look in its incognito window.")
  var incognito = false

  @Flag(help: "In a browser that runs: start the service worker if it sleeps.")
  var wake = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if url == nil, !services.isEmpty || profile != nil || ephemeral || running.isGiven || wake {
      throw ValidationError("Say which page: offstage doctor URL.")
    }
    if [profile != nil, ephemeral, running.isGiven].filter({ $0 }).count > 1 {
      throw ValidationError(
        "Give one of --profile, --ephemeral, and --port, --ws or --user-data-dir.")
    }
    if incognito, !running.isGiven {
      throw ValidationError(
        "--incognito is for a browser that runs: add --port, --ws or --user-data-dir.")
    }
    if let profile { try ProfileName.check(profile) }
  }

  func run() async throws {
    if let url {
      try await look(at: url)
    } else {
      try await lookAtMachine()
    }
  }

  private func lookAtMachine() async throws {
    let checks = await Doctor(common: common, browser: browser).checks()
    if json {
      try common.terminal.print(Doctor.document(checks))
    } else {
      try Doctor.report(checks, to: common.terminal)
    }
    guard !checks.contains(where: { $0.state == .wrong }) else { throw VerdictNo() }
  }

  private func look(at url: String) async throws {
    let asked = try services.map { text throws(UsageError) in try Service(parsing: text) }
    let doctor = OriginDoctor(
      common: common,
      question: try OriginQuestion(
        url: PageURL.parse(url), services: Set(asked), wakesWorker: wake),
      browser: browser, isOffTheRecord: incognito)
    let report = try await doctor.report(
      running.isGiven ? .running(running.target) : ephemeral ? .fresh : .profile(profile))
    if json {
      var writer = JSONWriter()
      report.write(to: &writer)
      try common.terminal.print(writer.string)
    } else {
      try OriginReportText(report, width: common.terminal.columns).print(to: common.terminal)
    }
    guard !report.isNo else { throw VerdictNo() }
  }
}
