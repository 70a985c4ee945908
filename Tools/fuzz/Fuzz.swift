import Foundation
import OffstageTesting

// Linked with libFuzzer, which calls these: WHAT is one of `subjects`, by the environment.

/// What is fuzzed: its corpus, the words of its language, and what must hold for any bytes.
private struct Subject {
  var corpus: [[UInt8]]
  var words: [String]
  var problem: ([UInt8]) -> String?
}

#if PUSH
  nonisolated(unsafe) private let push = Subject(
    corpus: PushCorpus.files, words: PushCorpus.words, problem: PushCheck.problem(with:))
  nonisolated(unsafe) private let mcs = Subject(
    corpus: MCSCorpus.files, words: MCSCorpus.words, problem: MCSCheck.problem(with:))
#else
  nonisolated(unsafe) private let push: Subject? = nil
  nonisolated(unsafe) private let mcs: Subject? = nil
#endif

nonisolated(unsafe) private let subjects: [String: Subject?] = [
  "import": Subject(
    corpus: ImportCorpus.files, words: ImportCorpus.words, problem: ImportCheck.problem(with:)),
  "bus": Subject(
    corpus: BusCorpus.files, words: BusCorpus.words, problem: BusCheck.problem(with:)),
  "push": push, "mcs": mcs,
]

nonisolated(unsafe) private let subject: Subject = {
  let name = ProcessInfo.processInfo.environment["FUZZ_SUBJECT"] ?? ""
  guard let subject = subjects[name] ?? nil else {
    fatalError("There is nothing called “\(name)” to fuzz.")
  }
  return subject
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  if let problem = subject.problem(bytes) { fatalError(problem) }
  return 0
}

/// Writes what the search begins with, before libFuzzer reads it.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafePointer<CInt>?, _ arguments: UnsafeRawPointer?
) -> CInt {
  guard let folder = ProcessInfo.processInfo.environment["FUZZ_CORPUS"] else { return 0 }
  for (index, bytes) in subject.corpus.enumerated() {
    FileManager.default.createFile(atPath: "\(folder)/seed-\(index)", contents: Data(bytes))
  }
  let words = subject.words.map { word in
    "\"" + word.utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\"\n"
  }
  FileManager.default.createFile(atPath: "\(folder).words", contents: Data(words.joined().utf8))
  return 0
}
