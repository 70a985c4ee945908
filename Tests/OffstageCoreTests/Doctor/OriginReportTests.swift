import Foundation
import JSON
import OffstageCore
import Testing

@Suite struct OriginReportTests {
  private static let faulty = OriginFacts.healthy.with {
    $0.handlers = .known(["sync"])
    $0.recording = [:]
  }

  @Test func `the document for programs has its shape`() {
    var writer = JSONWriter()
    OriginReport(Self.faulty, profile: "work", asked: [.pushMessaging]).write(to: &writer)
    #expect(
      writer.string == """
        {"url":"https://app.example/in/","origin":"https://app.example",\
        "browser":{"product":"Chrome/156.0.8078.108","isHeadless":false,"isOurs":false},\
        "profile":"work","checks":[\
        {"id":"page.secure","service":null,"verdict":"ok","message":"It is a secure context.",\
        "mend":null,"reference":null},\
        {"id":"page.online","service":null,"verdict":"ok",\
        "message":"The browser believes that it is online.","mend":null,"reference":null},\
        {"id":"page.incognito","service":null,"verdict":"ok",\
        "message":"The window is not incognito.","mend":null,"reference":null},\
        {"id":"worker.registered","service":null,"verdict":"ok",\
        "message":"https://app.example/sw.js is registered for https://app.example/",\
        "mend":null,"reference":null},\
        {"id":"worker.active","service":null,"verdict":"ok","message":"It is active.",\
        "mend":null,"reference":null},\
        {"id":"worker.script","service":null,"verdict":"ok",\
        "message":"Its script is answered with 200, as text/javascript","mend":null,\
        "reference":null},\
        {"id":"worker.starts","service":null,"verdict":"ok","message":"It runs.","mend":null,\
        "reference":null},\
        {"id":"push.handler","service":"pushMessaging","verdict":"no",\
        "message":"The worker does not handle push: a push that arrives shows nothing of the \
        site's.","mend":"Add self.addEventListener('push', …) at the top level of its script; what \
        is added later is missed.","reference":"https://www.w3.org/TR/push-api/"},\
        {"id":"push.permission","service":"pushMessaging","verdict":"ok",\
        "message":"The permission push is granted.","mend":null,"reference":null},\
        {"id":"push.subscription","service":"pushMessaging","verdict":"ok",\
        "message":"The worker is subscribed, at push.example","mend":null,"reference":null}],\
        "counts":{"ok":9,"no":1,"warning":0,"unknown":0,"note":0}}
        """)
  }

  @Test func `what one process has written another reads`() throws {
    let report = OriginReport(Self.faulty, profile: nil, asked: [.pushMessaging])
    var writer = JSONWriter()
    report.write(to: &writer)
    #expect(try OriginReport(parsing: writer.bytes) == report)
  }

  @Test func `the verdict is no if one of the checks is`() {
    #expect(OriginReport(Self.faulty, profile: nil).isNo)
    #expect(!OriginReport(.healthy, profile: nil).isNo)
  }

  @Test(arguments: [
    (faulty, "1 of these keeps something from happening."),
    (.healthy, "Nothing is wrong."),
    (.healthy.with { $0.isOffTheRecord = true }, "Nothing is wrong; see the warnings."),
    (
      .healthy.with { $0.handlers = .unknown(.asleep) },
      "Nothing wrong was seen; not all could be looked at."
    ),
  ])
  func `it is summed up in a sentence`(_ facts: OriginFacts, _ sentence: String) {
    #expect(OriginReport(facts, profile: nil).summary == sentence)
  }

  @Test func `its title says which page, browser and profile`() {
    #expect(
      OriginReport(.healthy, profile: "work").title
        == "https://app.example/in/ in Chrome 156.0.8078.108, profile “work”")
  }

  @Test func `each check is in the documentation`() throws {
    let file = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().appending(path: "../../../Docs/doctor.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let cases =
      OriginChecksTests.page + OriginChecksTests.worker + OriginChecksTests.services
      + OriginChecksTests.recording
    for this in cases {
      for check in OriginFacts.healthy.with(this.change).checks(asked: this.asked) {
        let name = check.service == nil ? check.id : ".\(check.name)"
        #expect(text.contains("`\(name)`") || name == ".recording", "\(check.id)")
      }
    }
  }
}
