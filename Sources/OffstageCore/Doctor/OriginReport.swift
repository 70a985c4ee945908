package import JSON

/// The checks of a page, as every face shows them.
package struct OriginReport: Sendable, Hashable {
  package var url: String
  package var origin: String
  package var browser: OriginFacts.Browser
  /// What the browser's profile is called, where it has a name.
  package var profile: String?
  package var checks: [OriginCheck]

  package init(_ facts: OriginFacts, profile: String?, asked: Set<Service> = []) {
    url = facts.url
    origin = facts.origin
    browser = facts.browser
    self.profile = profile
    checks = facts.checks(asked: asked)
  }

  /// Something keeps something from happening.
  package var isNo: Bool { checks.contains { $0.verdict == .no } }

  package func count(_ verdict: OriginCheck.Verdict) -> Int {
    checks.count { $0.verdict == verdict }
  }

  /// What was looked at, for people.
  package var title: String {
    let product = browser.product.replacing("/", with: " ")
    let place =
      profile.map { ", profile “\($0)”" } ?? (browser.isOurs ? ", a fresh profile" : "")
    return "\(url) in \(product)\(place)"
  }

  /// What it comes to, for people.
  package var summary: String {
    let (faults, warnings) = (count(.no), count(.warning))
    if faults > 0 {
      return "\(faults) of these \(faults == 1 ? "keeps" : "keep") something from happening."
    }
    guard count(.unknown) == 0 else { return "Nothing wrong was seen; not all could be looked at." }
    return warnings > 0 ? "Nothing is wrong; see the warnings." : "Nothing is wrong."
  }

  /// `doctor URL --json`.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("url", url)
      writer.member("origin", origin)
      writer.memberObject("browser") { writer in
        writer.member("product", browser.product)
        writer.member("isHeadless", browser.isHeadless)
        writer.member("isOurs", browser.isOurs)
      }
      writer.member(orNull: "profile", profile)
      writer.memberArray("checks") { writer in
        for check in checks { check.write(to: &writer) }
      }
      writer.memberObject("counts") { writer in
        for verdict in OriginCheck.Verdict.allCases {
          writer.member(verdict.rawValue, count(verdict))
        }
      }
    }
  }
}

extension OriginCheck {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", id)
      writer.member(orNull: "service", service?.rawValue)
      writer.member("verdict", verdict.rawValue)
      writer.member("message", message)
      writer.member(orNull: "mend", mend)
      writer.member(orNull: "reference", reference)
    }
  }
}
