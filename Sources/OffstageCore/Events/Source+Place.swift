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
}
