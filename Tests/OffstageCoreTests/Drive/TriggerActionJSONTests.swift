import JSON
import OffstageCore
import Testing

@Suite struct TriggerActionJSONTests {
  static let worker = WorkerSelector(origin: "https://app.example", scope: "https://app.example/a/")
  static let actions: [TriggerAction] = [
    .push(worker, data: "hello \u{0} “”"), .push(WorkerSelector(), data: nil),
    .push(WorkerSelector(), data: ""),
    .sync(worker, tag: "outbox", isLastChance: true), .periodicSync(worker, tag: ""),
    .network(.offline, worker), .network(.online, worker),
    .worker(worker, .start), .worker(worker, .stop), .worker(worker, .update),
    .worker(worker, .unregister),
    .abortFetch(worker, id: "movie"), .clearSiteData(origin: "https://app.example"),
    .permission(origin: "https://app.example", name: "push", .denied),
    .notification(
      NotificationSelector(origin: "https://app.example", tag: "t", title: "T", number: 7), .click),
    .notification(NotificationSelector(), .action(1)),
    .notification(NotificationSelector(), .reply("yes")),
    .notification(NotificationSelector(), .dismiss),
  ]

  @Test(arguments: actions)
  func `what is written is read again`(_ action: TriggerAction) throws {
    let raw = RawJSON(unchecked: Array(action.json.utf8))
    #expect(try TriggerAction(parsing: raw) == action)
  }

  @Test func `every kind is listed`() {
    #expect(Set(Self.actions.map(\.kind)) == Set(TriggerAction.kinds))
  }

  @Test func `a page of an origin stands for it`() throws {
    let action = try TriggerAction(
      parsing: RawJSON(
        unchecked: Array(#"{"kind":"online","origin":"HTTPS://App.example:443/a?b"}"#.utf8)))
    #expect(action == .network(.online, WorkerSelector(origin: "https://app.example")))
  }

  @Test(
    arguments: [
      ("[]", "is no JSON object"), ("{}", "lacks its “kind”"),
      (#"{"kind":"pull"}"#, "of kind “pull”"),
      (#"{"kind":"sync"}"#, "lacks its “tag”"),
      (#"{"kind":"sync","tag":1}"#, "“tag” is no text"),
      (#"{"kind":"push","tag":"x"}"#, "no member “tag”"),
      (#"{"kind":"worker","change":"kill"}"#, "“kill” is no change"),
      (#"{"kind":"push","origin":"app"}"#, "“app” is no origin"),
      (#"{"kind":"clear-site-data"}"#, "lacks its “origin”"),
      (#"{"kind":"notification","gesture":"action"}"#, "lacks its “button”"),
    ])
  func `a mistake is named`(_ json: String, _ words: String) throws {
    do throws(UsageError) {
      _ = try TriggerAction(parsing: RawJSON(unchecked: Array(json.utf8)))
      Issue.record("\(json) was taken")
    } catch {
      #expect(error.message.contains(words), "\(error.message)")
    }
  }
}
