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
    report.browserVersion = ProfileSettings.lastVersion(in: Folder(path: profile.userDataDir))
    let folder = Folder(path: profile.path)
    let settings = ProfileSettings.leases(in: folder)
    report.leases = settings.leases
    if let fault = settings.fault { report.faults.append(fault) }
    do throws(InspectError) {
      try readLog(of: folder, deadline, into: &report)
    } catch {
      report.isLogUnreadable = true
      report.faults.append(error.message)
    }
    return report
  }

  private func readLog(
    of folder: Folder, _ deadline: ContinuousClock.Instant?, into report: inout ProfileReport
  ) throws(InspectError) {
    let workers = folder.folder("Service Worker")
    let database = workers.folder("Database")
    guard !workers.isLink, !database.isLink else {
      throw InspectError(
        "The log is not read: \(database.path) is a link, which may lead out of the profile.")
    }
    guard let files = try DatabaseFiles.read(database, deadline: deadline) else { return }
    let contents = LevelDB(files, deadline: deadline, isWanted: RecordKey.isKnown)
    report.faults += contents.faults
    report.isLogUnreadable = contents.values.isEmpty && !contents.isWhole
    ProfileRecords(contents).fill(&report)
  }
}
