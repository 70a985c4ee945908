import JSON
import Testing

@Suite struct JSONObjectTests {
  @Test func `what is not touched is written back byte for byte`() throws {
    let text =
      #"{"n":1.50e+2,"s":"\u003C\/\ud800","k\u0065y":[1, 2],"a":{"b":{"c":0}},"big":12345678901234567890}"#
    var object = try JSONObject(parsing: Array(text.utf8))
    #expect(object.raw.description == text)
    try object.update(["a", "b"]) { $0["c"] = RawJSON(unchecked: Array("7".utf8)) }
    #expect(object.raw.description == text.replacing("\"c\":0", with: "\"c\":7"))
  }

  @Test func `what is missing on the way is made`() throws {
    var object = JSONObject()
    try object.update(["a", "b"]) { $0["c"] = RawJSON(unchecked: Array("true".utf8)) }
    #expect(object.raw.description == #"{"a":{"b":{"c":true}}}"#)
  }

  @Test func `a member that is no object is not overwritten`() throws {
    var object = try JSONObject(parsing: Array(#"{"a":[]}"#.utf8))
    #expect(throws: JSONError.self) { try object.update(["a", "b"]) { _ in } }
  }

  @Test func `of two members with one name the last counts`() throws {
    let object = try JSONObject(parsing: Array(#"{"a":1,"a":2}"#.utf8))
    #expect(object["a"]?.description == "2")
  }
}
