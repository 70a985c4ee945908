import CDP
import Foundation
import OffstageTesting
import Testing

/// Mistakes: a sentence and a hint on stderr, the exit status of the contract, nothing lost.
@Suite struct BadInputTests {
  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      ["events", "--service", "pushes"], ["events", "--since", "yesterweek"],
      ["events", "--until", "2026-13-41T00:00:00Z"], ["events", "--since", "1h", "--until", "2h"],
      ["events", "--limit", "-1"], ["events", "--json", "--csv"], ["events", "--source", "nobody"],
      ["events", "--cursor", "!"], ["show", "4711"], ["show", "first"],
      ["record", "on", "--service", "pushes"], ["attach", "--port", "0"],
      ["attach", "--port", "99999"], ["attach", "--ws", "http://127.0.0.1:9222"],
      ["attach", "--keep", "soon"], ["open", "--keep", "soon"], ["open", "--profile", "../x"],
      ["open", "--grant", "world-domination"], ["open", "not a url"],
      ["open", "--ui-port", "70000"], ["open", "htp://app.example"],
      ["push", "snd"], ["trigger", "puhs"],
      ["attach", "--user-data-dir", "/nowhere/at/all"], ["inspect"],
      ["inspect", "/nowhere/at/all"], ["inspect", "/etc/hosts"], ["inspect", "/usr"], ["fly"],
      ["events", "--fly"], ["clear"],
      ["doctor", "ftp://app.example"], ["doctor", "about:blank"], ["doctor", "--ephemeral"],
      ["doctor", "a.example", "--service", "pushes"], ["doctor", "--wake"],
      ["doctor", "a.example", "--incognito"],
      ["doctor", "a.example", "--profile", "nobodys"],
      ["doctor", "a.example", "--profile", "../x"],
      ["doctor", "a.example", "--ephemeral", "--port", "9222"],
    ])
  func `a question that can't be asked ends with 2`(_ arguments: [String]) async throws {
    try await Bench.with { bench in
      try await expectMistake(bench.run(arguments), 2)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a verb that was mistyped is guessed`() async throws {
    try await Bench.with { bench in
      for (words, guess) in [(["evnts"], "events"), (["push", "mesages"], "messages")] {
        let answer = try await bench.run(words)
        expectMistake(answer, 2)
        #expect(answer.errors.contains("Did you mean \(guess)?"), "\(answer.errors)")
      }
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a port that nobody listens on ends with 3`() async throws {
    try await Bench.with { bench in
      let port = try await RawTCP.closedPort()
      try await expectMistake(bench.run("attach", "--port", "\(port)"), 3)
    }
  }

  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<h1>Hello.</h1>",
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "220 mail.example ESMTP\r\n",
      "\u{0}\u{1}\u{2}\u{fffd}\u{0}", "",
    ])
  func `a port that speaks something else ends with 3`(_ answer: String) async throws {
    try await Bench.with { bench in
      try await RawTCP.answering(Array(answer.utf8)) { port in
        try await expectMistake(bench.run("attach", "--port", "\(port)"), 3)
      }
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a WebSocket URL behind which no browser is ends with 3`() async throws {
    try await Bench.with { bench in
      try await RawTCP.answering(Array("HTTP/1.1 403 Forbidden\r\n\r\n".utf8)) { port in
        try await expectMistake(
          bench.run("attach", "--ws", "ws://127.0.0.1:\(port)/devtools/browser/x"), 3)
      }
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a folder that no browser has open ends with 3`() async throws {
    try await Bench.with { bench in
      try await expectMistake(bench.run("attach", "--user-data-dir", bench.folder), 3)
      // Such a file stays when a browser ends.
      let port = try await RawTCP.closedPort()
      try "\(port)\n/devtools/browser/f00d".write(
        toFile: bench.folder + "/DevToolsActivePort", atomically: true, encoding: .utf8)
      try await expectMistake(bench.run("attach", "--user-data-dir", bench.folder), 3)
    }
  }

  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      ["events"], ["gaps"], ["verify"], ["serve", "--ui-port", "0"], ["record", "status"],
      ["open", "--ui-port", "0"], ["clear", "--yes"], ["show", "1"],
    ])
  func `a store that is no SQLite file ends with 3 and is left as it is`(
    _ arguments: [String]
  ) async throws {
    try await Bench.with { bench in
      let bytes = Data(
        "This is a diary, not a database. ".utf8 + [UInt8](repeating: 7, count: 9000))
      try bench.writeStore(bytes)
      try await expectMistake(bench.run(arguments), 3)
      #expect(bench.readStore() == bytes)
    }
  }

  @Test(.timeLimit(.minutes(3)), arguments: [["events"], ["verify"], ["serve", "--ui-port", "0"]])
  func `a truncated store ends with 3 and is left as it is`(_ arguments: [String]) async throws {
    try await Bench.with { bench in
      try await bench.withStore { _ in }
      let whole = try #require(bench.readStore())
      let cut = whole.prefix(whole.count / 2 + 100)
      try bench.writeStore(cut)
      try await expectMistake(bench.run(arguments), 3)
      #expect(bench.readStore() == cut)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a data folder that can't be made ends with 3`() async throws {
    try await Bench.with { bench in
      try Data().write(to: URL(fileURLWithPath: bench.data))
      try await expectMistake(bench.run("events"), 3)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a browser that dies at its start ends with 3 and what it said`() async throws {
    try await Bench.with { bench in
      let script = bench.folder + "/chromium-that-dies"
      try "#!/bin/sh\necho 'no such display: :7' >&2\nexit 9\n".write(
        toFile: script, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
      for arguments in [["--ephemeral"], ["--profile", "work"]] {
        let answer = try await bench.run(
          ["open", "--browser", script, "--ui-port", "0"] + arguments)
        expectMistake(answer, 3)
        #expect(answer.errors.contains("no such display: :7"))
      }
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a browser that is not there ends with 3`() async throws {
    try await Bench.with { bench in
      for browser in ["/nowhere/chromium", "netscape"] {
        try await expectMistake(bench.run("open", "--browser", browser, "--ui-port", "0"), 3)
      }
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `an explicit port that is taken ends with 3 and names its holder`() async throws {
    try await Bench.with { bench in
      try await LoopbackSite.with([:]) { site in
        for verb in [["serve"], ["open", "--ephemeral"]] {
          let answer = try await bench.run(verb + ["--ui-port", "\(site.port)"])
          expectMistake(answer, 3)
          #expect(answer.errors.contains("\(getpid())"), "\(answer.errors)")
        }
      }
    }
  }

  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      ["--version"], ["--help"], ["events", "--help"], ["help", "open"], [],
    ])
  func `version and help end with 0`(_ arguments: [String]) async throws {
    try await Bench.with { bench in
      let answer = try await bench.run(arguments)
      #expect(answer.status == .exited(0))
      #expect(!answer.output.isEmpty)
      #expect(answer.errors == "")
    }
  }

  @Test(.timeLimit(.minutes(3)), arguments: ["bash", "zsh", "fish"])
  func `shells are told the values that there are`(_ shell: String) async throws {
    try await Bench.with { bench in
      let script = try await bench.run("--generate-completion-script", shell).output
      for value in ["periodic", "firefox", "retrying"] { #expect(script.contains(value)) }
    }
  }
}

extension Bench {
  private var store: URL { URL(fileURLWithPath: data + "/offstage.sqlite") }

  fileprivate func readStore() -> Data? { try? Data(contentsOf: store) }

  fileprivate func writeStore(_ bytes: Data) throws {
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: store.path + suffix)
    }
    try bytes.write(to: store)
  }
}
