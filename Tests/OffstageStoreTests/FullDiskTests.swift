import Foundation
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

private let isRoot = NSUserName() == "root"

/// A real file system without room, where one can be mounted; its like within SQLite is tested
/// everywhere.
@Suite(.enabled(if: SmallDisk.canBeMounted, "mounting takes root with CAP_SYS_ADMIN"))
struct `A disk without room` {
  @Test func `keeps what was stored and takes more once there is room`() async throws {
    try await SmallDisk.lent(megabytes: 1) { disk, path in
      try disk.fill(leaving: 750_000)
      let bench = try await StoreSample(path)
      var stored = 0
      let refusal = await refusal {
        try await bench.write(.batch(stored, of: 20))
        stored += 20
      }
      #expect(refusal?.code == .full, "\(String(describing: refusal))")
      #expect(stored > 0)
      try await expectMore(disk, bench, path, after: stored)
    }
  }

  @Test func `is told also where only the log's index has to grow`() async throws {
    // A block of the index is of 32 kB and, but for the first, of 4096 frames.
    let (frame, firstBlock) = (4120, 4062)
    try await SmallDisk.lent(megabytes: 24) { disk, path in
      let bench = try await StoreSample(path)
      var stored = 0
      while try size(of: path + "-wal") < (firstBlock - 14) * frame {
        try await bench.write(.batch(stored, of: 1))
        stored += 1
      }
      // Room for the log itself, and not for a block of its index besides.
      let refusal = await refusal {
        try disk.fill(leaving: 60_000)
        try await bench.write(.batch(stored, of: 1))
        stored += 1
      }
      #expect(refusal?.code == .full, "\(String(describing: refusal))")
      #expect(try size(of: path + "-wal") >= firstBlock * frame)
      try await expectMore(disk, bench, path, after: stored)
    }
  }

  @Test func `is told also where the log's index has to be made`() async throws {
    try await SmallDisk.lent(megabytes: 1) { disk, path in
      try await StoreSample(path).store.close()
      try FileManager.default.removeItem(atPath: path + "-shm")
      try disk.fill()
      let error = await openingError(path)
      #expect(error?.code == .full, "\(String(describing: error))")
      try disk.makeRoom()
      #expect(await openingError(path) == nil)
    }
  }

  private func expectMore(
    _ disk: SmallDisk, _ bench: StoreSample, _ path: String, after stored: Int
  ) async throws {
    #expect(try await bench.all().count == stored)
    try disk.makeRoom()
    try await bench.write(.batch(stored, of: 20))
    try await bench.write(.batch(stored + 20, of: 20))
    #expect(try await bench.all().count == stored + 40)
    #expect(try await bench.store.verify(rebuild: false) == [])
    try await bench.store.close()
    let again = try await StoreSample(path)
    #expect(try await again.all().count == stored + 40)
    try await again.store.close()
  }

  /// What ends it, or nil if nothing does for long.
  private func refusal(_ body: () async throws -> Void) async -> StoreError? {
    for _ in 0..<1000 {
      do {
        try await body()
      } catch {
        return error as? StoreError
      }
    }
    return nil
  }

  private func size(of path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }
}

@Suite struct `A folder without the right to write` {
  @Test(.enabled(if: !isRoot, "root may write anywhere"))
  func `is said to be one`() async throws {
    try await withScratchFolder { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
      defer {
        try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
      }
      let error = await openingError("\(folder)/offstage.sqlite")
      #expect(error?.code == .notWritable)
      #expect(error?.hint != nil)
    }
  }
}

extension SmallDisk {
  fileprivate static func lent(
    megabytes: Int, _ body: (_ disk: SmallDisk, _ path: String) async throws -> Void
  ) async throws {
    try await withScratchFolder { folder in
      try await with("\(folder)/disk", megabytes: megabytes) { disk in
        try await body(disk, "\(disk.path)/offstage.sqlite")
      }
    }
  }
}

extension [StoreWrite] {
  /// Events with names and origins of their own, so that more than one table grows.
  fileprivate static func batch(_ number: Int, of count: Int) -> [StoreWrite] {
    (0..<count).map { index in
      .event(
        .sample(
          "Name \(number)", at: ManualClock.start + .seconds(Int64(number)), instance: "\(index)",
          origin: "https://o\(number).example/", ["Payload": String(repeating: "x", count: 500)]))
    }
  }
}
