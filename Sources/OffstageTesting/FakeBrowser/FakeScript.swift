/// A list of steps that a seed fixes.
package struct FakeScript: Sendable {
  /// What may happen besides events.
  package struct Faults: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// Equal and identical events.
    package static let duplicates = Faults(rawValue: 1)
    package static let clockJumps = Faults(rawValue: 2)
    /// Leases end, other clients turn services on and off.
    package static let leases = Faults(rawValue: 4)
    /// The log is cleared, workers are unregistered, records can't be read.
    package static let wipes = Faults(rawValue: 8)
    package static let contexts = Faults(rawValue: 16)
    /// Connections end, also within a frame.
    package static let disconnects = Faults(rawValue: 32)
    package static let restarts = Faults(rawValue: 64)
    /// Messages that are no JSON, and long ones.
    package static let nonsense = Faults(rawValue: 128)

    package static let none: Faults = []
    package static let all: Faults = [
      .duplicates, .clockJumps, .leases, .wipes, .contexts, .disconnects, .restarts, .nonsense,
    ]
  }

  package var seed: UInt64
  package var steps: [ScriptStep]

  /// Starts with all services recorded.
  package static func random(
    seed: UInt64, count: Int = 200, faults: Faults = .all
  ) -> FakeScript {
    var random = SeededGenerator(seed: seed)
    var steps: [ScriptStep] = FakeService.allCases.map { .setRecordingByOther($0, true) }
    let makers = faultMakers(faults)
    for number in 0..<count {
      if let maker = makers.randomElement(using: &random),
        Int.random(in: 0..<4, using: &random) == 0
      {
        steps.append(maker(&random))
      } else {
        let scene = FakeScene.random(number: number, using: &random)
        steps.append(.log(scene, in: context(faults, &random)))
      }
    }
    return FakeScript(seed: seed, steps: steps)
  }

  private typealias Maker = @Sendable (inout SeededGenerator) -> ScriptStep

  private static func context(
    _ faults: Faults, _ random: inout SeededGenerator
  ) -> FakeContextKey {
    let isPrivate = faults.contains(.contexts) && Int.random(in: 0..<5, using: &random) == 0
    return isPrivate ? "private" : .main
  }

  private static func service(_ random: inout SeededGenerator) -> FakeService {
    FakeService.allCases.randomElement(using: &random) ?? .pushMessaging
  }

  private static func faultMakers(_ faults: Faults) -> [Maker] {
    var makers: [Maker] = []
    func add(_ fault: Faults, _ more: Maker...) {
      if faults.contains(fault) { makers += more }
    }
    add(
      .duplicates,
      { .duplicates(service(&$0), count: Int.random(in: 2...4, using: &$0)) },
      { .equalTimestamps(service(&$0), count: Int.random(in: 2...4, using: &$0)) })
    add(
      .clockJumps,
      { .clockJump(byMicros: Int64.random(in: -3_600_000_000...3_600_000_000, using: &$0)) })
    add(
      .leases,
      { .expireLease(service(&$0)) },
      { .setRecordingByOther(service(&$0), true) },
      { .setRecordingByOther(service(&$0), Int.random(in: 0..<3, using: &$0) > 0) })
    add(
      .wipes,
      { .wipe(service(&$0)) },
      { .unregister(id: String(Int.random(in: 0..<3, using: &$0))) },
      { .corrupt(service(&$0)) })
    add(
      .contexts, { _ in .contextAppears("private") }, { _ in .contextDisappears("private") })
    add(
      .disconnects,
      { _ in .disconnect(nil) },
      { .disconnectMidFrame(nil, afterBytes: Int.random(in: 0...400, using: &$0)) })
    add(.restarts, { _ in .restart }, { _ in .crashWithoutClose }, { _ in .restart })
    add(
      .nonsense,
      { _ in .sendMalformed(nil, Array(#"{"method":"BackgroundService."#.utf8)) },
      { .sendOversize(nil, bytes: Int.random(in: 1_000...100_000, using: &$0)) })
    return makers
  }
}
