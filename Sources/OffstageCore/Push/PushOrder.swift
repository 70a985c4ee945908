/// What somebody wants of the push service while it runs; it lies in the store until it is done.
package struct PushOrder: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// Pushes meet this fault.
    case inject(InjectedFault)
    /// The subscription ends.
    case expire
  }

  package var id: Int64
  package var kind: Kind
  /// By its token; nil for all.
  package var subscription: String?
  /// How many pushes are still to meet it; nil for as long as the service runs.
  package var times: Int?
  /// The service acts on it.
  package var isTaken: Bool

  package init(
    id: Int64, _ kind: Kind, subscription: String? = nil, times: Int? = nil, isTaken: Bool = false
  ) {
    self.id = id
    self.kind = kind
    self.subscription = subscription
    self.times = times
    self.isTaken = isTaken
  }
}

extension PushOrder.Kind {
  package init?(text: String) {
    if text == "expire" {
      self = .expire
    } else if let fault = try? InjectedFault(parsing: text) {
      self = .inject(fault)
    } else {
      return nil
    }
  }

  package var text: String {
    switch self {
    case .inject(let fault): fault.text
    case .expire: "expire"
    }
  }
}

/// A fault as a person writes it, with how many pushes are to meet it.
package struct FaultWish: Sendable, Hashable {
  package var fault: InjectedFault
  package var times: Int?

  /// `429:retry-after=5:times=3`
  package init(parsing text: String) throws(UsageError) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if let index = parts.firstIndex(where: { $0.lowercased().hasPrefix("times=") }) {
      let digits = parts.remove(at: index).dropFirst("times=".count)
      guard let count = Int(digits), (1...1_000_000).contains(count) else {
        throw UsageError(
          "“\(String(digits).escapedForTerminal)” is no number of pushes.",
          hint: "Write times=N, such as 429:times=3.")
      }
      times = count
    }
    guard !parts.isEmpty else {
      throw UsageError(
        "“\(text.escapedForTerminal)” names no fault.", hint: "Write it first, as in drop:times=1.")
    }
    fault = try InjectedFault(parsing: parts.joined(separator: ":"))
    if fault == .copy {
      throw UsageError("“copy” is a part of duplicate.", hint: "Write duplicate.")
    }
  }
}
