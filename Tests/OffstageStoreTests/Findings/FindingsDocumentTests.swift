import Foundation
import OffstageCore
import Testing

@Suite struct FindingsDocumentTests {
  @Test func `the page on findings lists every rule and what it finds in the corpus`()
    async throws
  {
    let document = try await FindingsDocument()
    if ProcessInfo.processInfo.environment["OFFSTAGE_WRITE_FINDINGS"] != nil {
      try document.text.write(toFile: FindingsDocument.path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOfFile: FindingsDocument.path, encoding: .utf8)
    #expect(
      written == document.text, "Scripts/findings-table writes Docs/findings.md anew")
  }
}
