import OffstageCore
import Testing

/// What filters mean, and what is said of mistakes.
@Suite struct FilterParserTests {
  @Test(
    arguments: [
      ("", ""), ("  ", ""), ("push", "push"), ("\"push\"", "push"), ("a  b", "a b"),
      ("a and b", "a b"), ("a AND b OR c", "a b or c"), ("(a)", "a"), ("((a b))", "a b"),
      ("a or (b c)", "a or b c"), ("(a or b) c", "(a or b) c"), ("not (a b)", "not (a b)"),
      ("-a", "not a"), ("-(a or b)", "not (a or b)"), ("--a", "not not a"), ("NOT a", "not a"),
      ("not(a)", "not a"), ("-", "\"-\""), ("a - b", "a \"-\" b"), ("\"-a\"", "\"-a\""),
      ("\"or\"", "\"or\""), ("Or", "Or"), ("service:push", "service:push"),
      ("event:\"Sync completed\"", "event:\"Sync completed\""), ("tag:\"\"", "tag:\"\""),
      ("\"Failure Reason\":BAD_STATUS", "\"Failure Reason\":BAD_STATUS"),
      ("Status:Success", "Status:Success"), ("\"status\":x", "\"status\":x"),
      ("https://app.example/x?y=(", "X"),
      ("origin:https://app.example", "origin:https://app.example"),
      ("0:179%6d1a", "\"0:179%6d1a\""), ("14:02", "\"14:02\""),
      ("back\\slash", "\"back\\\\slash\""),
      ("\"a\\\"b\\\\c\\d\"", "\"a\\\"b\\\\cd\""), ("since:2026-11-22T14:02:09Z", nil),
      ("a or b or c d", "a or b or c d"), ("(a or b) or c", "a or b or c"),
      ("custom:x", "\"custom\":x"),
    ] as [(String, String?)])
  func `a filter is written in one way`(_ text: String, _ written: String?) throws {
    guard written != "X" else {
      #expect(throws: FilterMistake.self) { try EventFilter(parsing: text) }
      return
    }
    let filter = try EventFilter(parsing: text)
    #expect(filter.description == written ?? text)
    #expect(try EventFilter(parsing: filter.description) == filter)
  }

  @Test(
    arguments: [
      ("service:pushh", .unknownValue, "pushh", "service:push"),
      ("a service: b", .missingValue, "service:", nil),
      ("sevice:push", .unknownKey, "sevice", "service:"),
      ("Service:push", .unknownKey, "Service", "service:"),
      ("outcome:fail", .unknownValue, "fail", "outcome:failed"),
      ("is:shut", .unknownValue, "shut", nil),
      ("status:fail", .unknownValue, "fail", "status:failed"),
      ("capture:lve", .unknownValue, "lve", "capture:live"),
      ("since:yesterday", .unknownValue, "yesterday", nil),
      ("event:Sync completed", .doubtfulValue, "Sync", "event:\"Sync completed\""),
      ("event:sync", .doubtfulValue, "sync", "event:\"Sync event reregistered\""),
      ("fail:x", .unknownKey, "fail", "\"Failure Reason\":"),
      ("a \"b", .unclosedQuote, "\"b", nil), ("a\"b\"", .quoteInWord, "\"", nil),
      ("\"a\"b", .textAfterQuote, "b", nil), ("(a", .unclosedBracket, "(", nil),
      ("a )", .unopenedBracket, ")", nil), (")", .unopenedBracket, ")", nil),
      ("a () b", .emptyBrackets, "()", nil), ("f(x)", .bracketInWord, "(", nil),
      ("service:(a or b)", .bracketInWord, "(", nil), ("a or", .missingTerm, "or", nil),
      ("or a", .missingTerm, "or", nil), ("a or or b", .missingTerm, "or", nil),
      ("not", .missingTerm, "not", nil), ("(a and)", .missingTerm, "and", nil),
      ("é service:x", .unknownValue, "x", nil), ("\u{0}", .notSearchable, "\u{0}", nil),
    ] as [(String, FilterMistake.Kind, String, String?)])
  func `a mistake says where it is and what was meant`(
    _ text: String, _ kind: FilterMistake.Kind, _ place: String, _ guess: String?
  ) throws {
    let mistake = try #require(throws: FilterMistake.self) { try EventFilter(parsing: text) }
    #expect(mistake.kind == kind)
    let scalars = Array(text.unicodeScalars)[mistake.range]
    #expect(String(String.UnicodeScalarView(scalars)) == place)
    #expect(mistake.guess == guess)
    #expect(mistake.message.hasSuffix("."))
    if let guess, kind != .unknownKey { _ = try EventFilter(parsing: guess) }
  }

