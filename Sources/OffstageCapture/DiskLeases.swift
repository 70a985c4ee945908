import CDP
import OffstageCore

/// What a profile's Preferences say of the recording, as evidence of why it is off.
enum DiskLeases {
  static func read(userDataDir: String, profileDir: String) -> [Service: DiskLease] {
    let reader = ProfileReader(userDataDir: userDataDir, profileDirectory: profileDir)
    guard let leases = try? reader.leases() else { return [:] }
    var disk: [Service: DiskLease] = [:]
    for service in Service.allCases {
      switch leases[BackgroundService.ServiceName(rawValue: service.rawValue)] {
      case nil: disk[service] = .absent
      case .off?: disk[service] = .off
      case .until(let micros)?: disk[service] = .until(Timestamp(micros: micros))
      }
    }
    return disk
  }
}
