internal import Synchronization

/// The port that was really bound, known once the server listens.
final class BoundPort: Sendable {
  private let number = Atomic<Int>(0)

  var value: Int {
    get { number.load(ordering: .acquiring) }
    set { number.store(newValue, ordering: .releasing) }
  }
}
