internal import OffstageCore

/// The newest events of the store, each encoded once for all who read the stream.
///
/// Bounded: a reader that falls behind its beginning reads the store instead, or is told what it has
/// missed.
struct EventRing: Sendable {
  struct Entry: Sendable {
    var id: Int64 { event.id }
    let event: StoredEvent
    /// As it goes over the wire.
    let bytes: [UInt8]
  }

  private static let entryLimit = 20_000
  private static let byteLimit = 8 << 20

  private var entries: [Entry] = []
  private var bytes = 0
  /// Every event after it that is not newer than `end` is here.
  private(set) var start: Int64
  private(set) var end: Int64

  init(after id: Int64) {
    start = id
    end = id
  }

  mutating func append(_ new: [Entry]) {
    guard let last = new.last else { return }
    entries += new
    end = last.id
    bytes += new.reduce(0) { $0 + $1.bytes.count }
    // By halves, so that what is left is moved rarely.
    guard entries.count > Self.entryLimit || bytes > Self.byteLimit else { return }
    var dropped = 0
    while entries.count - dropped > Self.entryLimit / 2 || bytes > Self.byteLimit / 2,
      dropped < entries.count - 1
    {
      start = entries[dropped].id
      bytes -= entries[dropped].bytes.count
      dropped += 1
    }
    entries.removeFirst(dropped)
  }

  /// What is newer than `id`, which must not lie before `start`.
  func entries(after id: Int64) -> ArraySlice<Entry> {
    var (low, high) = (entries.startIndex, entries.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id > id { high = middle } else { low = middle + 1 }
    }
    return entries[low...]
  }
}
