import Foundation
import OffstageCore
import Testing

/// Docs/filter.md says what is so.
@Suite struct FilterDocsTests {
  private static let page = try? String(
    contentsOfFile: #filePath.replacing(
      "Tests/OffstageCoreTests/Filter/FilterDocsTests.swift", with: "Docs/filter.md"),
    encoding: .utf8)

  private static func lines(of block: String) -> [String] {
    let parts = (page ?? "").components(separatedBy: "```\(block)\n").dropFirst()
    return parts.flatMap { part in
      part.components(separatedBy: "\n```")[0].split(separator: "\n").map(String.init)
    }
  }

  @Test(arguments: lines(of: "filter"))
  func `each example is a filter`(_ text: String) throws {
    let filter = try EventFilter(parsing: text)
    #expect(try EventFilter(parsing: filter.description) == filter)
  }

  @Test(arguments: lines(of: "mistake"))
  func `each mistake is one`(_ text: String) {
    #expect(throws: FilterMistake.self) { try EventFilter(parsing: text) }
  }

  @Test func `every key and every word that it takes is told of`() throws {
    let page = try #require(Self.page)
    #expect(Self.lines(of: "filter").count > 5 && Self.lines(of: "mistake").count > 5)
    for key in FilterKey.all {
      #expect(page.contains("`\(key.name):"), "\(key.name)")
      for word in key.words {
        #expect(page.contains("`\(word)`") || page.contains("`\(key.name):\(word)`"), "\(word)")
      }
    }
  }

  @Test func `the examples of the table are filters`() throws {
    let rows = try #require(Self.page).split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.count > 10)
    for row in rows {
      let cell = row.split(separator: "|")[0]
      for text in cell.split(separator: "`").filter({ !$0.allSatisfy { " ,".contains($0) } }) {
        _ = try EventFilter(parsing: String(text))
      }
    }
  }
}
