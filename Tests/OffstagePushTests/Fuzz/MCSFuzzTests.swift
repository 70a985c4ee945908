import OffstageTesting
import Testing

/// A short, ever equal piece of what `make fuzz ARGS=mcs` does for as long as wanted.
@Suite struct MCSFuzzTests {
  @Test(arguments: 0..<8)
  func `whatever a browser says, it is answered in bounds and nobody gets what is another's`(
    _ seed: Int
  ) {
    var mutation = Mutation(seed: UInt64(seed), words: MCSCorpus.words)
    for round in 0..<300 {
      let bytes = mutation.next(of: MCSCorpus.files)
      let problem = MCSCheck.problem(with: bytes)
      #expect(problem == nil, "seed \(seed), round \(round): \(bytes)")
    }
  }

  @Test func `what nobody touched is taken`() {
    for file in MCSCorpus.files { #expect(MCSCheck.problem(with: file) == nil) }
  }
}
