/// The newest messages of one kind, each encoded once for all who read the stream, and how many came
/// before them.
///
/// Bounded: a reader that falls behind its beginning is told that it has missed some.
struct MessageRing: Sendable {
  let countLimit: Int
  let byteLimit: Int

  private var messages: [[UInt8]] = []
  private var bytes = 0
  /// How many messages came before the first that is kept.
  private(set) var start = 0

  var end: Int { start + messages.count }

  init(countLimit: Int, byteLimit: Int) {
    self.countLimit = countLimit
    self.byteLimit = byteLimit
  }

  mutating func append(_ new: [[UInt8]]) {
    messages += new
    bytes += new.reduce(0) { $0 + $1.count }
    var dropped = 0
    while messages.count - dropped > countLimit || bytes > byteLimit, dropped < messages.count {
      bytes -= messages[dropped].count
      dropped += 1
    }
    messages.removeFirst(dropped)
    start += dropped
  }

  /// How many of those after `place` are no more.
  func missed(after place: Int) -> Int { max(0, start - place) }

  func messages(after place: Int) -> ArraySlice<[UInt8]> {
    messages.dropFirst(max(0, place - start))
  }
}

/// How far a reader of the stream has come.
struct StreamPlace: Sendable, Hashable {
  /// The newest event, in order of arrival.
  var event: Int64
  /// How many messages there were about gaps and recording, and about operations.
  var state: Int
  var operation: Int
  /// How many changes there were of triggers and screens.
  var drive: Int
}
