import CDP
import Foundation
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// Reading where nothing was ever recorded.
@Suite struct NoStoreTests {
  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      (["events", "--json"], #"{"events":[],"next":null}"#), (["events", "--jsonl"], ""),
      (["events", "-n", "0", "--json"], #"{"events":[],"next":null}"#),
      (["events", "--csv", "-n", "0"], "id,timestamp"), (["events"], ""),
      (["gaps", "--json"], #"{"gaps":[]}"#), (["gaps"], ""),
      (["record", "status", "--json"], #"{"services":[]}"#), (["record", "status"], ""),
      (["verify"], "There is no store yet"), (["verify", "--salvage"], "There is no store yet"),
    ])
  func `verbs that read show that there is nothing, and make nothing`(
    _ arguments: [String], _ output: String
  ) async throws {
    try await Bench.with { bench in
      let answer = try await bench.run(arguments)
      #expect(answer.status == .exited(0), "\(answer.errors)")
      #expect(answer.output.hasPrefix(output))
      #expect(output != "" || answer.output == "")
      #expect(!(answer.output + answer.errors).isEmpty || arguments.contains("--jsonl"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder) == [])
    }
  }

  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      ["doctor"], ["doctor", "--json"], ["show", "1"], ["events", "--source", "nobody"],
    ])
  func `nothing is made either where the answer is no`(_ arguments: [String]) async throws {
    try await Bench.with { bench in
      // A folder of one's own, such as --data .
      try FileManager.default.createDirectory(
        atPath: bench.data, withIntermediateDirectories: false)
      let answer = try await bench.run(arguments)
      #expect(arguments[0] == "doctor" || answer.status == .exited(2))
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.data) == [])
    }
  }

  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      ["events"], ["operations", "--json"], ["explain"], ["gaps"], ["record", "status"],
    ])
  func `a folder that was named and has no store is taken for a mistake`(
    _ arguments: [String]
  ) async throws {
    try await Bench.with { bench in
      let folder = bench.folder + "/mistyped"
      let answer = try await bench.run(arguments + ["--data", folder])
      expectMistake(answer, 2)
      #expect(answer.errors.contains("There is no store in \(folder)."))
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder) == [])
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `who follows waits in a new store for the first recorder`() async throws {
    try await Bench.with { bench in
      let follower = try bench.start("events", "--follow", "--jsonl")
      try await eventually("the store") {
        try follower.expectRunning()
        return FileManager.default.fileExists(atPath: bench.storePath)
      }
      try await bench.withStore { store in
        let source = try await store.openSource(.test("work"), at: .init(micros: 0)).source.id
        _ = try await store.write(
          [.init(source: source, writes: [.event(.sample())])], receivedUntil: .init(micros: 0))
      }
      try await follower.line("Push message received")
      try await follower.interrupt()
    }
  }
}