  @Test func `a closed set of values is named`() throws {
    let mistake = try #require(throws: FilterMistake.self) {
      try EventFilter(parsing: "service:beacon")
    }
    #expect(mistake.words == Service.allCases.map(\.shortName))
    #expect(mistake.advice?.contains("fetch, sync, periodic") == true)
  }

  @Test(
    arguments: [
      (String(repeating: "(", count: 4000), .tooDeep),
      (String(repeating: "-", count: 4000), .tooDeep),
      (String(repeating: "not ", count: 1000), .tooDeep),
      (String(repeating: "a ", count: 2000), .tooMany),
      (String(repeating: "a", count: 4097), .tooLong),
      (String(repeating: "a or ", count: 800), .tooMany),
    ] as [(String, FilterMistake.Kind)])
  func `a filter has bounds`(_ text: String, _ kind: FilterMistake.Kind) throws {
    let mistake = try #require(throws: FilterMistake.self) { try EventFilter(parsing: text) }
    #expect(mistake.kind == kind)
  }

  @Test func `what can be planned by stands in fields, and the rest as it is`() throws {
    func selection(_ text: String) throws -> EventSelection {
      try EventFilter(parsing: text).selection(
        FilterContext(now: Timestamp(micros: 100_000_000), sources: []))
    }
    let plain = try selection(
      "service:push (tag:a or tag:b) origin:https://a.example outcome:failed since:60s since:90s x Y"
    )
    var wanted = EventSelection(
      services: [.pushMessaging], origins: ["https://a.example"], outcomes: [.failed],
      instances: ["a", "b"], since: Timestamp(micros: 40_000_000), words: ["x", "Y"])
    #expect(plain == wanted)
    let two = try selection("service:push or service:sync")
    #expect(two == EventSelection(services: [.pushMessaging, .backgroundSync]))
    let none = try selection("service:push service:sync")
    wanted = EventSelection(services: [.pushMessaging])
    wanted.rest = [.selection(EventSelection(services: [.backgroundSync]))]
    #expect(none == wanted)
    let both = try selection("(service:push or service:sync) (service:sync or service:fetch)")
    #expect(both == EventSelection(services: [.backgroundSync]))
    // Equivalent is not the same.
    #expect(try selection("tag:\u{E9} or tag:e\u{301}").rest.count == 1)
    #expect(try selection("tag:\u{E9} tag:e\u{301}").rest.count == 1)
    let places = try selection("origin:app.example or origin:https://b.example/")
    wanted = EventSelection(origins: ["https://b.example"])
    wanted.hosts = ["app.example"]
    #expect(places == wanted)
    #expect(try selection("not x").rest == [.not(.selection(EventSelection(words: ["x"])))])
    #expect(try selection("\"\"") == EventSelection())
  }

  @Test func `a source that nobody knows is a mistake where it stands`() throws {
    let written = try WrittenFilter(parsing: "a or source:nobody")
    let mistake = try #require(throws: FilterMistake.self) {
      try written.selection(FilterContext(now: Timestamp(micros: 0), sources: []))
    }
    #expect(mistake.range == 5..<18)
  }
}
