import Foundation
package import OffstageCore

/// Reads profiles of Chromium-family browsers from the disk.
package struct DiskInspector: ProfileInspector {
  private let clock: any WallClock

  package init(clock: any WallClock) {
    self.clock = clock
  }

  package func profiles(at path: String) throws -> [ProfileFolder] {
    try ProfileFolders.find(at: path)
  }

  package func inspect(_ profile: ProfileFolder, within limit: Duration?) throws -> ProfileReport {
    let deadline = limit.map { ContinuousClock.now + $0 }
    var report = ProfileReport(folder: profile, read: clock.now())
    report.holder = ProfileHolder.of(userDataDir: profile.userDataDir)
    let folder = Folder(path: profile.path)
    let settings = ProfileSettings.leases(in: folder)
    report.leases = settings.leases
    if let fault = settings.fault { report.faults.append(fault) }
    let workers = folder.folder("Service Worker")
    let database = workers.folder("Database")
    guard !workers.isLink, !database.isLink else {
      report.faults.append(
        "The log is not read: \(database.path) is a link, which may lead out of the profile.")
      return report
    }
    if let files = try DatabaseFiles.read(database, deadline: deadline) {
      let contents = LevelDB(files, deadline: deadline, isWanted: RecordKey.isKnown)
      report.faults += contents.faults
      ProfileRecords(contents).fill(&report)
    }
    return report
  }
}
