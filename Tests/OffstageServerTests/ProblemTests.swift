import HTTPTypes
import OffstageCore
import Testing

@testable import OffstageServer

@Suite struct ProblemTests {
  @Test(arguments: [
    (StoreError.Code.full, 503), (.busy, 503), (.notFound, 404), (.sourceHeld, 409),
    (.damaged, 500), (.notAStore, 500), (.newerFormat, 500), (.notWritable, 500), (.failed, 500),
  ])
  func `a failure of the store has a status`(code: StoreError.Code, status: Int) {
    let problem = Problem(StoreError(code, "It failed."))
    #expect(problem.status == status)
    #expect(problem.detail == "It failed.")
    #expect(problem.headers[.retryAfter] == (status == 503 ? "1" : nil))
  }

  @Test func `a selector lists what it could have meant`() throws {
    let place = SourcePlace.unknown
    let sources = ["7c1e0000-0000-4000-8000-000000000000", "7c1effff-0000-4000-8000-000000000000"]
      .enumerated().compactMap { index, text in
        SourceID(text).map {
          Source(
            id: $0, kind: .profile, name: "n\(index)", place: place, browser: nil, keep: nil,
            created: Bench.start)
        }
      }
    #expect(try SourceSelector.resolve(["n0", "n1"], among: sources).count == 2)
    #expect(try SourceSelector.resolve(["7C1EF"], among: sources) == [sources[1].id])
    let unknown = #expect(throws: UsageError.self) {
      try SourceSelector.resolve(["7c1"], among: sources)
    }
    #expect(unknown?.hint == "Known sources are n0, n1.")
    let ambiguous = #expect(throws: UsageError.self) {
      try SourceSelector.resolve(["7c1e"], among: sources)
    }
    #expect(ambiguous?.hint?.contains(sources[0].id.description) == true)
    let empty = #expect(throws: UsageError.self) { try SourceSelector.resolve(["x"], among: []) }
    #expect(empty?.hint == "Nothing has been recorded yet.")
  }
}
