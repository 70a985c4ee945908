import OffstageCore
import Testing

@Suite struct PendingSyncTests {
  private struct Profile: PendingSyncReading {
    func pendingSyncs(
      userDataDir: String, profileDir: String, origin: String
    ) async throws -> [PendingSync] {
      guard userDataDir == "/profiles/work" else {
        throw UsageError("There is no profile \(userDataDir).")
      }
      return [PendingSync(tag: "\(profileDir) \(origin)", attempts: 1)]
    }
  }

  private static let work = SourcePlace.profile(
    userDataDir: "/profiles/work", profileDir: "Default")

  @Test func `when syncs fire is read out of the profile`() async {
    var facts = OriginFacts.healthy
    await facts.addPendingSyncs(from: Profile(), of: Self.work)
    #expect(facts.pendingSyncs?.map(\.tag) == ["Default https://app.example"])
    facts.worker?.syncTags = ["Default https://app.example"]
    #expect(facts.check("sync.pending")?.message.contains("(attempt 2)") == true)
  }

  @Test func `what can't be read is left out`() async {
    var facts = OriginFacts.healthy
    await facts.addPendingSyncs(from: nil, of: Self.work)
    await facts.addPendingSyncs(from: Profile(), of: .unknown)
    await facts.addPendingSyncs(
      from: Profile(), of: .profile(userDataDir: "/gone", profileDir: "Default"))
    #expect(facts.pendingSyncs == nil)
    facts.worker?.syncTags = ["outbox"]
    #expect(facts.check("sync.pending")?.message == "Waiting to fire: “outbox”.")
  }
}
