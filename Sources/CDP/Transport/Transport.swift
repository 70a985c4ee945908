/// Frames in and out. A frame is one JSON text.
package protocol Transport: Sendable {
  /// What the frames travel over: `pipe` or `websocket`.
  var name: String { get }

  /// Receives until the end: returns once ``close()`` was called, throws if the other side ended it.
  ///
  /// Each call of `receive` gets the frames that had come in by then, in order. While it runs, at
  /// most a bounded amount is read ahead; then the socket is left alone. To be called once.
  func run(_ receive: @Sendable ([[UInt8]]) async -> Void) async throws(CDPError)

  /// Queues a frame; frames go out in the order of the calls. Nothing happens after the end.
  func send(_ frame: [UInt8])

  func close() async
}

package enum FrameLimits {
  /// The longest message that is accepted. Chromium's own limit is 100 MB for what it receives;
  /// what it sends (screenshots, heap snapshots) has none.
  package static let maximumFrameSize = 256 << 20
}
