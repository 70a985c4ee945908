import Foundation

extension Source {
  /// Its profile is not there any more, or its off-the-record context has ended.
  ///
  /// - Parameter isHeld: by a recorder, which holds for a moment also those that its own may turn out
  ///   to be.
  package func isGone(isHeld: Bool) -> Bool {
    switch place {
    case .profile(let userDataDir, let profileDir):
      !FileManager.default.fileExists(atPath: userDataDir + "/" + profileDir)
    case .offTheRecord, .series: !isHeld
    case .file, .unknown: false
    }
  }

  /// It has no log and no services but its pushes, as the push service sees them.
  package var isFirefox: Bool { kind == .profile && browser?.hasPrefix("Firefox") == true }
}
