import Testing

@testable import OffstagePush

@Suite struct MCSFrameReaderTests {
  private static let frames = [
    MCSFrame(.heartbeatPing), MCSFrame(.iqStanza, [1, 2, 3]),
    MCSFrame(.dataMessageStanza, [UInt8](repeating: 7, count: 4352)), MCSFrame(.close),
  ]

  private static let bytes = [MCSFrame.version] + frames.flatMap(\.bytes)

  @Test(arguments: [1, 2, 3, 100, 5000])
  func `frames are cut out however the bytes come`(_ size: Int) throws {
    var reader = MCSFrameReader()
    var found: [MCSFrame] = []
    var rest = Self.bytes[...]
    while !rest.isEmpty {
      reader.append(rest.prefix(size))
      rest = rest.dropFirst(size)
      while let frame = try reader.next() { found.append(frame) }
    }
    #expect(found == Self.frames)
  }

  @Test func `a frame of an unknown kind is a frame`() throws {
    var reader = MCSFrameReader()
    reader.append([41, 99, 1, 5, 0, 0])
    #expect(try reader.next() == MCSFrame(nil, [5]))
    #expect(try reader.next() == MCSFrame(.heartbeatPing))
  }

  @Test func `what can't be read further is told`() {
    func fault(_ bytes: [UInt8]) -> MCSFault? {
      var reader = MCSFrameReader()
      reader.append(bytes)
      do throws(MCSFault) {
        while try reader.next() != nil {}
        return nil
      } catch {
        return error
      }
    }
    #expect(fault(Array("GET / HTTP/1.1".utf8)) == .version(UInt8(ascii: "G")))
    #expect(fault([41, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]) == .tooLong(0xFFFF_FFFF))
    #expect(fault([41, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]) == .endlessLength)
    #expect(fault([41, 8, 0xFF, 0xFF, 0xFF]) == nil)
    #expect(fault([38, 0, 0]) == .version(38))
  }
}
