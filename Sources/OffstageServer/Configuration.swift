internal import Foundation
package import OffstageCore

extension OffstageServer {
  package struct Configuration: Sendable {
    package static let defaultPort = 7788
    /// Ports after the default one that are tried before any free one is taken.
    private static let fallbacks = 50

    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = Configuration.defaultPort
    /// The person named the port: if it is taken, that is an error.
    package var isPortExplicit = false
    /// What requests to `/api/` must bear.
    package var token: String
    /// Values of the Host header that are taken beside the loopback ones.
    package var extraHosts: Set<String> = []
    /// Of Offstage, for the API's index.
    package var version: String
    /// The UI's files; none leaves the pages out.
    package var assets = Assets.none
    /// What reports are made with; nil where none can be made.
    package var reportPage: (@Sendable () throws -> ReportPage)?
    /// Of the links to the UI.
    package var codes = EntryCodes()
    /// Where what is imported lies until it has been read; nobody sees it there.
    package var spoolFolder = NSTemporaryDirectory()
    /// The most bytes that one import may have.
    package var importLimit = 1 << 30
    /// Who looks into the browsers that are recorded here.
    package var looking: (any OriginLooking)?
    /// Where the notifications of those appear that are launched here.
    package var desks: (any NotificationDesks)?
    /// Who writes scenarios of operations; nil where nobody can.
    package var scenarioWriter: (any ScenarioWriter)?
    /// What the push service keeps; nil where there is none.
    package var pushes: (any PushLedger)?
    /// Where the push service is, or was when it ran last.
    package var pushOrigin: @Sendable () -> String? = { nil }
    /// The folder and the verb to leave a `RunningFile` with; nil leaves none.
    package var announcement: Announcement?

    package struct Announcement: Sendable {
      package var folder: DataFolder
      package var verb: String

      package init(folder: DataFolder, verb: String) {
        self.folder = folder
        self.verb = verb
      }
    }

    package init(token: String, version: String) {
      self.token = token
      self.version = version
    }

    var candidatePorts: [Int] {
      guard !isPortExplicit, port != 0 else { return [port] }
      return Array(port...min(port + Configuration.fallbacks, 65535)) + [0]
    }

    func noteRunning(on port: Int, at now: Timestamp) throws(StoreError) -> RunningFile? {
      guard let announcement else { return nil }
      // What killed processes have left goes.
      _ = RunningFile.all(in: announcement.folder)
      let file = RunningFile(
        ofThisProcessIn: announcement.folder, port: port, token: token, verb: announcement.verb,
        started: now)
      try file.write()
      return file
    }
  }
}
