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
      } else if !choice.meet(other, &self) {
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
    for selection in selections where !common.add(selection, &self) { return nil }
  }
}

/// A kind of value of which an event has one, and a selection names those that will do.
private struct Choice {
  var isOpen: (EventSelection) -> Bool
  var copy: (EventSelection, inout EventSelection) -> Void
  /// Leaves what both name; false where one field can't say that.
  var meet: (EventSelection, inout EventSelection) -> Bool
  /// Adds what the other names; false where one field can't say that.
  var add: (EventSelection, inout EventSelection) -> Bool

  private init<Value>(_ path: WritableKeyPath<EventSelection, Set<Value>>) {
    isOpen = { $0[keyPath: path].isEmpty }
    copy = { $1[keyPath: path] = $0[keyPath: path] }
    meet = { other, mine in
      let both = mine[keyPath: path].intersection(other[keyPath: path])
      if !both.isEmpty { mine[keyPath: path] = both }
      return !both.isEmpty
    }
    add = {
      $1[keyPath: path].formUnion($0[keyPath: path])
      return true
    }
  }

  /// Texts, which a set takes for equal where they are canonically equivalent. Where different ones
  /// stand for the same, such as a host with and without its port, what both name is only known if
  /// one names all that the other does.
  private init(texts path: WritableKeyPath<EventSelection, Set<String>>, isExact: Bool = true) {
    self.init(path)
    let bytes = { (selection: EventSelection) in
      Set(selection[keyPath: path].map { Array($0.utf8) })
    }
    meet = { other, mine in
      let wanted = bytes(other)
      let both = mine[keyPath: path].filter { wanted.contains(Array($0.utf8)) }
      guard isExact ? !both.isEmpty : both.count == mine[keyPath: path].count else { return false }
      mine[keyPath: path] = both
      return true
    }
    add = { other, mine in
      let all = bytes(mine).union(bytes(other))
      mine[keyPath: path].formUnion(other[keyPath: path])
      return mine[keyPath: path].count == all.count
    }
  }

  /// Origins and hosts: either will do.
  private static var places: Choice {
    let (origins, hosts) = (Choice(texts: \.origins), Choice(texts: \.hosts, isExact: false))
    var choice = origins
    choice.isOpen = { origins.isOpen($0) && hosts.isOpen($0) }
    choice.copy = {
      origins.copy($0, &$1)
      hosts.copy($0, &$1)
    }
    choice.meet = { other, mine in
      if hosts.isOpen(other), hosts.isOpen(mine) { return origins.meet(other, &mine) }
      if origins.isOpen(other), origins.isOpen(mine) { return hosts.meet(other, &mine) }
      return false
    }
    choice.add = { origins.add($0, &$1) && hosts.add($0, &$1) }
    return choice
  }

  private static var trigger: Choice {
    var choice = Choice(\.services)
    choice.isOpen = { $0.isTrigger == nil }
    choice.copy = { $1.isTrigger = $0.isTrigger }
    choice.meet = { $0.isTrigger == $1.isTrigger }
    choice.add = { other, mine in
      mine.isTrigger = mine.isTrigger ?? other.isTrigger
      return mine.isTrigger == other.isTrigger
    }
    return choice
  }

  static var all: [Choice] {
    [
      Choice(\.services), places, Choice(\.sources), Choice(\.captures), Choice(\.outcomes),
      Choice(\.states),
      Choice(texts: \.instances), Choice(texts: \.names, isExact: false),
      Choice(texts: \.scopes, isExact: false),
      trigger,
    ]
  }
}
