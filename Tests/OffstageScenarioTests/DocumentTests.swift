import Foundation
import JSON
import OffstageScenario
import Testing

/// What is committed is made of the shapes that the reader uses.
@Suite struct ScenarioDocumentTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  private static let isWriting =
    ProcessInfo.processInfo.environment["OFFSTAGE_WRITE_SCENARIO_DOCS"] != nil

  @Test func `the JSON Schema in Docs is the one that the reader's shapes make`() throws {
    let path = Self.root + "/Docs/scenario.schema.json"
    if Self.isWriting {
      try JSONSchema.text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(
      try String(contentsOfFile: path, encoding: .utf8) == JSONSchema.text,
      "make scenarios writes Docs/scenario.schema.json anew")
    _ = try JSONObject(parsing: Array(JSONSchema.text.utf8))
  }

  private static let marks = ("<!-- made by `make scenarios` -->\n", "\n<!-- end -->")

  @Test func `the page on scenarios tells of every key and every step`() throws {
    let path = Self.root + "/Docs/scenarios.md"
    var page = try String(contentsOfFile: path, encoding: .utf8)
    let start = try #require(page.range(of: Self.marks.0)).upperBound
    let end = try #require(page.range(of: Self.marks.1)).lowerBound
    if Self.isWriting {
      page.replaceSubrange(start..<end, with: ScenarioReference.text)
      try page.write(toFile: path, atomically: true, encoding: .utf8)
    } else {
      #expect(
        page[start..<end] == ScenarioReference.text, "make scenarios writes Docs/scenarios.md anew")
    }
  }

  @Test func `the whole scenarios of the page are such`() throws {
    let page = try String(contentsOfFile: Self.root + "/Docs/scenarios.md", encoding: .utf8)
    let blocks = page.components(separatedBy: "```yaml\n").dropFirst()
      .map { $0.components(separatedBy: "\n```")[0] }.filter { $0.contains("name:") }
    #expect(blocks.count >= 2)
    for block in blocks { _ = try ScenarioReader(file: "a.yaml").read(block).get() }
  }

  @Test(arguments: StepShape.all)
  func `the example of each step is one`(_ step: StepShape) throws {
    let text = """
      name: a
      site: http://localhost
      steps:
        - open: /
        - \(step.example)
      """
    let scenario = try ScenarioReader(file: "a.yaml").read(text).get()
    #expect(scenario.steps.last?.name == step.name)
  }
}
