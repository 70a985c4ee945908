import CDP
import Foundation
import JSON
import OffstageCore
import OffstageServer
import OffstageStore

/// One thing that was looked at.
struct Check: Sendable {
  enum State: String, Sendable {
    case ok, note, wrong
  }

  var name: String
  var state: State
  var message: String
  var mend: String?

  init(_ name: String, _ state: State, _ message: String, mend: String? = nil) {
    self.name = name
    self.state = state
    self.message = message
    self.mend = mend
  }
}

/// Looks at everything that recording needs on this machine.
struct Doctor {
  let common: CommonOptions
  let browser: String?

  /// A store grows by about this much a day on a busy site.
  private static let scarce = 200 << 20

  func checks() async -> [Check] {
    await browserChecks() + [display, sandbox, dataFolder] + storeChecks() + [await port]
  }

  // MARK: Faces

  static func document(_ checks: [Check]) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.memberArray("checks") { writer in
        for check in checks {
          writer.object { writer in
            writer.member("name", check.name)
            writer.member("state", check.state.rawValue)
            writer.member("message", check.message)
            writer.member(orNull: "mend", check.mend)
          }
        }
      }
    }
    return writer.string
  }

  static func report(_ checks: [Check], to terminal: Terminal) throws {
    for check in checks {
      let (mark, style): (String, Terminal.Style) =
        switch check.state {
        case .ok: ("✓", .green)
        case .note: ("·", .yellow)
        case .wrong: ("✕", .red)
        }
      let name = check.name + String(repeating: " ", count: max(0, 10 - check.name.count))
      try terminal.print(
        "\(terminal.styled(mark, style)) \(name) \(check.message.escapedForTerminal)")
      if let mend = check.mend { try terminal.print("             \(mend)") }
    }
  }

  // MARK: Browser

  private func browserChecks() async -> [Check] {
    let finder = BrowserFinder(environment: common.environment)
    do throws(CDPError) {
      let found = try finder.find(browser)
      let version = BrowserVersion.read(found) ?? "its version can't be read"
      var checks = [Check("browser", .ok, "\(found.path), \(version)")]
      let others = finder.all().filter { $0.path != found.path }.map(\.path)
      if !others.isEmpty {
        checks.append(Check("browsers", .ok, "also here: \(others.joined(separator: ", "))"))
      }
      do throws(CDPError) {
        try found.checkReach(userDataDir: common.folder.profilesPath, home: common.home)
      } catch {
        checks.append(Check("browser", .wrong, error.context, mend: error.hint))
      }
      return checks
    } catch {
      return [Check("browser", .wrong, error.context, mend: error.hint)]
    }
  }

  private var display: Check {
    Machine.hasDisplay(environment: common.environment)
      ? Check("display", .ok, "a window can be shown")
      : Check("display", .note, "there is none: browsers are launched headless")
  }

  private var sandbox: Check {
    Machine.isRoot
      ? Check(
        "sandbox", .note, "running as root, the browser runs without its sandbox",
        mend: "Run as another user to have it.")
      : Check("sandbox", .ok, "the browser runs in its sandbox")
  }

  // MARK: Store

  private var dataFolder: Check {
    let folder = common.folder
    let part: String
    do throws(StoreError) {
      part = try folder.existingPart()
    } catch {
      return Check("data", .wrong, error.message, mend: error.hint)
    }
    guard FileManager.default.isWritableFile(atPath: part) else {
      return Check(
        "data", .wrong, "\(part) can't be written to",
        mend: "Choose another folder with --data or OFFSTAGE_DATA.")
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: part)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else {
      return Check("data", .ok, "\(folder.path), writable")
    }
    let megabytes = free >> 20
    return free < Self.scarce
      ? Check(
        "data", .wrong, "\(folder.path) has only \(megabytes) MB free",
        mend: "Make room, or choose another folder with --data.")
      : Check("data", .ok, "\(folder.path), writable, \(megabytes) MB free")
  }

  private func storeChecks() async -> [Check] {
    do {
      guard let store = try common.storeIfThere() else {
        return [
          Check("store", .ok, "none yet, SQLite \(SQLiteEventStore.sqliteVersion)")
        ]
      }
      var checks = [Check("store", .ok, "readable, SQLite \(SQLiteEventStore.sqliteVersion)")]
      let sources = try await store.sources()
      checks.append(recorders(sources))
      checks += try await leases(store, sources)
      try await store.close()
      return checks
    } catch let error as StoreError {
      return [Check("store", .wrong, error.message, mend: error.hint)]
    } catch {
      return [Check("store", .wrong, "\(error)")]
    }
  }

  private func recorders(_ sources: [Source]) -> Check {
    let locks = SourceLocks(folder: common.folder)
    let held = sources.compactMap { source in
      locks.holder(of: source.id).map { "“\(source.name)” by process \($0)" }
    }
    return held.isEmpty
      ? Check("recorder", .note, "none runs: the browser keeps its log until one does")
      : Check("recorder", .ok, "recorded now: \(held.joined(separator: ", "))")
  }

  private func leases(
    _ store: SQLiteEventStore, _ sources: [Source]
  ) async throws -> [Check] {
    let now = SystemClock().now()
    var checks: [Check] = []
    let locks = SourceLocks(folder: common.folder)
    for source in sources
    where source.kind == .profile && !source.isGone(isHeld: locks.isHeld(source.id)) {
      let facts = try await store.facts(of: source.id)
      guard let soonest = facts.values.compactMap(\.lease.expires).min() else { continue }
      checks.append(
        soonest > now
          ? Check("lease", .ok, "“\(source.name)” is recorded for \((soonest - now).short) more")
          : Check(
            "lease", .note, "the browser of “\(source.name)” no longer records",
            mend: "It does again with the next `offstage open` or `offstage attach`."))
    }
    return checks
  }

  // MARK: Port

  private var port: Check {
    get async {
      let port = OffstageServer.Configuration.defaultPort
      let running = RunningFile.all(in: common.folder)
      if let mine = running.first(where: { $0.port == port }) {
        return Check("port", .ok, "\(port) is Offstage's own, process \(mine.pid)")
      }
      guard let holder = PortHolder.of(port: port) else {
        return Check("port", .ok, "\(port) is free")
      }
      return Check("port", .note, "\(port) is taken by \(holder); the next free one is used")
    }
  }
}
