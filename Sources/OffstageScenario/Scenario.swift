package import OffstageCore

/// A test of what a site does in the background: where the site comes from, and what is done and
/// expected, one step after the other.
package struct Scenario: Sendable {
  package var name: String
  package var place: ScenarioPlace
  package var site: ScenarioSite
  /// Nil for a fresh one that goes at the end.
  package var profile: String?
  package var permissions: [(name: String, setting: PermissionSetting)]
  package var hasFastRetries: Bool
  package var timeout: Interval
  package var steps: [ScenarioStep]

  /// A step sends a push through the push service.
  package var sendsPushes: Bool {
    steps.contains { if case .realPush = $0.action { true } else { false } }
  }

  package static let defaultTimeout = Interval.minutes(2)

  init(
    _ file: WrittenValue, steps: [ScenarioStep], timeout standard: Interval
  ) throws(ScenarioMistake) {
    let name = try file.texts("name")
    self.name = name.text
    place = name.place
    site = try ScenarioSite(file.member("site") ?? file)
    profile = try file.text("profile")?.text
    permissions = (file.member("permissions")?.members ?? []).map { key, value in
      (key.text, PermissionSetting(rawValue: value.scalar?.text ?? "") ?? .prompt)
    }
    hasFastRetries = file.flag("fast-retries") ?? false
    timeout = try file.interval("timeout") ?? standard
    self.steps = steps
  }
}

package struct ScenarioStep: Sendable {
  /// As it is written, such as `expect-none`.
  package var name: String
  package var place: ScenarioPlace
  package var action: StepAction
}

/// Where the site comes from.
package struct ScenarioSite: Sendable {
  package enum Kind: Sendable {
    /// Somebody else serves it.
    case url(String)
    /// Served by us, with what some paths answer.
    case folder(String, answers: [String: SiteAnswer])
    /// Started by us; it is there once the URL answers. Both may name `${port}`.
    case command(String, url: String, within: Interval)
  }

  package var kind: Kind
  package var place: ScenarioPlace

  init(_ value: WrittenValue) throws(ScenarioMistake) {
    place = value.place
    if let url = value.scalar {
      try Self.check(url)
      kind = .url(url.text.withoutTrailingSlash)
      return
    }
    let url = try value.text("url")
    if let url { try Self.check(url) }
    switch (url, try value.text("folder"), try value.text("command")) {
    case (let url?, nil, nil): kind = .url(url.text.withoutTrailingSlash)
    case (nil, let folder?, nil):
      var answers: [String: SiteAnswer] = [:]
      for (path, answer) in value.member("answers")?.members ?? [] {
        guard path.text.hasPrefix("/") else {
          throw ScenarioMistake(
            "“\(path.text.escapedForTerminal)” is no path of a site.", at: path.place,
            hint: "A path begins with a slash.")
        }
        answers[path.text] = try SiteAnswer(answer)
      }
      kind = .folder(folder.text, answers: answers)
      place = folder.place
      return
    case (let url?, nil, let command?):
      kind = .command(
        command.text, url: url.text.withoutTrailingSlash,
        within: try value.interval("within") ?? .seconds(30))
    case (nil, nil, _?):
      throw ScenarioMistake(
        "“url” is missing: where the site answers once its command runs.", at: place,
        hint: "Such as url: http://localhost:${port}/")
    default:
      throw ScenarioMistake("One of url, folder, or command with url belongs here.", at: place)
    }
    for key in ["answers", "within"] where key == "answers" || isURL {
      if let extra = value.member(key) {
        throw ScenarioMistake("“\(key)” says nothing of such a site.", at: extra.place)
      }
    }
  }

  private var isURL: Bool { if case .url = kind { true } else { false } }

  private static func check(_ url: WrittenText) throws(ScenarioMistake) {
    guard url.text.hasPrefix("http://") || url.text.hasPrefix("https://") else {
      throw ScenarioMistake(
        "“\(url.text.escapedForTerminal)” is no address of a site.", at: url.place,
        hint: "Such as http://localhost:3000; a folder is written as folder: PATH.")
    }
  }
}

/// What a path of a served folder answers, to any method.
package struct SiteAnswer: Sendable, Hashable {
  package var status = 200
  package var headers: [String: String] = [:]
  package var body: String?
  /// So many bytes are in it.
  package var bytes = 0
  package var delay: Interval?

  package init(status: Int = 200) {
    self.status = status
  }

  init(_ value: WrittenValue) throws(ScenarioMistake) {
    status = value.number("status") ?? value.number ?? 200
    for (key, header) in value.member("headers")?.members ?? [] {
      headers[key.text] = try header.texts().text
    }
    body = try value.text("body")?.text
    bytes = value.number("bytes") ?? 0
    delay = try value.interval("after")
  }
}
