import Foundation
import OffstageCore
import Testing

@testable import OffstageServer

@Suite(.timeLimit(.minutes(3))) struct ServerFilesTests {
  private func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `the secret stays the same and is its owner's alone`() async throws {
    try await Bench.withFolder { folder in
      let token = try ServerSecret.load(in: folder).token
      #expect(token.count == 43)
      #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
      #expect(try ServerSecret.load(in: folder).token == token)
      #expect(try permissions(folder.secretPath) == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 5)
    }
  }

  @Test func `processes that start at once share one secret`() async throws {
    try await Bench.withFolder { folder in
      let tokens = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<20 { group.addTask { try ServerSecret.load(in: folder).token } }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(tokens.count == 1)
    }
  }

  @Test(arguments: ["", "short", "not base64 !"])
  func `a secret that is none is made anew`(content: String) async throws {
    try await Bench.withFolder { folder in
      try Data(content.utf8).write(to: URL(fileURLWithPath: folder.secretPath))
      let token = try ServerSecret.load(in: folder).token
      #expect(token.count == 43)
      #expect(try ServerSecret.load(in: folder).token == token)
      #expect(try permissions(folder.secretPath) == 0o600)
    }
  }

  @Test func `a server is found while it runs and not after`() async throws {
    try await Bench.with({ configuration, folder in
      configuration.announcement = .init(folder: folder, verb: "serve")
    }) { bench in
      // `onReady` comes after the file.
      let files = RunningFile.all(in: bench.folder)
      #expect(files.map(\.port) == [bench.port])
      #expect(files.map(\.pid) == [getpid()])
      #expect(files.map(\.token) == [Bench.token])
      #expect(files.map(\.verb) == ["serve"])
      let mode = try permissions("\(bench.folder.runningPath)/\(getpid()).json")
      #expect(mode == 0o600)
    }
  }

  @Test func `the file goes when the server ends`() async throws {
    try await Bench.withFolder { folder in
      try await Bench.with({ configuration, _ in
        configuration.announcement = .init(folder: folder, verb: "open")
      }) { _ in #expect(RunningFile.all(in: folder).count == 1) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.runningPath).isEmpty)
    }
  }

  @Test(arguments: [
    // No process has this number: the kernel's limit is 2^22.
    #"{"pid":4194305,"port":7788,"token":"t","verb":"open","startedMicros":1}"#,
    // It is alive, and was born later than the one that wrote the file.
    #"{"pid":PID,"port":7788,"token":"t","verb":"open","startedMicros":1,"birth":"boot:1"}"#,
  ])
  func `a file that was left behind is removed`(content: String) async throws {
    try await Bench.withFolder { folder in
      let path = folder.runningPath + "/17.json"
      try Data(content.replacing("PID", with: "\(getpid())").utf8)
        .write(to: URL(fileURLWithPath: path))
      #expect(RunningFile.all(in: folder).isEmpty)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func `a file that can't be read is passed over`() async throws {
    try await Bench.withFolder { folder in
      for (name, content) in [("1.json", "{"), ("2.json", "{}"), ("3.txt", "x"), (".4.json", "")] {
        try Data(content.utf8).write(to: URL(fileURLWithPath: "\(folder.runningPath)/\(name)"))
      }
      #expect(RunningFile.all(in: folder).isEmpty)
    }
  }

  @Test func `a process has one birth`() {
    #if os(Linux)
      #expect(ProcessBirth.mark(of: getpid()) != nil)
      #expect(ProcessBirth.mark(of: getpid()) == ProcessBirth.mark(of: getpid()))
      #expect(ProcessBirth.mark(of: getpid()) != ProcessBirth.mark(of: 1))
      #expect(ProcessBirth.mark(of: 4_194_305) == nil)
    #endif
  }
}
