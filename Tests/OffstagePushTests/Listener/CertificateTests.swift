import Foundation
import Testing

@testable import OffstagePush

@Suite struct CertificateTests {
  private static let now = Date(timeIntervalSince1970: 1_795_000_000)

  @Test func `it is made once, for its owner's eyes, and made again when its time is over`() throws
  {
    let folder = FileManager.default.temporaryDirectory.path + "/push-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try PushCertificate(folder: folder, now: Self.now)
    let again = try PushCertificate(folder: folder, now: Self.now.addingTimeInterval(1000))
    #expect(first.keyHash == again.keyHash)
    #expect(Data(base64Encoded: first.keyHash)?.count == 32)
    let later = try PushCertificate(folder: folder, now: Self.now.addingTimeInterval(900 * 86400))
    #expect(later.keyHash != first.keyHash)
    let key = try FileManager.default.attributesOfItem(atPath: folder + "/key.pem")
    #expect(key[.posixPermissions] as? Int == 0o600)
  }

  @Test func `a certificate whose key is another's is made anew`() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/push-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try PushCertificate(folder: folder, now: Self.now)
    try FileManager.default.removeItem(atPath: folder + "/key.pem")
    let second = try PushCertificate(folder: folder, now: Self.now)
    #expect(second.keyHash != first.keyHash)
    #expect(try PushCertificate(folder: folder, now: Self.now).keyHash == second.keyHash)
  }
}
