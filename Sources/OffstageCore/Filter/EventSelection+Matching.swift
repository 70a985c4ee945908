/// The same as what the store selects, for an event that is at hand.
extension EventSelection {
  package func takes(_ event: StoredEvent) -> Bool {
    (services.isEmpty || services.contains(event.logged.service))
      && (sources.isEmpty || sources.contains(event.source.id))
      && (captures.isEmpty || captures.contains(event.capture))
      && (outcomes.isEmpty || event.logged.outcome.map(outcomes.contains) ?? false)
      && (states.isEmpty || event.operationState.map(states.contains) ?? false)
      && (isTrigger == nil || isTrigger == (event.triggerId != nil))
      && (since.map { event.logged.timestamp >= $0 } ?? true)
      && (until.map { event.logged.timestamp <= $0 } ?? true)
      && (instances.isEmpty || instances.contains { $0.isExactly(event.logged.instanceId) })
      && (names.isEmpty || names.contains { $0.isAlike(event.logged.eventName) })
      && takesPlace(of: event)
      && pairs.allSatisfy { pair in
        event.logged.metadata.contains { $0.key.isAlike(pair.key) && $0.value.isAlike(pair.value) }
      }
      && takesWords(of: event)
      && rest.allSatisfy { $0.takes(event) }
  }

  private func takesPlace(of event: StoredEvent) -> Bool {
    let origin = event.logged.origin
    let isThere =
      origins.isEmpty && hosts.isEmpty
      || origins.contains {
        let wanted = $0.withoutTrailingSlash
        return wanted.isExactly(origin) || (wanted + "/").isExactly(origin)
      }
      || hosts.contains { Self.host($0, isOf: origin) }
    guard isThere, !scopes.isEmpty else { return isThere }
    guard let scope = event.scope else { return false }
    return scopes.contains {
      $0.utf8.first == UInt8(ascii: "/")
        ? (origin.withoutTrailingSlash + $0).isExactly(scope) : $0.isExactly(scope)
    }
  }

  private static func host(_ host: String, isOf origin: String) -> Bool {
    let utf8 = Array(origin.utf8)
    let scheme = utf8.firstRange(of: Array("://".utf8))
    let authority = utf8[(scheme?.upperBound ?? 0)...]
    return authority.elementsEqual(host.utf8) || authority.elementsEqual((host + "/").utf8)
      || authority.starts(with: (host + ":").utf8)
  }

  /// Each in the name, the instance, or a key or value of the metadata.
  private func takesWords(of event: StoredEvent) -> Bool {
    guard !words.isEmpty else { return true }
    let texts =
      [event.logged.eventName, event.logged.instanceId]
      + event.logged.metadata.flatMap { [$0.key, $0.value] }
    let searched = texts.map { $0.utf8.map(\.inLowerCase) }
    return words.allSatisfy { word in
      let wanted = word.utf8.map(\.inLowerCase)
      return searched.contains { wanted.isEmpty || $0.firstRange(of: wanted) != nil }
    }
  }
}

extension SelectionExpression {
  package func takes(_ event: StoredEvent) -> Bool {
    switch self {
    case .selection(let selection): selection.takes(event)
    case .not(let expression): !expression.takes(event)
    case .any(let expressions): expressions.contains { $0.takes(event) }
    case .all(let expressions): expressions.allSatisfy { $0.takes(event) }
    }
  }
}

extension String {
  /// Byte by byte: Swift takes canonically equivalent texts for equal, SQLite and browsers don't.
  func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// But for the case of ASCII letters.
  func isAlike(_ other: String) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.inLowerCase == $1.inLowerCase }
  }
}

extension UInt8 {
  /// Of an ASCII letter.
  var inLowerCase: UInt8 {
    UInt8(ascii: "A") <= self && self <= UInt8(ascii: "Z") ? self + 32 : self
  }
}
