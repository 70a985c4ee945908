import OffstageTesting

/// One fact, as a site and a browser make it: a fault with the rules that must find it, or
/// something healthy.
struct CorpusScenario: Sendable {
  /// The fact in words, which is the name of its file.
  var name: String
  /// Empty: nothing above `info` may be found.
  var rules: [String]
  var browser: CorpusBrowser
  /// What the worker is, beside its installation.
  var worker: String
  var pages: [String: LoopbackSite.Page]
  var play: @Sendable (CorpusPlay) async throws -> Void

  static func fault(
    _ name: String, _ rules: String..., on browser: CorpusBrowser = .fast, worker: String = "",
    pages: [String: LoopbackSite.Page] = [:],
    play: @escaping @Sendable (CorpusPlay) async throws -> Void
  ) -> CorpusScenario {
    CorpusScenario(
      name: name, rules: rules, browser: browser, worker: worker, pages: pages, play: play)
  }

  static func healthy(
    _ name: String, on browser: CorpusBrowser = .patient, worker: String = "",
    pages: [String: LoopbackSite.Page] = [:],
    play: @escaping @Sendable (CorpusPlay) async throws -> Void
  ) -> CorpusScenario {
    CorpusScenario(
      name: name, rules: [], browser: browser, worker: worker, pages: pages, play: play)
  }

  /// `faults/NAME.jsonl` or `healthy/NAME.jsonl`.
  var path: String { "\(rules.isEmpty ? "healthy" : "faults")/\(name).jsonl" }

  static let all =
    push + pushWorkers + pushPosts + pushDeliveries + syncs + periodicSyncs + fetches + refusals
    + notifications + payments
    + healthy
}

/// A browser that several scenarios share, each on an origin of its own.
enum CorpusBrowser: String, CaseIterable, Sendable {
  /// Syncs are retried after seconds, and end after three.
  case fast
  /// As `fast`, with all the time that an event has.
  case patient
  /// Nothing is shortened, and nothing granted but notifications.
  case plain
  /// One payment at a time: a dialog that stays open blocks every other.
  case payments
  /// A payment that nobody answers takes 330 seconds, and blocks others.
  case slowPayments
  case abandonedPayments
  /// Its pushes are real.
  case pushed
  /// The browser runs few downloads at once, whoever's they are.
  case downloads
  case many

  var width: Int {
    switch self {
    case .payments: 1
    case .downloads: 2
    default: 6
    }
  }
}
