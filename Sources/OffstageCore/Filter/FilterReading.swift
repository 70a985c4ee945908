package import JSON

/// What is told to somebody who is writing a filter: how it is understood, what is wrong with it, and
/// how it could go on.
package struct FilterReading: Sendable {
  package var outcome: Result<Understood, FilterMistake>
  package var completions: [FilterCompletion] = []

  package struct Understood: Sendable {
    package var filter: EventFilter
    package var selection: EventSelection
  }

  /// - Parameter context: what is asked for is decided now; sources have to be given.
  package init(of text: String, _ context: FilterContext) {
    do throws(FilterMistake) {
      let written = try WrittenFilter(parsing: text, context)
      outcome = .success(
        Understood(filter: written.filter, selection: try written.selection(context)))
    } catch {
      outcome = .failure(error)
    }
  }
}

extension FilterReading {
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      switch outcome {
      case .success(let understood):
        writer.member("filter", understood.filter.description)
        writer.memberArray("terms") { writer in
          for part in understood.filter.conjuncts { part.write(to: &writer) }
        }
        writer.key("selection")
        understood.selection.write(to: &writer)
        writer.memberNull("mistake")
      case .failure(let mistake):
        writer.memberNull("filter")
        writer.memberArray("terms") { _ in }
        writer.memberNull("selection")
        writer.memberObject("mistake") { writer in
          writer.member("detail", mistake.message)
          writer.member(orNull: "hint", mistake.advice)
          mistake.writePlace(to: &writer)
        }
      }
      writer.memberArray("completions") { writer in
        for completion in completions {
          writer.object { writer in
            writer.member("text", completion.text)
            writer.member("position", completion.range.lowerBound)
            writer.member("length", completion.range.count)
            writer.member("summary", completion.summary)
            writer.member("isWhole", completion.isWhole)
          }
        }
      }
    }
  }
}

extension FilterMistake {
  /// Members that tell a program where it is, and what could stand there.
  package func writePlace(to writer: inout JSONWriter) {
    writer.member("kind", kind.rawValue)
    writer.member("position", range.lowerBound)
    writer.member("length", range.count)
    writer.memberArray("words") { writer in
      for word in words { writer.value(word) }
    }
    writer.member(orNull: "guess", guess)
  }
}

extension EventFilter {
  /// One of the parts that all must hold; what is no single term has neither key nor value.
  fileprivate func write(to writer: inout JSONWriter) {
    var (key, value): (String?, String?) = (nil, nil)
    switch self {
    case .term(.named(let named, let text)): (key, value) = (named.name, text)
    case .term(.word(let word)): value = word
    case .term(.metadata), .not, .all, .any: break
    }
    writer.object { writer in
      // Beside others, what is joined by `or` needs its brackets.
      if case .any = self {
        writer.member("text", "(\(description))")
      } else {
        writer.member("text", description)
      }
      writer.member(orNull: "key", key)
      writer.member(orNull: "value", value)
    }
  }
}

extension EventSelection {
  /// For a page that has to decide of an event at hand.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.write("services", services.map(\.rawValue))
      writer.write("origins", origins.map(\.withoutTrailingSlash))
      writer.write("hosts", Array(hosts))
      writer.write("sources", sources.map(\.description))
      writer.write("captures", captures.map(\.name))
      writer.write("outcomes", outcomes.map(\.rawValue))
      writer.write("states", states.map(\.rawValue))
      writer.write("instances", Array(instances))
      writer.write("names", Array(names))
      writer.write("scopes", Array(scopes))
      if let isTrigger {
        writer.member("isTrigger", isTrigger)
      } else {
        writer.memberNull("isTrigger")
      }
      writer.memberArray("pairs") { writer in
        for pair in pairs {
          writer.object { writer in
            writer.member("key", pair.key)
            writer.member("value", pair.value)
          }
        }
      }
      writer.member(orNull: "sinceMicros", since?.micros)
      writer.member(orNull: "untilMicros", until?.micros)
      writer.memberArray("words") { writer in
        for word in words { writer.value(word) }
      }
      writer.memberArray("rest") { writer in
        for expression in rest { expression.write(to: &writer) }
      }
    }
  }
}

extension SelectionExpression {
  /// An object with one member.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      switch self {
      case .selection(let selection):
        writer.key("selection")
        selection.write(to: &writer)
      case .not(let expression):
        writer.key("not")
        expression.write(to: &writer)
      case .any(let expressions):
        writer.memberArray("any") { writer in
          for expression in expressions { expression.write(to: &writer) }
        }
      case .all(let expressions):
        writer.memberArray("all") { writer in
          for expression in expressions { expression.write(to: &writer) }
        }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ name: String, _ texts: [String]) {
    memberArray(name) { writer in
      for text in texts.sorted() { writer.value(text) }
    }
  }
}
