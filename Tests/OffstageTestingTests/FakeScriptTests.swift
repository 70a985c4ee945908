import OffstageTesting
import Testing

struct FakeScriptTests {
  @Test func `a seed fixes every byte`() {
    func run() -> [[UInt8]] {
      var model = FakeBrowserModel()
      _ = model.connect()
      return FakeScript.random(seed: 7).steps.flatMap { model.perform($0) }.flatMap(\.messages)
    }
    #expect(run() == run())
    #expect(FakeScript.random(seed: 7).steps != FakeScript.random(seed: 8).steps)
  }

  /// Whatever happens, an observer that comes back each time has seen live or in a replay exactly
  /// what the model says was shown, and nothing that was not logged.
  @Test(arguments: UInt64(1)...40)
  func `an observer that comes back has seen what the model says was shown`(seed: UInt64) {
    var desk = Desk()
    var client: ClientID?
    var seen: Set<FakeEvent> = []
    for step in FakeScript.random(seed: seed).steps {
      desk.perform(step)
      if let old = client, !desk.model.clients.contains(old) {
        seen.formUnion(desk.seen[old] ?? [])
        client = nil
      }
      guard client == nil, desk.model.isRunning else { continue }
      let new = desk.connect()
      client = new
      let session = desk.openHidden(named: "hidden", from: new)
      for service in FakeService.allCases {
        _ = desk.startObserving(service, on: session, from: new)
      }
    }
    if let client { seen.formUnion(desk.seen[client] ?? []) }
    let shown = Set(desk.model.everShown().keys)
    #expect(seen.subtracting(shown).map(\.name) == [])
    #expect(shown.subtracting(seen).map(\.name) == [])
    let logged = Set(desk.model.history.filter { $0.context == .main }.map(\.event))
    #expect(seen.isSubset(of: logged))
    for service in FakeService.allCases {
      let log = desk.model.log(of: .main, service)
      #expect(log.map(\.micros) == log.map(\.micros).sorted())
      #expect(logged.isSuperset(of: log))
    }
  }

  @Test func `a storm in slices is the same storm`() {
    let storm = FakeStorm(count: 1_000, bytes: 600)
    var whole = Desk()
    var sliced = Desk()
    for service in FakeService.allCases {
      whole.perform(.setRecordingByOther(service, true))
      sliced.perform(.setRecordingByOther(service, true))
    }
    whole.perform(.storm(storm))
    for slice in storm.slices(of: 300) { sliced.perform(.storm(slice)) }
    for service in FakeService.allCases {
      let events = whole.model.log(of: .main, service)
      #expect(events.count == (service == .pushMessaging || service == .paymentHandler ? 166 : 167))
      // Each slice's events were made anew, so only their times may differ.
      #expect(events.map(\.instanceID) == sliced.model.log(of: .main, service).map(\.instanceID))
    }
  }

  @Test func `a storm has rare events, the same ones in slices`() {
    var storm = FakeStorm(count: 1_000)
    storm.rareOriginEvery = 101
    storm.failureEvery = 97
    var desk = Desk()
    for service in FakeService.allCases { desk.perform(.setRecordingByOther(service, true)) }
    for slice in storm.slices(of: 300) { desk.perform(.storm(slice)) }
    let events = desk.model.history.map(\.event)
    let rare = events.filter { $0.origin == "\(FakeStorm.rareOrigin)/" }
    let failed = events.filter { $0.name == "Push event completed" }
    #expect(events.count == 1_000)
    #expect(rare.map(\.instanceID) == (1...9).map { "storm-\($0 * 101 - 1)" })
    #expect(failed.map(\.instanceID) == (1...10).map { "storm-\($0 * 97 - 1)" })
    #expect(Set(rare.map(\.registrationID)).isDisjoint(with: failed.map(\.registrationID)))
  }

  @Test func `a storm of stories tells each to its end, in slices too`() {
    var storm = FakeStorm(count: 600)
    storm.tellsStories = true
    var desk = Desk()
    for service in FakeService.allCases { desk.perform(.setRecordingByOther(service, true)) }
    for slice in storm.slices(of: 70) { desk.perform(.storm(slice)) }
    for service in FakeService.allCases {
      let events = desk.model.log(of: .main, service)
      let stories = Dictionary(grouping: events, by: \.instanceID)
      let whole = stories.values.filter { $0.map(\.name) == service.story.map(\.name) }
      #expect(stories.count == 34)
      #expect(whole.count == 33)
    }
  }

  @Test func `a storm's messages have about the bytes asked for`() {
    var desk = Desk()
    let client = desk.connect()
    let session = desk.openHidden(named: "hidden", from: client)
    _ = desk.startObserving(.pushMessaging, on: session, from: client)
    _ = desk.setRecording(.pushMessaging, true, on: session, from: client)
    let outputs = desk.perform(.storm(FakeStorm(count: 50, services: [.pushMessaging], bytes: 600)))
    let sizes = outputs.flatMap(\.messages).map(\.count)
    #expect(sizes.count == 50)
    #expect(sizes.allSatisfy { (590...610).contains($0) })
  }

  @Test func `a connection breaks within the frame of an event that the log has`() {
    var desk = Desk()
    let client = desk.connect()
    let session = desk.openHidden(named: "hidden", from: client)
    _ = desk.startObserving(.notifications, on: session, from: client)
    _ = desk.setRecording(.notifications, true, on: session, from: client)
    _ = desk.collect(client)
    desk.perform(.disconnectMidFrame(client, afterBytes: 100))
    guard case .midFrame(let message, 100) = desk.endings[client] else {
      Issue.record("ended with \(String(describing: desk.endings[client]))")
      return
    }
    #expect(String(decoding: message, as: UTF8.self).contains("The connection breaks here"))
    #expect(desk.collect(client) == [])
    #expect(desk.model.log(of: .main, .notifications).count == 1)
    #expect(desk.model.everShown() == [:])
  }

  @Test func `replies can be held back, left out and turned into errors`() {
    var desk = Desk()
    let client = desk.connect()
    desk.perform(.delayReply(method: "Browser.getVersion", steps: 1))
    #expect(desk.send("Browser.getVersion", from: client) == [])
    desk.perform(.advanceClock(micros: 1))
    #expect(desk.collect(client) == ["browser < ok"])
    desk.perform(.neverReply(method: "Browser.getVersion"))
    #expect(desk.send("Browser.getVersion", from: client) == [])
    desk.perform(.errorReply(method: "Browser.getVersion", message: "No"))
    #expect(desk.send("Browser.getVersion", from: client) == ["browser < error -32000 No"])
    desk.perform(.replyNormally(method: "Browser.getVersion"))
    #expect(desk.send("Browser.getVersion", from: client) == ["browser < ok"])
  }
}
