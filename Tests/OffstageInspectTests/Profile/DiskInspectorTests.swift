import Foundation
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageInspect

@Suite struct DiskInspectorTests {
  private let reader = DiskInspector(clock: ManualClock())

  private func reports(_ path: String) throws -> [ProfileReport] {
    try reader.profiles(at: path).map { try reader.inspect($0, within: nil) }
  }

  // MARK: Which profiles

  @Test func `all profiles of a user data folder are found, the default one first`() throws {
    try ScratchFolder.with { folder in
      for name in ["Profile 10", "Profile 2", "Default", "Guest Profile"] {
        try folder.write("data/\(name)/Preferences", "{}")
      }
      try folder.write("data/Crashpad/settings.dat", "x")
      try folder.write("data/Local State", "{}")
      let found = try reader.profiles(at: folder.path + "/data")
      #expect(found.map(\.name) == ["Default", "Guest Profile", "Profile 2", "Profile 10"])
      #expect(Set(found.map(\.userDataDir)) == [folder.path + "/data"])
      #expect(
        found.map(\.suggestedName).prefix(2) == ["data", "data, Guest Profile"])
    }
  }

  @Test func `a profile's own folder is that profile, also by way of a link`() throws {
    try ScratchFolder.with { folder in
      try folder.database("data/Profile 1/Service Worker/Database", [])
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/link", withDestinationPath: folder.path + "/data/Profile 1")
      let expected = ProfileFolder(userDataDir: folder.path + "/data", name: "Profile 1")
      #expect(try reader.profiles(at: folder.path + "/data/Profile 1/") == [expected])
      #expect(try reader.profiles(at: folder.path + "/link") == [expected])
      #expect(try reader.profiles(at: folder.path + "/data") == [expected])
    }
  }

  @Test func `what is no user data folder is told so, with a hint what to give`() throws {
    try ScratchFolder.with { folder in
      try folder.write("file", "x")
      try folder.write("other/x/y", "x")
      try folder.database("data/Default/Service Worker/Database", [])
      for (path, message) in [
        ("nowhere", "There is no folder"), ("file", "is no folder"),
        ("other", "is no user data folder of a browser"),
        ("data/Default/Service Worker/Database", "is no user data folder of a browser"),
      ] {
        let error = #expect(throws: UsageError.self) {
          try reader.profiles(at: folder.path + "/" + path)
        }
        #expect(error?.message.contains(message) == true)
        #expect(error?.hint?.isEmpty == false)
      }
      let error = #expect(throws: UsageError.self) {
        try reader.profiles(at: folder.path + "/data/Default/Service Worker")
      }
      #expect(error?.hint == "The profile is \(folder.path)/data/Default.")
    }
  }

  // MARK: What is in it

  @Test func `a profile of a browser that was at work is read`() throws {
    let path = ScratchFolder.fixture("a-fetch-half-done-and-a-sync-that-failed")
    let report = try #require(try reports(path).first)
    #expect(report.faults == [])
    #expect(report.events.count == 9)
    #expect(report.events.allSatisfy { report.scope(of: $0) == "http://127.0.0.1:8931/" })
    #expect(report.events.first?.eventName == "Registered sync")
    #expect(
      report.leases
        == Dictionary(
          uniqueKeysWithValues: Service.allCases.map {
            ($0, .until(Timestamp(iso8601: "2026-11-29T01:27:00Z")!))
          }))

    let sync = try #require(report.syncs.first)
    #expect(report.syncs.count == 1 && sync.tag == "outbox" && sync.service == .backgroundSync)
    #expect(sync.attempts == 1 && sync.maxAttempts == 3)
    #expect(sync.notBefore == Timestamp(iso8601: "2026-11-26T01:32:20.032002Z"))

    let fetch = try #require(report.fetches.first)
    #expect(fetch.id == "holiday" && fetch.title == "Holiday photos" && fetch.isActive)
    #expect(fetch.origin == "http://127.0.0.1:8931/")
    #expect(fetch.downloaded == 5 && fetch.downloadTotal == 3_000_000)
    #expect(fetch.requests.map(\.state) == [.completed, .active, .active, .pending])
    #expect(
      fetch.requests.map(\.url)
        == ["quick", "slow1", "slow2", "quick2"].map { "http://127.0.0.1:8931/\($0)" })

    let worker = try #require(report.registrations.first)
    #expect(worker.script == "http://127.0.0.1:8931/sw.js" && worker.hasFetchHandler)
    #expect(report.subscriptions == [])
  }

  @Test func `reading changes nothing in the profile`() throws {
    try ScratchFolder.with { folder in
      try folder.copy("a-fetch-half-done-and-a-sync-that-failed", to: "data")
      let before = try folder.contents()
      _ = try reports(folder.path + "/data")
      #expect(try folder.contents() == before)
    }
  }

  @Test func `a profile in which no site has a worker is empty, and no fault`() throws {
    try ScratchFolder.with { folder in
      try folder.write("data/Default/Preferences", "{}")
      let report = try #require(try reports(folder.path + "/data").first)
      #expect(report.events == [] && report.faults == [])
      #expect(report.leases?.values.allSatisfy { $0 == .absent } == true)
    }
  }

  @Test(arguments: [
    "", "no JSON", "[]", #"{"devtools":[]}"#,
    #"{"devtools":{"backgroundserviceexpiration":{"4":"224006487"}}}"#,
    #"{"devtools":{"backgroundserviceexpiration":{"4":1e999}}}"#,
  ])
  func `settings that can't be read are a sentence, and the log is read`(_ text: String) throws {
    try ScratchFolder.with { folder in
      try folder.copy("a-fetch-half-done-and-a-sync-that-failed", to: "data")
      try folder.write("data/Default/Preferences", text)
      let report = try #require(try reports(folder.path + "/data").first)
      #expect(report.leases == nil)
      #expect(report.faults.count == 1 && report.faults[0].hasPrefix("The settings (Preferences)"))
      #expect(report.events.count == 9)
    }
  }

  @Test(arguments: [(0, .off), (-5, .off), (.max, .off), (224_006_487, .until)] as [(Int64, Kind)])
  func `a lease is what the settings say`(_ minutes: Int64, _ kind: Kind) throws {
    try ScratchFolder.with { folder in
      try folder.write(
        "data/Default/Preferences",
        #"{"devtools":{"backgroundserviceexpiration":{"4":\#(minutes)}}}"#)
      let leases = try #require(try reports(folder.path + "/data").first?.leases)
      #expect(
        leases[.pushMessaging]
          == (kind == .off ? .off : .until(Timestamp(iso8601: "2026-11-29T01:27:00Z")!)))
      #expect(leases[.backgroundSync] == .absent)
    }
  }

  enum Kind: Sendable { case off, until }

  @Test(arguments: ["Service Worker", "Service Worker/Database"])
  func `a link out of the profile is not followed`(_ name: String) throws {
    try ScratchFolder.with { folder in
      try folder.copy("a-fetch-half-done-and-a-sync-that-failed", to: "data")
      try FileManager.default.moveItem(
        atPath: "\(folder.path)/data/Default/\(name)", toPath: "\(folder.path)/elsewhere")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/data/Default/\(name)",
        withDestinationPath: "\(folder.path)/elsewhere")
      let report = try #require(try reports(folder.path + "/data").first)
      #expect(report.events == [] && report.isLogUnreadable)
      #expect(
        report.faults.contains { $0.contains("is a link, which may lead out of the profile") })
    }
  }

  @Test func `a log of which nothing can be read is told apart from one that is empty`() throws {
    try ScratchFolder.with { folder in
      for (name, content) in [("CURRENT", "x"), ("MANIFEST-000001", "y"), ("000005.ldb", "z")] {
        try folder.write("data/Default/Service Worker/Database/\(name)", content)
      }
      let report = try #require(try reports(folder.path + "/data").first)
      #expect(report.isLogUnreadable && report.faults.count == 2)
      try folder.database("empty/Default/Service Worker/Database", [])
      let empty = try #require(try reports(folder.path + "/empty").first)
      #expect(!empty.isLogUnreadable && empty.faults == [])
    }
  }

  @Test(arguments: [("156.0.8078.79", "156.0.8078.79"), ("", nil), ("1\u{1B}[31m", nil)])
  func `the browser's version is what it wrote down, if it is one`(
    _ text: String, _ version: String?
  ) throws {
    try ScratchFolder.with { folder in
      try folder.write("data/Default/Preferences", "{}")
      try folder.write("data/Last Version", text)
      #expect(try reports(folder.path + "/data").first?.browserVersion == version)
    }
  }

  @Test func `a reading that takes longer than it may is given up, and says so`() throws {
    let path = ScratchFolder.fixture("a-fetch-half-done-and-a-sync-that-failed")
    let folder = try #require(try reader.profiles(at: path).first)
    let report = try reader.inspect(folder, within: .zero)
    #expect(report.events == [])
    #expect(report.faults.contains("Reading took too long and was given up."))
  }
}
