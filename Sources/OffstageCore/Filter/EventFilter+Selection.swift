extension EventFilter {
  /// As much of it as can be in the fields that a store plans by; the rest as expressions.
  package func selection(_ context: FilterContext) throws(UsageError) -> EventSelection {
    var selection = EventSelection()
    for part in conjuncts {
      switch try part.expression(context) {
      case .selection(let other): selection.narrow(to: other)
      case let expression: selection.rest.append(expression)
      }
    }
    return selection
  }

  private func expression(_ context: FilterContext) throws(UsageError) -> SelectionExpression {
    switch self {
    case .term(let term): return .selection(try term.selection(context))
    case .not(let filter): return .not(try filter.expression(context))
    case .all:
      return .selection(try selection(context))
    case .any(let parts):
      var expressions: [SelectionExpression] = []
      for part in parts { expressions.append(try part.expression(context)) }
      return EventSelection(uniting: expressions).map { .selection($0) } ?? .any(expressions)
    }
  }
}

extension FilterTerm {
  fileprivate func selection(_ context: FilterContext) throws(UsageError) -> EventSelection {
    var selection = EventSelection()
    switch self {
    case .named(let key, let value): try key.narrow(&selection, value, context)
    case .metadata(let key, let value): selection.pairs = [.init(key: key, value: value)]
    case .word(let word): selection.words = word.isEmpty ? [] : [word]
    }
    return selection
  }
}

extension EventSelection {
  /// To what both take.
  package mutating func narrow(to other: EventSelection) {
    for choice in Choice.all where !choice.isOpen(other) {
      if choice.isOpen(self) {
        choice.copy(other, &self)
      } else if !choice.isSame(self, other) {
        // An event with one of two services and one of two others: two questions.
        var alone = EventSelection()
        choice.copy(other, &alone)
        rest.append(.selection(alone))
      }
    }
    if let time = other.since { since = max(since ?? time, time) }
    if let time = other.until { until = min(until ?? time, time) }
    pairs += other.pairs
    words += other.words
    rest += other.rest
  }

  /// What any of these take, where they ask for values of one and the same kind.
  fileprivate init?(uniting expressions: [SelectionExpression]) {
    var selections: [EventSelection] = []
    for expression in expressions {
      guard case .selection(let selection) = expression else { return nil }
      selections.append(selection)
    }
    let common = Choice.all.first { choice in
      selections.allSatisfy { selection in
        var alone = EventSelection()
        choice.copy(selection, &alone)
        return !choice.isOpen(selection) && alone == selection
      }
    }
    guard let common else { return nil }
    self.init()
    for selection in selections { common.add(selection, &self) }
  }
}

/// A kind of value of which an event has one, and a selection names those that will do.
private struct Choice {
  var isOpen: (EventSelection) -> Bool
  var isSame: (EventSelection, EventSelection) -> Bool
  var copy: (EventSelection, inout EventSelection) -> Void
  var add: (EventSelection, inout EventSelection) -> Void

  private init<Value>(_ path: WritableKeyPath<EventSelection, Set<Value>>) {
    isOpen = { $0[keyPath: path].isEmpty }
    isSame = { $0[keyPath: path] == $1[keyPath: path] }
    copy = { $1[keyPath: path] = $0[keyPath: path] }
    add = { $1[keyPath: path].formUnion($0[keyPath: path]) }
  }

  /// Two fields that are one: either will do.
  private init(either first: Choice, or second: Choice) {
    isOpen = { first.isOpen($0) && second.isOpen($0) }
    isSame = { first.isSame($0, $1) && second.isSame($0, $1) }
    copy = {
      first.copy($0, &$1)
      second.copy($0, &$1)
    }
    add = {
      first.add($0, &$1)
      second.add($0, &$1)
    }
  }

  private static var trigger: Choice {
    var choice = Choice(\.services)
    choice.isOpen = { $0.isTrigger == nil }
    choice.isSame = { $0.isTrigger == $1.isTrigger }
    choice.copy = { $1.isTrigger = $0.isTrigger }
    choice.add = { other, mine in
      // Both of the two: any.
      mine.isTrigger = mine.isTrigger ?? other.isTrigger
      if mine.isTrigger != other.isTrigger { mine.isTrigger = nil }
    }
    return choice
  }

  static var all: [Choice] {
    [
      Choice(\.services), Choice(either: Choice(\.origins), or: Choice(\.hosts)),
      Choice(\.sources), Choice(\.captures), Choice(\.outcomes), Choice(\.instances),
      Choice(\.names), Choice(\.scopes), trigger,
    ]
  }
}
