import Foundation
import JSON
import Testing

@testable import CDP

@Suite struct ProfileSeedTests {
  private let folder: ScratchFolder
  private let now: Int64 = 1_795_356_129_000_000

  init() throws {
    folder = try ScratchFolder()
  }

  private var path: String { "\(folder.path)/Default/Preferences" }

  private func value(_ keys: String...) throws -> String? {
    var object = try JSONObject(parsing: Array(try folder.read("Default/Preferences").utf8))
    for key in keys.dropLast() {
      guard let inner = try object.object(key) else { return nil }
      object = inner
    }
    return object[keys[keys.count - 1]]?.description
  }

  @Test func `a lease is written in whole minutes and read back`() throws {
    var seed = ProfileSeed()
    seed.leases = [
      .pushMessaging: .until(unixMicros: now), .backgroundSync: .off,
      .paymentHandler: .until(unixMicros: now + 59_999_999),
    ]
    try seed.apply(userDataDir: folder.path, nowMicros: now)
    #expect(try value("devtools", "backgroundserviceexpiration", "3") == "0")
    let minutes = try #require(try value("devtools", "backgroundserviceexpiration", "4"))
    #expect(Int64(minutes) == (now / 1_000_000 + 11_644_473_600) / 60)
    let leases = try ProfileReader(userDataDir: folder.path).leases()
    #expect(leases.count == 3)
    #expect(leases[.backgroundSync] == .off)
    guard case .until(let micros)? = leases[.pushMessaging] else {
      Issue.record("no lease")
      return
    }
    #expect(now - micros < 60_000_000 && micros <= now)
  }

  @Test func `everything else in the settings stays as it was`() throws {
    let text =
      #"{"a":{"b":[1.50,"\u003C"]},"devtools":{"preferences":{"x":"y"},"backgroundserviceexpiration":{"2":5}},"z":null}"#
    try folder.write("Default/Preferences", text, mode: 0o640)
    var seed = ProfileSeed()
    seed.leases = [.notifications: .off]
    try seed.apply(userDataDir: folder.path, nowMicros: now)
    #expect(
      try folder.read("Default/Preferences")
        == text.replacing(#"{"2":5}"#, with: #"{"2":5,"5":0}"#))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/Default").count == 1)
  }

  @Test func `a new profile's settings are for the owner alone`() throws {
    var seed = ProfileSeed()
    seed.allowsAutomaticDownloads = true
    try seed.apply(userDataDir: folder.path, nowMicros: now)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(
      try value("profile", "default_content_setting_values") == #"{"automatic_downloads":1}"#)
  }

  @Test func `permissions are granted to origins, or to everybody`() throws {
    var seed = ProfileSeed()
    seed.permissions = [
      .notifications, PermissionName(rawValue: "camera"), .periodicBackgroundSync,
    ]
    seed.origins = ["https://app.example/", "http://localhost:8080", "https://[::1]"]
    try seed.apply(userDataDir: folder.path, nowMicros: now)
    let entry = #"{"last_modified":"13439829729000000","setting":1}"#
    #expect(
      try value("profile", "content_settings", "exceptions", "notifications")
        == #"{"https://app.example:443,*":\#(entry),"http://localhost:8080,*":\#(entry),"#
        + #""https://[::1]:443,*":\#(entry)}"#)
    #expect(
      try value("profile", "content_settings", "exceptions", "media_stream_camera") != nil)
    seed.origins = nil
    try seed.apply(userDataDir: folder.path, nowMicros: now)
    #expect(
      try value("profile", "default_content_setting_values")
        == #"{"media_stream_camera":1,"notifications":1}"#)
  }

  @Test(arguments: ["", "{", "[]", #"{"devtools":3}"#, "{}x", "\u{0}"])
  func `settings that can't be read are left alone`(text: String) throws {
    try folder.write("Default/Preferences", text)
    var seed = ProfileSeed()
    seed.leases = [.notifications: .off]
    let error = #expect(throws: CDPError.self) {
      try seed.apply(userDataDir: folder.path, nowMicros: now)
    }
    #expect(error?.code == .profileUnreadable)
    #expect(try folder.read("Default/Preferences") == text)
  }

  @Test(arguments: [#""x""#, "1.5", "null", "{}"])
  func `a lease of a wrong type is an error`(text: String) throws {
    try folder.write(
      "Default/Preferences", #"{"devtools":{"backgroundserviceexpiration":{"4":\#(text)}}}"#)
    #expect(throws: CDPError.self) { try ProfileReader(userDataDir: folder.path).leases() }
  }

  @Test(arguments: [0, -1, Int.min, Int.max])
  func `a lease that is no time is off`(minutes: Int) throws {
    try folder.write(
      "Default/Preferences", #"{"devtools":{"backgroundserviceexpiration":{"4":\#(minutes)}}}"#)
    #expect(try ProfileReader(userDataDir: folder.path).leases() == [.pushMessaging: .off])
  }

  @Test func `a profile that is not there has no leases`() throws {
    #expect(try ProfileReader(userDataDir: folder.path + "/none").leases() == [:])
  }

  @Test func `each permission is known by one way to grant it`() {
    for name in PermissionName.all {
      #expect(name.isKnown)
      #expect(name.needsProtocol == name.contentSettings.isEmpty, "\(name.rawValue)")
    }
    #expect(!PermissionName(rawValue: "telepathy").isKnown)
  }
}
