/// What a Firefox is started with, as a file `user.js` in its profile: each overrides what the profile
/// has, at each start.
package struct FirefoxPreferences: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case flag(Bool)
    case number(Int)
    case text(String)
  }

  package struct Preference: Hashable, Sendable {
    package var name: String
    package var value: Value
    package var reason: String

    package init(_ name: String, _ value: Value, _ reason: String) {
      self.name = name
      self.value = value
      self.reason = reason
    }
  }

  package var preferences: [Preference]

  package init(_ preferences: [Preference]) {
    self.preferences = preferences
  }

  /// What it takes its pushes from a service on this machine with.
  ///
  /// - Parameter address: where it connects, as `ws://127.0.0.1:7789/firefox`.
  package static func push(at address: String) -> FirefoxPreferences {
    FirefoxPreferences([
      Preference("dom.push.serverURL", .text(address), "real pushes by a service on this machine"),
      Preference(
        "dom.push.testing.allowInsecureServerURL", .flag(true),
        "its connection is ws, on the loopback"),
      Preference(
        "dom.push.connection.enabled", .flag(true), "tools that drive a Firefox switch it off"),
      Preference(
        "dom.push.retryBaseInterval", .number(300), "connects again at once, not after 5 s"),
    ])
  }

  /// What a Firefox of ours has beside it. It is to be what people have, but for what asks, phones
  /// home or opens pages of its own accord.
  static let ours = FirefoxPreferences([
    Preference(
      "network.manage-offline-status", .flag(false),
      "is not offline where there is nothing but the loopback"),
    Preference(
      "browser.pagethumbnails.capturing_disabled", .flag(true),
      "else it opens the page a second time, hidden, for a picture of it: that one subscribes too"),
    Preference("browser.shell.checkDefaultBrowser", .flag(false), "asks nothing"),
    Preference("browser.aboutwelcome.enabled", .flag(false), "no welcome page before the person's"),
    Preference(
      "datareporting.policy.dataSubmissionEnabled", .flag(false), "tells nobody of the person"),
    Preference("app.normandy.enabled", .flag(false), "takes part in no study"),
    Preference("browser.region.network.url", .text(""), "asks nobody where it is"),
    Preference("network.captive-portal-service.enabled", .flag(false), "asks nobody for a network"),
    Preference("network.connectivity-service.enabled", .flag(false), "asks nobody for a network"),
    Preference("app.update.enabled", .flag(false), "stays the version that it is"),
    Preference("extensions.update.enabled", .flag(false), "stays as it is"),
    Preference("browser.sessionstore.resume_from_crash", .flag(false), "opens one page"),
    Preference(
      "toolkit.startup.max_resumed_crashes", .number(-1), "asks for no safe mode after a kill"),
  ])

  package static func + (left: FirefoxPreferences, right: FirefoxPreferences) -> FirefoxPreferences
  {
    FirefoxPreferences(left.preferences + right.preferences)
  }

  /// As lines of `user.js`.
  package var lines: [String] { preferences.map(\.line) }
}

extension FirefoxPreferences.Preference {
  fileprivate var line: String { "user_pref(\(Self.quoted(name)), \(text));" }

  private var text: String {
    switch value {
    case .flag(let flag): "\(flag)"
    case .number(let number): "\(number)"
    case .text(let text): Self.quoted(text)
    }
  }

  /// As the parser of preferences reads it (modules/libpref/parser).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
