import CDP
import Foundation
import Testing

@testable import offstage

@Suite struct UIOpeningTests {
  private static let screen = ["DISPLAY": ":0"]

  @Test func `the UI is opened where somebody sits before a terminal and a screen`() {
    #expect(UIOpening(isInteractive: true, environment: Self.screen).isDue)
    let wayland = ["WAYLAND_DISPLAY": "wayland-0", "BROWSER": "firefox", "CI": ""]
    #expect(UIOpening(isInteractive: true, environment: wayland).isDue)
  }

  @Test(arguments: [
    (false, screen), (true, ["DISPLAY": ":0", "CI": "true"]),
    (true, ["DISPLAY": ":0", "BROWSER": "none"]), (true, ["DISPLAY": ""]), (true, [:]),
  ])
  func `it is not opened where nobody looks`(_ isInteractive: Bool, _ environment: [String: String])
  {
    #if os(Linux)
      #expect(!UIOpening(isInteractive: isInteractive, environment: environment).isDue)
    #endif
  }

  @Test func `a person's word counts before all that`() {
    #expect(UIOpening(wish: true, isInteractive: false, environment: ["CI": "1"]).isDue)
    #expect(!UIOpening(wish: false, isInteractive: true, environment: Self.screen).isDue)
  }

  /// A desktop's opener that only notes what it was given.
  private func withOpener(
    _ bench: Bench, _ body: ([String: String]) async throws -> Void
  ) async throws {
    let folder = bench.folder + "/bin"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/xdg-open"
    try Data("#!/bin/sh\necho \"$@\" >> '\(folder)/opened'\n".utf8)
      .write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
    try await body(["PATH": "\(folder):\(search)"])
  }

  private func opened(_ bench: Bench) -> [String] {
    let text = try? String(contentsOfFile: bench.folder + "/bin/opened", encoding: .utf8)
    return text?.split(separator: "\n").map(String.init) ?? []
  }

  @Test(.timeLimit(.minutes(3)), .tags(.browser))
  func `open opens the UI once it records, in nothing that it records`() async throws {
    #if os(Linux)
      try await Bench.with { bench in
        try await withOpener(bench) { environment in
          let arguments = ["open", "--headless", "--ephemeral", "--ui-port", "0"]
          let silent = try bench.start(arguments, environment)
          try await silent.says("Recording “")
          try await silent.interrupt()
          #expect(opened(bench) == [], "a program reads the output")
          let program = try bench.start(arguments + ["--open-ui"], environment)
          try await eventually("the opener") { opened(bench).count == 1 }
          let link = try #require(opened(bench).first)
          try await program.says("Recording “")
          #expect(link.contains("/#code=") && !program.errors.value.text.contains(link))
          try await program.interrupt()
          #expect(try await bench.run(arguments + ["--open-ui", "--no-ui"]).status == .exited(2))
        }
      }
    #endif
  }

  @Test(.timeLimit(.minutes(3)))
  func `ui opens a link of its own, and the printed one stays good`() async throws {
    #if os(Linux)
      try await Bench.with { bench in
        try await withOpener(bench) { environment in
          let server = try bench.start("serve", "--ui-port", "0")
          try await server.says("UI: http")
          let quiet = try await bench.start(["ui"], environment).answer()
          #expect(opened(bench) == [], "a program reads the output")
          #expect(quiet.output.contains("/#code="))
          let shown = try await bench.start(["ui", "--open"], environment).answer()
          try await eventually("the opener") { opened(bench).count == 1 }
          let link = try #require(opened(bench).first)
          #expect(link.contains("/#code=") && !shown.output.contains(link))
          let none = try await bench.start(["ui", "--open"], ["PATH": "/nowhere"]).answer()
          #expect(none.status == .exited(3))
          #expect(none.output.contains("/#code="))
          #expect(none.errors.contains("xdg-open"))
          try await server.interrupt()
        }
      }
    #endif
  }
}
