import OffstageCore
import Testing

@Suite struct OriginPendingSyncTests {
  private struct Profiles: ProfileInspector {
    func profiles(at path: String) throws -> [ProfileFolder] { [] }

    func inspect(_ profile: ProfileFolder, within limit: Duration?) throws -> ProfileReport {
      guard profile.userDataDir == "/profiles/work" else {
        throw UsageError("There is no profile \(profile.path).")
      }
      var report = ProfileReport(folder: profile, read: Timestamp(micros: 0))
      for origin in ["https://app.example/", "https://other.example/"] {
        report.syncs.append(
          PendingSync(
            tag: "outbox of \(profile.name)", origin: origin, registrationId: "0", attempts: 1,
            maxAttempts: nil, notBefore: nil, minInterval: nil))
      }
      return report
    }
  }

  private static let work = SourcePlace.profile(
    userDataDir: "/profiles/work", profileDir: "Default")

  @Test func `when syncs fire is read out of the profile`() {
    var facts = OriginFacts.healthy
    facts.addPendingSyncs(from: Profiles(), of: Self.work)
    #expect(facts.pendingSyncs?.map(\.tag) == ["outbox of Default"])
    facts.worker?.syncTags = ["outbox of Default"]
    #expect(facts.check("sync.pending")?.message.contains("(attempt 2)") == true)
  }

  @Test func `what can't be read is left out`() {
    var facts = OriginFacts.healthy
    facts.addPendingSyncs(from: nil, of: Self.work)
    facts.addPendingSyncs(from: Profiles(), of: .unknown)
    facts.addPendingSyncs(
      from: Profiles(), of: .profile(userDataDir: "/gone", profileDir: "Default"))
    #expect(facts.pendingSyncs == nil)
    facts.worker?.syncTags = ["outbox"]
    #expect(facts.check("sync.pending")?.message == "Waiting to fire: “outbox”.")
  }
}
