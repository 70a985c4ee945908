import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// What is stored of a scripted browser, against what that browser ever showed.
@Suite(.timeLimit(.minutes(2)))
struct FakeBrowserRecordingTests {
  /// The script's truth and what the store holds in the end.
  private func record(
    seed: UInt64, _ faults: FakeScript.Faults, count: Int = 120
  ) async throws -> (truth: [FakeEvent: Int], stored: [FakeEvent: Int]) {
    try await FakeRecording.run(seed: seed) { rig in
      await rig.whenObserved()
      let script = FakeScript.random(seed: seed, count: count, faults: faults)
      await rig.browser.run(script.steps)
      // Whatever the script turned off or broke ends here.
      await rig.browser.run(
        [.restart] + FakeService.allCases.map { .setRecordingByOther($0, true) })
      await rig.whenObserved()
      let truth = await rig.browser.model.everShown().sorted
      return (truth, try await rig.stored(reaching: truth))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `nothing is lost or doubled over disconnects and restarts`(seed: UInt64) async throws {
    let (truth, stored) = try await record(
      seed: seed, [.disconnects, .restarts, .duplicates, .clockJumps, .contexts])
    #expect(!truth.isEmpty)
    #expect(stored == truth, "seed \(seed)")
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func `wipes and lapsed leases take nothing away that was shown`(seed: UInt64) async throws {
    let (truth, stored) = try await record(seed: seed, [.wipes, .leases, .duplicates])
    #expect(!truth.isEmpty)
    #expect(stored == truth, "seed \(seed)")
  }

  @Test(arguments: [21, 22] as [UInt64])
  func `nonsense on the wire is passed over`(seed: UInt64) async throws {
    let (truth, stored) = try await record(seed: seed, [.nonsense, .duplicates])
    #expect(stored == truth, "seed \(seed)")
  }

  @Test func `a storm while the history is replayed is kept whole`() async throws {
    let (truth, stored) = try await FakeRecording.run { rig in
      await rig.whenObserved()
      await rig.browser.perform(.storm(FakeStorm(count: 3000)))
      await rig.browser.perform(.disconnect(nil))
      await rig.browser.perform(.storm(FakeStorm(count: 6000, rate: 6000)))
      await rig.whenObserved()
      let truth = await rig.browser.model.everShown().sorted
      return (truth, try await rig.stored(reaching: truth))
    }
    #expect(truth.values.reduce(0, +) == 9000)
    #expect(stored == truth)
  }

  @Test func `a wipe while the recorder is away shows as a gap`() async throws {
    let gaps = try await FakeRecording.run { rig in
      await rig.whenObserved()
      await rig.browser.perform(.log(.push(id: "0:1", payload: "hello")))
      // The first replay that has the event is what a later one is compared with.
      await rig.browser.perform(.disconnect(nil))
      try await rig.whenReplayed(.pushMessaging, events: 3)
      await rig.browser.run([.wipe(.pushMessaging), .disconnect(nil)])
      for await _ in rig.store.changes() {
        let gaps = try await rig.store.gaps(EventSelection())
        if !gaps.isEmpty { return gaps }
      }
      return []
    }
    #expect(gaps.map(\.reason) == [.wiped])
    #expect(gaps.map(\.service) == [.pushMessaging])
  }

  @Test func `contexts off the record are sources of their own`() async throws {
    let (kinds, count) = try await FakeRecording.run { rig in
      await rig.whenObserved()
      await rig.browser.perform(.contextAppears("private"))
      await rig.browser.wait { $0.isObserved(in: "private") }
      await rig.browser.perform(.log(.push(id: "0:9", payload: "hello"), in: "private"))
      for await _ in rig.store.changes() {
        let sources = try await rig.store.sources()
        guard let other = sources.first(where: { $0.kind == .offTheRecord }) else { continue }
        let events = try await rig.store.events(
          EventQuery(EventSelection(sources: [other.id]))
        ).events
        if events.count >= 3 { return (Set(sources.map(\.kind)), events.count) }
      }
      return ([], 0)
    }
    #expect(kinds == [.profile, .offTheRecord])
    #expect(count >= 3)
  }
}
