import Foundation

@testable import OffstageInspect

/// Files of a LevelDB database, written by hand so that each of their bytes can be a lie.
enum SampleDatabase {
  typealias Entry = (key: [UInt8], value: [UInt8]?)

  /// A log or a manifest.
  static func log(_ records: [[UInt8]]) -> [UInt8] {
    var out: [UInt8] = []
    for record in records {
      var rest = record[...]
      var isFirst = true
      repeat {
        var room = 32768 - out.count % 32768
        if room < 7 {
          out += [UInt8](repeating: 0, count: room)
          room = 32768
        }
        let part = rest.prefix(room - 7)
        rest = rest.dropFirst(part.count)
        let type: UInt8 =
          switch (isFirst, rest.isEmpty) {
          case (true, true): 1
          case (true, false): 2
          case (false, false): 3
          case (false, true): 4
          }
        out += Bytes.with {
          $0.fixed(CRC32C.masked([type], part))
          $0.fixed(UInt16(part.count))
          $0.bytes.append(type)
          $0.bytes += part
        }
        isFirst = false
      } while !rest.isEmpty
    }
    return out
  }

  static func batch(_ entries: [Entry], sequence: UInt64 = 1) -> [UInt8] {
    Bytes.with { out in
      out.fixed(sequence)
      out.fixed(UInt32(entries.count))
      for entry in entries {
        out.bytes.append(entry.value == nil ? 0 : 1)
        out.counted(entry.key)
        if let value = entry.value { out.counted(value) }
      }
    }
  }

  static func manifest(log: UInt64 = 3, tables: [UInt64] = []) -> [UInt8] {
    self.log([
      Bytes.with { out in
        out.varint(1)
        out.counted(Array(Manifest.comparator.utf8))
        out.varint(2)
        out.varint(log)
        for table in tables {
          for value: UInt64 in [7, 0, table, 1000] { out.varint(value) }
          out.counted(Array("a".utf8))
          out.counted(Array("z".utf8))
        }
      }
    ])
  }

  /// - Parameter handle: what the footer says of where the index is.
  static func table(
    _ entries: [Entry], sequence: UInt64 = 1, kind: UInt8 = 0,
    handle: (offset: UInt64, size: UInt64)? = nil
  ) -> [UInt8] {
    let block = block(
      entries.map { entry in
        let end = sequence << 8 | (entry.value == nil ? 0 : 1)
        return (entry.key + Bytes.with { $0.fixed(end) }, entry.value ?? [])
      })
    return table(wholeBlock: block, kind: kind, handle: handle)
  }

  /// A table of one block.
  static func table(block: [UInt8]) -> [UInt8] {
    table(
      wholeBlock: block
        + Bytes.with {
          $0.fixed(0 as UInt32)
          $0.fixed(1 as UInt32)
        }, kind: 0, handle: nil)
  }

  private static func table(
    wholeBlock: [UInt8], kind: UInt8, handle: (offset: UInt64, size: UInt64)?
  ) -> [UInt8] {
    var out: [UInt8] = []
    let place = add(wholeBlock, kind, to: &out)
    let index = add(block([(Array("z".utf8), place.bytes)]), 0, to: &out)
    var footer = Bytes()
    for value: UInt64 in [0, 0, handle?.offset ?? index.offset, handle?.size ?? index.size] {
      footer.varint(value)
    }
    footer.bytes += [UInt8](repeating: 0, count: 40 - footer.bytes.count)
    footer.fixed(0xDB47_7524_8B80_FB57 as UInt64)
    return out + footer.bytes
  }

  private static func block(_ entries: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
    Bytes.with { out in
      for entry in entries {
        for value in [0, entry.key.count, entry.value.count] { out.varint(UInt64(value)) }
        out.bytes += entry.key + entry.value
      }
      out.fixed(0 as UInt32)
      out.fixed(1 as UInt32)
    }
  }

  private static func add(
    _ block: [UInt8], _ kind: UInt8, to out: inout [UInt8]
  ) -> (offset: UInt64, size: UInt64, bytes: [UInt8]) {
    let (offset, size) = (UInt64(out.count), UInt64(block.count))
    out += block + [kind]
    out += Bytes.with { $0.fixed(CRC32C.masked(block[...], [kind])) }
    return (
      offset, size,
      Bytes.with {
        $0.varint(offset)
        $0.varint(size)
      }
    )
  }
}
