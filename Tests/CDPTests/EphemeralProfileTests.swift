import Foundation
import Testing

@testable import CDP

@Suite struct EphemeralProfileTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  @Test func `it is for the owner alone and gone when it is removed`() throws {
    let profile = try EphemeralProfile(parent: folder.path)
    let path = profile.userDataDir
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/Cookies"))
    try profile.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `a sweep takes what is abandoned and leaves what is in use`() async throws {
    let living = try EphemeralProfile(parent: folder.path)
    let path: String
    do {
      // Let go without being removed, as when its owner is killed.
      let abandoned = try EphemeralProfile(parent: folder.path)
      path = abandoned.userDataDir
    }
    try folder.write("somebody-elses/file", "x")
    try folder.write("offstage-profile-file", "x")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/offstage-profile-young", withIntermediateDirectories: true)
    #expect(try await EphemeralProfile.swept(in: folder.path) == [path])
    #expect(FileManager.default.fileExists(atPath: living.userDataDir))
    #expect(folder.exists("somebody-elses/file") && folder.exists("offstage-profile-file"))
    #expect(folder.exists("offstage-profile-young"))
    #expect(EphemeralProfile.sweep(parent: folder.path) == [])
    try living.remove()
  }

  @Test func `a sweep follows no link`() throws {
    try folder.write("precious/file", "x")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/offstage-profile-link",
      withDestinationPath: folder.path + "/precious")
    #expect(EphemeralProfile.sweep(parent: folder.path) == [])
    #expect(folder.exists("precious/file"))
  }

  @Test func `there must be a place for it`() {
    #expect(throws: CDPError.self) { _ = try EphemeralProfile(parent: folder.path + "/none") }
  }
}

extension EphemeralProfile {
  /// What a sweep takes. What another test is just starting has the lock of a folder that was let go
  /// until it has become another program.
  static func swept(in parent: String) async throws -> [String] {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      let swept = sweep(parent: parent)
      guard swept == [] else { return swept }
      try await Task.sleep(for: .milliseconds(20))
    }
    return []
  }
}
