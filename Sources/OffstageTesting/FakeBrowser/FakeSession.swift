/// A client's way to one target.
struct FakeSession: Sendable {
  struct Key: Sendable, Hashable {
    var client: ClientID
    /// None for the connection's own session.
    var id: String?
  }

  var key: Key
  /// The session that attached it, which is told when it ends.
  var parent: Key?
  var targetID: String
  var observed: Set<FakeService> = []
  var discovers: FakeTargetFilter?
  var attachesAutomatically = false
  var isAutomatic = false
  var hasWorkersEnabled = false
}
