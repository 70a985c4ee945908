/// What a person asks for, in the filter language (Docs/filter.md): one for verbs, HTTP and pages.
///
/// ```swift
/// let filter = try EventFilter(parsing: "service:push (outcome:failed or timeout)")
/// let selection = try filter.selection(FilterContext(now: now, sources: sources))
/// ```
package indirect enum EventFilter: Sendable, Hashable {
  case term(FilterTerm)
  case not(EventFilter)
  /// Each must hold; none of them is itself one of these. None at all: everything.
  case all([EventFilter])
  /// One must hold; two or more, of which none is itself one of these.
  case any([EventFilter])

  /// What takes every event.
  package static let everything = EventFilter.all([])

  /// As few brackets as will do.
  package static func every(_ filters: [EventFilter]) -> EventFilter {
    let flat = filters.flatMap { filter in
      if case .all(let parts) = filter { parts } else { [filter] }
    }
    return flat.count == 1 ? flat[0] : .all(flat)
  }

  package static func either(_ filters: [EventFilter]) -> EventFilter {
    let flat = filters.flatMap { filter in
      if case .any(let parts) = filter { parts } else { [filter] }
    }
    return flat.count == 1 ? flat[0] : .any(flat)
  }

  /// The terms that all must hold, and the rest.
  package var conjuncts: [EventFilter] {
    if case .all(let parts) = self { parts } else { [self] }
  }
}

/// The language's own spelling: it is read back as the same filter.
extension EventFilter: CustomStringConvertible {
  package var description: String {
    switch self {
    case .term(let term): term.description
    case .not(let filter): "not \(filter.bracketed)"
    case .all(let parts):
      parts.map { part in
        if case .any = part { part.bracketed } else { part.description }
      }.joined(separator: " ")
    case .any(let parts): parts.map(\.description).joined(separator: " or ")
    }
  }

  private var bracketed: String {
    switch self {
    case .term, .not: description
    case .all, .any: "(\(description))"
    }
  }
}
