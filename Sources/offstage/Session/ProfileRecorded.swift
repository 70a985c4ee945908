import OffstageCore

extension StoreError {
  /// Offstage itself has opened a browser in the profile, and that still runs.
  static func profileRecorded(_ name: String, by process: Int32?) -> StoreError {
    let holder = process.map { ", by process \($0)" } ?? ""
    return StoreError(
      .sourceHeld,
      "The profile “\(name.escapedForTerminal)” is open in a browser that Offstage records\(holder).",
      hint:
        "`offstage ui` shows what it records; `offstage open URL --profile other` opens a second browser."
    )
  }
}
