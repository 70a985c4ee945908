import JSON
import Testing

@Suite struct JSONMembersTests {
  private static let names: JSONMemberNames = ["first", "second", "third"]

  private func read(_ text: String) throws(JSONError) -> [String] {
    var reader = JSONReader(text)
    var seen: [String] = []
    var last = -1
    try reader.enterObject()
    while try reader.nextMember(of: Self.names, after: &last) {
      let name = last == 3 ? "?\(reader.memberKey.string)" : "\(last)"
      seen.append("\(name)=\(try reader.readRaw())")
    }
    guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    return seen
  }

  @Test func `members are found in the expected order`() throws {
    #expect(try read(#"{"first":1,"second":2,"third":3}"#) == ["0=1", "1=2", "2=3"])
  }

  @Test func `members are found in any other order, with white space and repeated`() throws {
    let text = #" { "third" : 3 , "first":1, "other":[{"first":9}],"third":4,"second":2 } "#
    #expect(try read(text) == ["2=3", "0=1", #"?other=[{"first":9}]"#, "2=4", "1=2"])
  }

  @Test func `a name that is written with escapes is the same name`() throws {
    #expect(try read(#"{"\u0066irst":1,"sec\u006fnd":2,"x\u0079":3}"#) == ["0=1", "1=2", "?xy=3"])
  }

  @Test(arguments: [
    #"{"first"1}"#, #"{"first":1"second":2}"#, #"{"first":1,}"#, #"{"first":"#, #"{"firs"#, "{",
    #"{"first":1,,"second":2}"#,
  ])
  func `what is no object is refused`(text: String) {
    #expect(throws: JSONError.self) { try read(text) }
  }

  @Test func `an empty object has no members, and what follows is seen`() throws {
    #expect(try read("{}") == [])
    #expect(throws: JSONError.self) { try read("{}1") }
  }

  @Test(arguments: [
    ("1795356129.8376422", 1_795_356_129_837_642), ("1795355651.7581747", 1_795_355_651_758_175),
    ("0", 0), ("-1.5", -1_500_000), ("1e3", 1_000_000_000), ("12.000000499", 12_000_000),
    ("1795356129", 1_795_356_129_000_000), ("0.0000005", 1), ("-0.0000005", -1),
    ("999999999999.999999", 999_999_999_999_999_999),
  ])
  func `millionths are exact`(text: String, expected: Int64) throws {
    var reader = JSONReader(text)
    let number = try reader.readNumber()
    #expect(number.description == text)
    #expect(number.millionths == expected)
  }

  @Test(arguments: ["1e300", "99999999999999999999", "1e999"])
  func `millionths that do not fit are none`(text: String) throws {
    let number = try #require(JSONNumber(text))
    #expect(number.description == text)
    #expect(number.millionths == nil)
  }

  @Test(arguments: [
    "0", "-0", "0.0", "-0.0", "-0.05", "0.0012", "1.50", "10", "1e5", "1E-6", "1.5e+3",
    "123456789012345678", "1234567890123456789012", "0.1234567890123456789", "1795355651.75",
  ])
  func `a number prints as it was written`(text: String) throws {
    #expect(try #require(JSONNumber(text)).description == text)
  }

  @Test(arguments: ["", "-", "1.", ".5", "01", "+1", "1e", "NaN", "0x1", "1 2"])
  func `what is no number is none`(text: String) {
    #expect(JSONNumber(text) == nil)
  }

  @Test(arguments: [(1_500_000, "1.5"), (0, "0"), (-1, "-0.000001"), (7_000_000, "7")])
  func `millionths become the shortest number`(millionths: Int64, text: String) {
    #expect(JSONNumber(millionths: millionths).description == text)
    #expect(JSONNumber(millionths: millionths).millionths == millionths)
  }

  @Test func `cached strings are the strings that were there`() throws {
    var cache = JSONStringCache()
    for round in 0..<3 {
      for number in 0..<2000 {
        let text = "https://a-\(number)-origin.example" + String(repeating: "x", count: number % 40)
        var reader = JSONReader("\"\(text)\"")
        swap(&reader.cache, &cache)
        #expect(try reader.readString() == text, "round \(round)")
        swap(&reader.cache, &cache)
      }
    }
  }
}
