import OffstageTesting
import Testing

/// A short, ever equal piece of what `make fuzz ARGS=import` does for as long as wanted.
@Suite struct ImportFuzzTests {
  @Test(arguments: 0..<8)
  func `whatever is in a file, what can be read of it is, and the rest is told`(_ seed: Int) {
    var mutation = Mutation(seed: UInt64(seed), words: ImportCorpus.words)
    for round in 0..<150 {
      let bytes = mutation.next(of: ImportCorpus.files)
      let problem = ImportCheck.problem(with: bytes)
      #expect(
        problem == nil, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test func `files that nobody touched are read as a whole`() {
    for file in ImportCorpus.files { #expect(ImportCheck.problem(with: file) == nil) }
  }
}
