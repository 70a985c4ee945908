import ArgumentParser
import CDP
import Foundation
import JSON
import OffstageCore
import OffstageScenario

struct TestVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Play scenarios and say whether they hold.",
    discussion: """
      A scenario is a YAML file: a site, and steps that do something and expect what comes of it \
      (Docs/scenarios.md). Each is played in a browser of its own with a fresh profile. A folder \
      stands for the .yaml files in it.

      EXAMPLES
        offstage test scenarios/
        offstage test outbox.yaml --artifacts out      pictures and a recording of failures
        offstage test scenarios/ --jobs 4 --junit junit.xml --github
        offstage test --schema > scenario.schema.json    for your editor
      """)

  @Argument(help: "Files, or folders with such files.", completion: .file())
  var files: [String] = []

  @Option(help: ArgumentHelp("Write a JUnit report.", valueName: "out"), completion: .file())
  var junit: String?

  @Flag(help: "One JSON document.")
  var json = false

  @Flag(help: "Say what fails as annotations of GitHub Actions.")
  var github = false

  @Option(help: "So many at once.")
  var jobs = 1

  @Option(help: "Try again what fails, so many times; what passes then is shown as flaky.")
  var retries = 0

  @Option(
    help: ArgumentHelp(
      "How long a scenario may take that says nothing of it itself. Default: 2m.",
      valueName: "duration"))
  var timeout: String?

  @Option(
    help: ArgumentHelp(
      "Keep pictures, a recording and a report of what fails in this folder.", valueName: "dir"),
    completion: .directory)
  var artifacts: String?

  @Flag(
    help: """
      In the artifacts, replace what may be secret by its length and a code, and leave out pictures.
      """)
  var redact = false

  @Option(help: "chromium, chrome, edge, brave, or a path.", completion: .browsers)
  var browser: String?

  @Flag(help: "Show the browser's windows, where there is a display.")
  var headed = false

  @Flag(
    help: """
      offline pulls the plug of a network of the browser's own, instead of telling the worker; needs \
      root on Linux.
      """)
  var realOffline = false

  @Flag(help: "Print the JSON Schema of scenario files.")
  var schema = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if files.isEmpty, !schema {
      throw ValidationError("Name a scenario file, or a folder of them.")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs must be 1 to 64.") }
    guard artifacts != nil || !redact else {
      throw ValidationError("--redact is about the files in --artifacts.")
    }
    guard (0...20).contains(retries) else { throw ValidationError("--retries must be 0 to 20.") }
  }

  func run() async throws {
    let terminal = common.terminal
    if schema { return try terminal.write(Array(JSONSchema.text.utf8)) }
    let scenarios = try read()
    let executable = try BrowserFinder(environment: common.environment).find(browser)
    try common.folder.create()
    _ = EphemeralProfile.sweep(parent: common.folder.ephemeralPath)
    let reports = try await play(scenarios, executable)
    try write(reports)
    switch reports.verdict {
    case .yes: return
    case .no: throw VerdictNo()
    case .unknown: throw VerdictUnknown()
    }
  }

  // MARK: Files

  private func read() throws -> [Scenario] {
    let limit = try timeout.map { try Interval(parsing: $0) }
    var (scenarios, mistakes): ([Scenario], [ScenarioMistake]) = ([], [])
    for file in try ScenarioFiles(files).paths() {
      switch ScenarioReader(file: file, timeout: limit).read(try ScenarioFiles.text(file)) {
      case .success(let scenario):
        scenarios.append(scenario)
        mistakes += ScenarioFiles.missing(scenario)
      case .failure(let error): mistakes += error.mistakes
      }
    }
    guard mistakes.isEmpty else {
      if github {
        for line in GitHubAnnotations.lines(mistakes) { try common.terminal.print(line) }
      }
      throw UsageError(mistakes)
    }
    return scenarios
  }

  // MARK: Playing

  private func play(
    _ scenarios: [Scenario], _ executable: BrowserExecutable
  ) async throws -> ScenarioReports {
    let stop = await StopSignal()
    let progress = TestProgress(terminal: common.terminal, count: scenarios.count, isTold: !json)
    let isHeadless = !headed || !Machine.hasDisplay(environment: common.environment)
    let pushSecrets = SharedPushSecrets(of: common.folder)
    let suite = ScenarioSuite(
      scenarios: scenarios, jobs: jobs, retries: retries, stop: stop,
      attempt: { scenario, number in
        await ScenarioHost(
          scenario: scenario, executable: executable, isHeadless: isHeadless,
          folder: common.folder, home: common.home, environment: common.environment,
          isVerbose: common.verbose, isReallyOffline: realOffline, pushSecrets: pushSecrets,
          artifacts: artifacts.map {
            ScenarioArtifacts(folder: $0, isRedacted: redact, attempt: number)
          },
          stop: stop,
          notify: { progress.note($0, of: scenario) }
        ).play()
      },
      notify: { progress.note($0) })
    return await withTaskGroup(of: ScenarioReports?.self) { group in
      group.addTask {
        await stop.listen()
        return nil
      }
      group.addTask { await suite.run() }
      defer { group.cancelAll() }
      for await reports in group { if let reports { return reports } }
      return ScenarioReports([], lasted: Interval(micros: 0))
    }
  }

  // MARK: Output

  private func write(_ reports: ScenarioReports) throws {
    let terminal = common.terminal
    if let junit {
      let file = try OutputFile(path: junit)
      try file.write(Array(JUnitReport(reports).text.utf8))
      try file.finish()
    }
    if json {
      var writer = JSONWriter()
      reports.write(to: &writer)
      try terminal.print(writer.string)
    } else {
      try terminal.print(reports.summary)
    }
    if github {
      for line in GitHubAnnotations.lines(reports) { try terminal.print(line) }
    }
  }
}

extension UsageError {
  /// All mistakes of scenario files, each with its place.
  fileprivate init(_ mistakes: [ScenarioMistake]) {
    let lines = mistakes.map { mistake in
      "\(mistake.place): \(mistake.message)" + (mistake.advice.map { "\n  \($0)" } ?? "")
    }
    self.init(lines.joined(separator: "\n"))
  }
}
