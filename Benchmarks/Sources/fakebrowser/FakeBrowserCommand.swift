import Foundation
import OffstageTesting

/// A fake browser to measure recorders with.
///
///     fakebrowser --port 0 --events 200000 --bytes 400 --services all --mode live|replay [--rate N]
///                 [--clock script|wall] [--start observed|line] [--rare-origin N] [--failures N]
///                 [--shape alone|stories]
///
/// Prints one line of JSON with port and address when it listens. In live mode the storm starts
/// once some session observes all services, and a line came on standard input if it is to wait for
/// one; a second line says so, and a third when the last byte
/// was handed to the kernel. In replay mode the events are in the log from the start. One event in N
/// comes from another origin, or is a push that failed. Each event is a story by itself, or with
/// `--shape stories` one of three of a story.
@main
struct FakeBrowserCommand {
  enum Mode: String {
    case live, replay
  }

  var port = 0
  var events = 200_000
  var bytes = 400
  var services = FakeService.allCases
  var mode = Mode.live
  var rate: Int?
  /// Events bear the time at which they are made.
  var isStampedByWall = false
  var waitsForLine = false
  var tellsStories = false
  var rareOrigin: Int?
  var failures: Int?

  static func main() async throws {
    do {
      let command = try FakeBrowserCommand(CommandLine.arguments.dropFirst())
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await command.run() }
        group.addTask { try await endWithParent() }
        try await group.waitForAll()
      }
    } catch let error as UsageError {
      FileHandle.standardError.write(Data("fakebrowser: \(error.message)\n".utf8))
      exit(2)
    }
  }

  struct UsageError: Error {
    var message: String
  }

  init(_ arguments: ArraySlice<String>) throws {
    var rest = arguments
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else {
        throw UsageError(message: "\(option) lacks a value")
      }
      func number() throws -> Int {
        guard let number = Int(value), number >= 0 else {
          throw UsageError(message: "\(option) takes a number, not \(value)")
        }
        return number
      }
      switch option {
      case "--port": port = try number()
      case "--events": events = try number()
      case "--bytes": bytes = try number()
      case "--rate": rate = try number()
      case "--rare-origin": rareOrigin = try number()
      case "--failures": failures = try number()
      case "--services" where value == "all": break
      case "--services":
        services = try value.split(separator: ",").map { name in
          guard let service = FakeService(rawValue: String(name)) else {
            throw UsageError(message: "no service is called \(name)")
          }
          return service
        }
      case "--clock":
        guard ["script", "wall"].contains(value) else {
          throw UsageError(message: "--clock is script or wall, not \(value)")
        }
        isStampedByWall = value == "wall"
      case "--start":
        guard ["observed", "line"].contains(value) else {
          throw UsageError(message: "--start is observed or line, not \(value)")
        }
        waitsForLine = value == "line"
      case "--shape":
        guard ["alone", "stories"].contains(value) else {
          throw UsageError(message: "--shape is alone or stories, not \(value)")
        }
        tellsStories = value == "stories"
      case "--mode":
        guard let mode = Mode(rawValue: value) else {
          throw UsageError(message: "--mode is live or replay, not \(value)")
        }
        self.mode = mode
      default: throw UsageError(message: "no option is called \(option)")
      }
    }
  }

  func run() async throws {
    var options = FakeBrowserModel.Options()
    options.keepsHistory = false
    if isStampedByWall { options.startMicros = Int64(Date().timeIntervalSince1970 * 1e6) }
    let browser = FakeBrowser(FakeBrowserModel(options))
    let server = try await browser.listen(port: port)
    var storm = FakeStorm(count: events, services: services, bytes: bytes, rate: rate)
    storm.isStampedByWall = isStampedByWall
    storm.tellsStories = tellsStories
    storm.rareOriginEvery = rareOrigin
    storm.failureEvery = failures
    // On from the start: a recorder that only observes is measured too.
    await browser.run(services.map { .setRecordingByOther($0, true) })
    if mode == .replay {
      storm.rate = nil
      await browser.perform(.storm(storm))
    }
    say(#"{"port":\#(server.port),"url":"\#(await server.url)"}"#)
    if mode == .live {
      let wanted = Set(services)
      await browser.wait { $0.isObserved(wanted) }
      if waitsForLine {
        await withCheckedContinuation { (came: CheckedContinuation<Void, Never>) in
          Thread.detachNewThread {
            _ = readLine()
            came.resume()
          }
        }
      }
      say(#"{"storm":"begins"}"#)
      let clock = ContinuousClock()
      let start = clock.now
      await browser.perform(.storm(storm))
      let made = clock.now - start
      await browser.flushed()
      let written = clock.now - start
      say(
        #"{"events":\#(events),"madeSeconds":\#(made / .seconds(1)),"#
          + #""writtenSeconds":\#(written / .seconds(1))}"#)
    }
  }

  /// It serves until it is killed, or whoever started it is gone.
  private static func endWithParent() async throws {
    let parent = getppid()
    while getppid() == parent { try await Task.sleep(for: .seconds(1)) }
    exit(0)
  }

  private func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
