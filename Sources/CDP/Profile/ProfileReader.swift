import JSON

/// Reads what a profile on disk says of the recording. The browser may be running: it writes its
/// settings some seconds late, and in one step.
package struct ProfileReader: Hashable, Sendable {
  package var userDataDir: String
  package var profileDirectory: String

  package init(userDataDir: String, profileDirectory: String = "Default") {
    self.userDataDir = userDataDir
    self.profileDirectory = profileDirectory
  }

  /// The leases of the services; one that was never recorded is absent.
  package func leases() throws(CDPError) -> [BackgroundService.ServiceName: Lease] {
    guard
      let preferences = try Preferences.read(
        userDataDir: userDataDir, profileDirectory: profileDirectory)
    else { return [:] }
    do throws(JSONError) {
      let devtools = try preferences.root.object("devtools")
      guard let expiration = try devtools?.object("backgroundserviceexpiration") else { return [:] }
      var leases: [BackgroundService.ServiceName: Lease] = [:]
      for service in BackgroundService.ServiceName.recorded {
        guard let key = Lease.key(service), let raw = expiration[key] else { continue }
        var reader = JSONReader(raw.bytes)
        leases[service] = Lease(minutes: try reader.readInt())
      }
      return leases
    } catch {
      throw Preferences.unreadable(preferences.path, error)
    }
  }
}
