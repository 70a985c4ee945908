import JSON
import OffstageCore
import OffstageTesting

/// Files of events for the tests.
enum ExchangeSample {
  static func items(of text: String, inPartsOf size: Int = 1 << 20) throws -> [ImportItem] {
    try items(of: Array(text.utf8), inPartsOf: size)
  }

  static func items(of bytes: [UInt8], inPartsOf size: Int = 1 << 20) throws -> [ImportItem] {
    var reader = ImportReader()
    var items: [ImportItem] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      items += try reader.read(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    return items + (try reader.end())
  }

  /// What is said of a file that can't be imported, or of the first part of it that can't be read.
  static func fault(of bytes: [UInt8], inPartsOf size: Int = 1 << 20) -> ImportFault? {
    do {
      return try items(of: bytes, inPartsOf: size).faults.first
    } catch {
      return error as? ImportFault
    }
  }

  static let source = SourceID("7c1e0000-0000-4000-8000-000000000001")!

  /// An event of a hostile page.
  static func event(_ random: inout SeededGenerator) -> LoggedEvent {
    let texts = LoggedEvent.hostileTexts.map(\.text)
    let text = { (random: inout SeededGenerator) in texts.randomElement(using: &random) ?? "" }
    var metadata: [String: String] = [:]
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      metadata[text(&random)] = text(&random)
    }
    return .sample(
      text(&random), Service.allCases.randomElement(using: &random) ?? .pushMessaging,
      at: ManualClock.start + Interval(micros: .random(in: -5...1_000_000, using: &random)),
      instance: text(&random), origin: text(&random),
      storageKey: Bool.random(using: &random) ? text(&random) : nil, registration: text(&random),
      metadata)
  }
}

extension [ImportItem] {
  var faults: [ImportFault] {
    compactMap { if case .fault(let fault) = $0 { fault } else { nil } }
  }

  var events: [ExchangeEvent] {
    compactMap { if case .event(let event) = $0 { event } else { nil } }
  }
}
