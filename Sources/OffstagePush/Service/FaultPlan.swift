import OffstageCore

/// Which pushes meet a fault that somebody asked for.
struct FaultPlan: Sendable {
  /// Those in force, in the order in which they were asked for.
  private(set) var faults: [PushOrder] = []
  /// Used up, while the store may not have heard of it.
  private var spent: Set<Int64> = []

  /// - Parameter orders: all that the store has.
  /// - Returns: those that are new.
  mutating func take(_ orders: [PushOrder]) -> [PushOrder] {
    let listed = Set(orders.map(\.id))
    spent.formIntersection(listed)
    // How often one was met is known here first.
    faults.removeAll { !listed.contains($0.id) }
    let known = Set(faults.map(\.id)).union(spent)
    let new = orders.filter { order in
      guard case .inject = order.kind else { return false }
      return !known.contains(order.id)
    }
    faults += new
    return new
  }

  /// The fault that a push to this subscription meets; it counts as met.
  mutating func next(for token: String) -> (fault: InjectedFault, order: Int64)? {
    guard let index = faults.firstIndex(where: { $0.subscription ?? token == token }),
      case .inject(let fault) = faults[index].kind
    else { return nil }
    let id = faults[index].id
    if let times = faults[index].times {
      faults[index].times = times - 1
      if times <= 1 {
        faults.remove(at: index)
        spent.insert(id)
      }
    }
    return (fault, id)
  }
}
