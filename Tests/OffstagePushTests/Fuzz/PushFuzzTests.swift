import OffstageTesting
import Testing

/// A short, ever equal piece of what `make fuzz ARGS=push` does for as long as wanted.
@Suite struct PushFuzzTests {
  @Test(arguments: 0..<8)
  func `whatever an application server sends, it is taken or told what is wrong`(_ seed: Int) {
    var mutation = Mutation(seed: UInt64(seed), words: PushCorpus.words)
    for round in 0..<150 {
      let bytes = mutation.next(of: PushCorpus.files)
      let problem = PushCheck.problem(with: bytes)
      #expect(problem == nil, "seed \(seed), round \(round): \(bytes)")
    }
  }

  @Test func `what nobody touched is taken`() {
    #expect(PushCorpus.files.count == 8)
    for file in PushCorpus.files { #expect(PushCheck.problem(with: file) == nil) }
  }
}
