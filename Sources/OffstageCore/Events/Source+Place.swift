import Foundation

extension Source {
  /// Its profile is not there any more, or its off-the-record context has long ended.
  package var isGone: Bool {
    switch place {
    case .profile(let userDataDir, let profileDir):
      !FileManager.default.fileExists(atPath: userDataDir + "/" + profileDir)
    case .offTheRecord, .series: true
    case .file, .unknown: false
    }
  }

  /// It has no log and no services but its pushes, as the push service sees them.
  package var isFirefox: Bool { kind == .profile && browser?.hasPrefix("Firefox") == true }
}
