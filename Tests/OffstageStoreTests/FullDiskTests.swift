import Foundation
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

private let isRoot = NSUserName() == "root"

/// Folders that can't be written to.
@Suite struct `A folder without room or right to write` {
  @Test(.enabled(if: SmallDisk.canBeMounted, "mounting takes root with CAP_SYS_ADMIN"))
  func `a full file system keeps what was stored and takes more once there is room`() async throws {
    try await withScratchFolder { folder in
      try await SmallDisk.with("\(folder)/disk", megabytes: 1) { disk in
        try await fill(disk)
      }
    }
  }

  private func fill(_ disk: SmallDisk) async throws {
    try disk.fill(leaving: 600_000)
    let path = "\(disk.path)/offstage.sqlite"
    let bench = try await StoreSample(path)
    func batch(_ number: Int) -> [StoreWrite] {
      (0..<20).map { index in
        .event(
          .sample(
            "Name \(number)", at: ManualClock.start + .seconds(Int64(number)),
            instance: "\(index)", origin: "https://o\(number).example/",
            ["Payload": String(repeating: "x", count: 500)]))
      }
    }
    var stored = 0
    var refusal: StoreError?
    while refusal == nil, stored < 1000 {
      do {
        try await bench.write(batch(stored))
        stored += 1
      } catch let error as StoreError {
        refusal = error
      }
    }
    #expect(refusal?.code == .full, "\(String(describing: refusal))")
    #expect(stored > 0)
    #expect(try await bench.all().count == stored * 20)
    try disk.makeRoom()
    try await bench.write(batch(stored))
    try await bench.write(batch(stored + 1))
    #expect(try await bench.all().count == (stored + 2) * 20)
    #expect(try await bench.store.verify(rebuild: false) == [])
    try await bench.store.close()
    let again = try await StoreSample(path)
    #expect(try await again.all().count == (stored + 2) * 20)
  }

  @Test(.enabled(if: SmallDisk.canBeMounted, "mounting takes root with CAP_SYS_ADMIN"))
  func `a log whose index finds no room is a full disk too`() async throws {
    try await withScratchFolder { folder in
      try await SmallDisk.with("\(folder)/disk", megabytes: 1) { disk in
        let path = "\(disk.path)/offstage.sqlite"
        try await StoreSample(path).store.close()
        try FileManager.default.removeItem(atPath: path + "-shm")
        try disk.fill()
        let error = await openingError(path)
        #expect(error?.code == .full, "\(String(describing: error))")
        try disk.makeRoom()
        #expect(await openingError(path) == nil)
      }
    }
  }

  @Test(.enabled(if: !isRoot, "root may write anywhere"))
  func `a folder that may only be read is said so`() async throws {
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
