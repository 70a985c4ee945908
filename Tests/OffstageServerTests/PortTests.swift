import Foundation
import Logging
import OffstageCore
import Testing

@testable import OffstageServer

@Suite(.timeLimit(.minutes(3))) struct PortTests {
  @Test func `a default port that is taken gives way to the next free one`() async throws {
    try await Bench.with { first in
      try await Bench.with({ configuration, _ in configuration.port = first.port }) { second in
        #expect(second.port != first.port)
        let answers = [
          try await first.ask("GET", "/api/v1/"), try await second.ask("GET", "/api/v1/"),
        ]
        #expect(answers.map(\.status) == [200, 200])
      }
    }
  }

  @Test func `an explicit port that is taken names its holder`() async throws {
    try await Bench.with { first in
      let error = await #expect(throws: ServerError.self) {
        try await Bench.with({ configuration, _ in
          configuration.port = first.port
          configuration.isPortExplicit = true
        }) { _ in Issue.record("It must not start.") }
      }
      #expect(error?.code == .portTaken)
      #if os(Linux)
        #expect(error?.message.contains("(process \(getpid()))") == true)
        #expect(PortHolder.of(port: first.port)?.pid == getpid())
      #endif
    }
  }

  @Test func `connections that nobody has taken yet do not keep it from ending`() async throws {
    for _ in 0..<20 {
      try await Bench.with { bench in
        let port = bench.port
        await withDiscardingTaskGroup { group in
          for _ in 0..<8 { group.addTask { _ = try? await OpenRequest(port: port, "") } }
        }
      }
    }
  }

  @Test func `candidates stop at the last port there is`() {
    var configuration = OffstageServer.Configuration(token: "t", version: "1")
    #expect(configuration.candidatePorts.count == 52)
    #expect(configuration.candidatePorts.first == 7788)
    #expect(configuration.candidatePorts.last == 0)
    configuration.port = 65_530
    #expect(configuration.candidatePorts == [65_530, 65_531, 65_532, 65_533, 65_534, 65_535, 0])
    configuration.isPortExplicit = true
    #expect(configuration.candidatePorts == [65_530])
  }

  @Test func `only what listens is a holder`() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:1E6C 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1
         1: 0100007F:1E6C 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1
         2: 0100007F:1E6D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1
      """
    #expect(PortHolder.listeners(in: table, on: 7788) == ["4711"])
  }
}
