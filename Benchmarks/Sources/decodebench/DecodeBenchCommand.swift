import CDP
import Foundation
import Logging

/// How fast frames become typed messages, on one core.
///
///     decodebench FRAMES [REPEATS]       FRAMES holds one JSON text per line
///
/// The frames go through `Connection`, as those of a browser do, from a transport that holds them
/// in memory. Prints one line of JSON.
@main
struct DecodeBenchCommand {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1, let data = FileManager.default.contents(atPath: arguments[1]) else {
      FileHandle.standardError.write(Data("usage: decodebench FRAMES [REPEATS]\n".utf8))
      exit(2)
    }
    let repeats = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
    let frames = [UInt8](data).split(separator: UInt8(ascii: "\n")).map(Array.init)
    try await read(frames, times: 1)
    let clock = ContinuousClock()
    let start = clock.now
    let startCPU = cpuSeconds()
    let touched = try await read(frames, times: repeats)
    let used = cpuSeconds() - startCPU
    let seconds = (clock.now - start) / .seconds(1)
    print(
      #"{"frames":\#(frames.count * repeats),"events":\#(touched.events),"seconds":\#(seconds),"#
        + #""cpuSeconds":\#(used),"sum":\#(touched.sum)}"#)
  }

  /// Of this process, whatever else the machine does.
  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @discardableResult
  private static func read(_ frames: [[UInt8]], times: Int) async throws -> Touched {
    let connection = Connection(
      transport: FramesInMemory(frames, times: times), logger: Logger(label: "decodebench"))
    let touched = Box(Touched())
    try await connection.run { messages in
      for message in messages { touched.value.add(message) }
    }
    return touched.value
  }
}

/// Only the receive loop's one call at a time touches it.
private final class Box: @unchecked Sendable {
  var value: Touched

  init(_ value: Touched) {
    self.value = value
  }
}

/// Something of every field flows into the sum, as in `peers/decode.mjs`.
private struct Touched {
  var events = 0
  var sum = 0

  mutating func add(_ message: InboundMessage) {
    guard case .event(.backgroundServiceEventReceived(let received)) = message.content else {
      return
    }
    let event = received.backgroundServiceEvent
    events += 1
    sum += Int(event.timestamp.micros % 1000)
    sum += event.service.rawValue.utf8.count + event.eventName.utf8.count
    sum += event.instanceId.utf8.count + event.origin.utf8.count + event.storageKey.utf8.count
    sum += event.serviceWorkerRegistrationId.rawValue.utf8.count
    // As the recorder does.
    let metadata =
      event.eventMetadata.count > 1
      ? event.eventMetadata.sorted { $0.key < $1.key }
      : event.eventMetadata
    for pair in metadata { sum += pair.key.utf8.count + pair.value.utf8.count }
  }
}

/// Frames in batches as large as one read of a socket brings.
private struct FramesInMemory: Transport {
  let name = "memory"
  private let batches: [[[UInt8]]]
  private let times: Int

  private static let batch = 64

  init(_ frames: [[UInt8]], times: Int) {
    batches = stride(from: 0, to: frames.count, by: Self.batch).map {
      Array(frames[$0..<min($0 + Self.batch, frames.count)])
    }
    self.times = times
  }

  func run(_ receive: @Sendable ([[UInt8]]) async -> Void) async throws(CDPError) {
    for _ in 0..<times {
      for batch in batches { await receive(batch) }
    }
  }

  func send(_ frame: [UInt8]) {}

  func close() async {}
}
