internal import GRDB
internal import JSON
internal import OffstageCore

extension SearchTerms {
  /// What every event of the selection has. What the index does not know takes nothing away.
  init(of selection: EventSelection, _ db: Database) throws {
    var terms: [SearchTerms] = []
    if !selection.services.isEmpty {
      terms.append(.anyOf(selection.services.map { .facet(.service, Int64($0.code)) }))
    }
    if !selection.sources.isEmpty {
      let list = try selection.sources.compactMap { source in
        try db.row("SELECT id FROM source WHERE uuid = ?1") {
          $0.bind(source.description, at: 1)
        } _: {
          $0.int(0)
        }
      }
      terms.append(.anyOf(list.map { .facet(.source, $0) }))
    }
    terms.append(try .registrations(of: selection, db))
    if !selection.outcomes.isEmpty {
      terms.append(.anyOf(selection.outcomes.map { .facet(.outcome, $0.code) }))
    }
    if !selection.captures.isEmpty {
      terms.append(.anyOf(selection.captures.map { .facet(.capture, Int64($0.rawValue)) }))
    }
    if !selection.instances.isEmpty {
      terms.append(.anyOf(selection.instances.map { .instance($0) }))
    }
    if !selection.names.isEmpty { terms.append(try .names(of: selection, db)) }
    for pair in selection.pairs {
      var json = JSONWriter()
      json.object { $0.member(pair.key, pair.value) }
      terms.append(.stored(json.string.dropFirst().dropLast()))
    }
    for word in selection.words { terms.append(.text(word)) }
    for expression in selection.rest { terms.append(try SearchTerms(of: expression, db)) }
    self = .allOf(terms)
  }

  private init(of expression: SelectionExpression, _ db: Database) throws {
    self =
      switch expression {
      case .selection(let selection): try SearchTerms(of: selection, db)
      // Bits that are set say nothing of what an event lacks.
      case .not: .everything
      case .any(let parts): .anyOf(try parts.map { try SearchTerms(of: $0, db) })
      case .all(let parts): .allOf(try parts.map { try SearchTerms(of: $0, db) })
      }
  }

  private static func names(of selection: EventSelection, _ db: Database) throws -> SearchTerms {
    var condition = Condition()
    let list = selection.names.map { condition.placeholder($0) }.joined(separator: ", ")
    let names = try db.rows(
      "SELECT id FROM text WHERE value COLLATE NOCASE IN (\(list))", condition.bind
    ) { $0.int(0) }
    return .anyOf(names.map { .facet(.name, $0) })
  }

  /// By registration, or where there are many by their origins.
  private static func registrations(
    of selection: EventSelection, _ db: Database
  ) throws -> SearchTerms {
    guard !selection.origins.isEmpty || !selection.hosts.isEmpty || !selection.scopes.isEmpty
    else { return .everything }
    var condition = Condition()
    condition.add(registrationsOf: selection, in: "known")
    let known = try db.rows(
      """
      SELECT registration, origin FROM (SELECT id AS registration, origin FROM registration)
        AS known WHERE \(condition.sql)
      """, condition.bind
    ) { (registration: $0.int(0), origin: $0.int(1)) }
    let exact = SearchTerms.anyOf(known.map { .facet(.registration, $0.registration) })
    return exact == .everything
      ? .anyOf(Set(known.map(\.origin)).map { .facet(.origin, $0) }) : exact
  }
}
