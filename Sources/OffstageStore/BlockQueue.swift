internal import GRDB
internal import OffstageCore

/// The blocks that may hold events of a selection beyond a place, in the order of the first that
/// each may hold.
struct BlockQueue {
  private let order: EventQuery.Order
  private let granule: Int64
  private var blocks: ArraySlice<EventBlock>
  private let signature: BlockSignature
  private let lastEvent: Int64

  private var size: Int64 { SearchShape.blockSize(granule: granule) }

  init(
    _ db: Database, _ selection: EventSelection, _ order: EventQuery.Order,
    _ terms: SearchTerms, beyond edge: EventCursor?, granule: Int64
  ) throws {
    self.order = order
    self.granule = granule
    signature = try BlockSignature(db, terms)
    lastEvent = try db.row("SELECT max(id) FROM event") { $0.int(0) } ?? 0
    let place = edge?.identity.timestamp.micros
    let isUp = order == .ascending
    let since = max(selection.since?.micros ?? .min, isUp ? place ?? .min : .min)
    let until = min(selection.until?.micros ?? .max, isUp ? .max : place ?? .max)
    blocks = try EventBlock.all(db, size: SearchShape.blockSize(granule: granule))
      .filter { $0.first <= until && $0.last >= since }
      .sorted { isUp ? $0.first < $1.first : $0.last > $1.last }[...]
  }

  var isEmpty: Bool { blocks.isEmpty }

  mutating func next() -> EventBlock? { blocks.popFirst() }

  /// No block that is left holds anything before it; nil if none is left.
  var edge: EventCursor? {
    blocks.first.map { block in
      let moment = order == .ascending ? block.first : max(block.last, block.last &+ 1)
      return EventCursor(before: Timestamp(micros: moment))
    }
  }

  /// The first events of the granules that may hold what is asked for.
  func granules(of block: EventBlock) throws -> [Int64] {
    let found = try signature.granules(of: block)
    guard found != .zero else { return [] }
    let start = block.number * size
    var granules: [Int64] = []
    for number in 0..<SearchShape.granules {
      let bits: UInt64 = found[number >> 6] >> UInt64(number & 63)
      let first = start + Int64(number) * granule
      if bits & 1 == 1, first <= lastEvent { granules.append(first) }
    }
    return granules
  }

  /// Less what was removed of them.
  func events(of block: EventBlock) -> Int64 {
    min(size, lastEvent - block.number * size + 1)
  }

  var eventsLeft: Int64 { blocks.reduce(0) { $0 + events(of: $1) } }
}
