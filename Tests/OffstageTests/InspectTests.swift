import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// The log on the disk is the log that the browser tells.
  @Suite struct InspectTests {
    @Test(.timeLimit(.minutes(2)))
    func `inspect tells what was recorded, while the browser runs and after it was killed`()
      async throws
    {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let folder = bench.folder + "/browser"
          let browser = try await Chromium.start(folder)
          let program = try await bench.attach(browser)
          try await Client.with(port: browser.port) { client in
            let worker = try await client.openWorker(site)
            try await worker.push(100)
            try await worker.sync("outbox")
            try await bench.expectEqual(client, atLeast: 203)
          }
          let stored = try await bench.events().map(\.key)
          let running = try await bench.inspect(folder)
          bench.expectSame(try running.keys, stored)
          #expect(running.isOpen)
          #expect(running.faults == [])
          #expect(running.sources == Set(try await bench.events().map(\.source)))

          try await browser.kill()
          let before = try FileSnapshot(folder)
          let dead = try await bench.inspect(folder)
          bench.expectSame(try dead.keys, stored)
          #expect(!dead.isOpen)
          #expect(dead.faults == [])
          #expect(try FileSnapshot(folder) == before)
          try await program.interrupt()
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a sync that failed is pending, with the moment of its next attempt`() async throws {
      var pages = Sites.pages
      pages["/sw.js"]?.body += Array(
        "\nself.onsync = event => event.waitUntil(Promise.reject('no'));".utf8)
      try await Bench.with { bench in
        try await LoopbackSite.with(pages) { site in
          try await Chromium.with(bench.folder + "/browser") { browser in
            let program = try await bench.attach(browser, "--jsonl")
            try await Client.with(port: browser.port) { client in
              try await client.openWorker(site).sync("outbox")
            }
            try await program.line(#""eventName":"sync event failed""#)
            let failed = try #require(
              try await bench.events("--service", "sync").first { $0.name == "sync event failed" })
            let failedMicros = try #require(Int64(failed.key.prefix { $0 != " " }))
            // The browser logs first, and writes its registration then.
            var pending: [[String: Any]] = []
            try await eventually("a failed attempt on the disk") {
              pending = try await bench.inspect(browser.userDataDir).list("pendingSyncs")
              return pending.first?["attempts"] as? Int == 1
            }
            let sync = try #require(pending.first)
            #expect(sync["tag"] as? String == "outbox")
            #expect(sync["origin"] as? String == site.origin)
            #expect(sync["attempts"] as? Int == 1)
            #expect(sync["maxAttempts"] as? Int == 3)
            // The browser's first delay is 5 minutes.
            let next = try #require(sync["nextFireMicros"] as? Int64)
            #expect(abs(next - failedMicros - 300_000_000) < 2_000_000)
            #expect((sync["sentence"] as? String)?.contains("attempt 2 of 3") == true)
            let text = try await bench.run("inspect", browser.userDataDir).output
            #expect(text.contains("It is tried again at"), "\(text)")
            try await program.interrupt()
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `in the middle of a storm each reading is whole, and none tells less than the one before`()
      async throws
    {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let worker = try await client.openWorker(site)
            let program = try await bench.attach(browser)
            let storm = Task { try await worker.push(3000) }
            var last: Set<String> = []
            try await eventually("a log of 6000 events", within: .seconds(120)) {
              let inspected = try await bench.inspect(browser.userDataDir)
              #expect(inspected.faults == [])
              let keys = try inspected.keys
              #expect(Set(keys).count == keys.count)
              #expect(last.isSubset(of: keys))
              last = Set(keys)
              return last.count == 6000
            }
            try await storm.value
            try await bench.stored(atLeast: 6000)
            bench.expectSame(Array(last), try await bench.events().map(\.key))
            try await program.interrupt()
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `imported and recorded is stored once, in one source, in either order`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let folder = bench.folder + "/browser"
          try await Chromium.with(folder) { browser in
            let program = try await bench.attach(browser)
            try await Client.with(port: browser.port) { client in
              try await client.openWorker(site).push(20)
              try await bench.expectEqual(client, atLeast: 40)
            }
            // Beside the recorder.
            let beside = try await bench.imports(folder)
            #expect(beside.added == 0 && beside.known == 40)
            try await program.interrupt()
          }
          #expect(try await bench.run("clear", "--yes").status == .exited(0))
          let removed = try await bench.imports(folder)
          #expect(removed.added == 0 && removed.removed == 40)

          // Another store, which learns of the profile from the disk first.
          let fresh = Bench(folder: bench.folder + "/fresh")
          let first = try await fresh.imports(folder)
          #expect(first.added == 40)
          #expect(try await fresh.events().allSatisfy { $0.capture == "inspect" })
          try await Chromium.with(folder) { browser in
            try await fresh.attach(browser).interrupt()
          }
          let sources = Set(try await fresh.events().map(\.source))
          #expect(try await fresh.events().count == 40 && sources.count == 1)
          for bench in [bench, fresh] {
            #expect(try await bench.gaps() == [])
            #expect(try await bench.isSound())
          }
        }
      }
    }

    /// The browser is one that logs something more after its last connection has ended.
    @Test(.timeLimit(.minutes(2)), arguments: [["--ephemeral"], ["--profile", "work"]])
    func `what a browser logged at its very end is stored, and said`(
      _ profile: [String]
    ) async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let earlier = bench.folder + "/earlier"
          try await Chromium.with(earlier) { browser in
            let program = try await Bench(folder: bench.folder + "/elsewhere").attach(browser)
            try await Client.with(port: browser.port) { client in
              try await client.openWorker(site).push(3)
              try await eventually("a log of 6") { try await client.replay().count == 6 }
            }
            try await program.interrupt()
          }
          let late = try await bench.inspect(earlier).keys
          let wrapper = bench.folder + "/late"
          let chromium = try BrowserFinder(environment: Machine.environment).find("chromium").path
          try """
          #!/bin/sh
          for argument; do case $argument in --user-data-dir=*) data=${argument#*=};; esac; done
          '\(chromium)' "$@"
          status=$?
          rm -rf "$data/Default/Service Worker/Database"
          mkdir -p "$data/Default/Service Worker"
          cp -r '\(earlier)/Default/Service Worker/Database' "$data/Default/Service Worker/"
          exit $status
          """.write(toFile: wrapper, atomically: true, encoding: .utf8)
          chmod(wrapper, 0o755)

          let program = try await bench.open(["--browser", wrapper, "--jsonl"] + profile)
          try await program.interrupt()
          bench.expectSame(try await bench.events().map(\.key), late)
          #expect(try await bench.events().allSatisfy { $0.capture == "inspect" })
          #expect(Set(try await bench.events().map(\.source)).count == 1)
          let said = program.errors.value.lines.filter { $0.contains("when its browser had ended") }
          #expect(said.count == 1 && said[0].hasPrefix("6 more events were in the log of “"))
          #expect(program.output.value.lines.count == 6)
          #expect(try await bench.gaps() == [])
        }
      }
    }
  }
}

extension Bench {
  fileprivate func inspect(_ folder: String) async throws -> Inspected {
    Inspected(json: try await json("inspect", folder, "--json"))
  }

  fileprivate func imports(
    _ folder: String
  ) async throws -> (added: Int, known: Int, removed: Int) {
    let json = try await json("inspect", folder, "--import", "--json")
    let result = (json["imports"] as? [[String: Any]])?.first ?? [:]
    return (
      result["added"] as? Int ?? -1, result["known"] as? Int ?? -1, result["removed"] as? Int ?? -1
    )
  }
}

/// What `inspect --json` prints.
private struct Inspected {
  let json: [String: Any]

  func list(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }

  var keys: [String] {
    get throws { try events.map(\.key) }
  }

  var faults: [String] { list("faults").compactMap { $0["sentence"] as? String } }

  var isOpen: Bool { list("profiles").first?["isOpen"] as? Bool ?? false }

  var sources: Set<String> {
    Set(list("events").compactMap { ($0["source"] as? [String: Any])?["id"] as? String })
  }

  private var events: [Recorded] {
    get throws {
      try list("events").map { event in
        let line = try JSONSerialization.data(withJSONObject: event)
        return try Recorded(line: String(decoding: line, as: UTF8.self))
      }
    }
  }
}

/// All files of a folder with their content and when they were changed.
private struct FileSnapshot: Equatable {
  private var files: [String: Data] = [:]
  private var changed: [String: Date] = [:]

  init(_ folder: String) throws {
    for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
      let path = "\(folder)/\(name)"
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      changed[name] = attributes[.modificationDate] as? Date
      guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
      files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
    }
  }
}
