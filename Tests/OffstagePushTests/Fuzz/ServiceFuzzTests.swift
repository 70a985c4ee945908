import OffstageCore
import OffstageTesting
import Protobuf
import Testing

@testable import OffstagePush

/// Whatever is said to the service, it goes on, keeps within its bounds, and gives nobody what is
/// another's.
@Suite struct ServiceFuzzTests {
  private static let login = MCSFrame(.loginRequest) { message in
    message.text(1, "chrome-156.0.8078.79")
    message.text(3, "77")
    message.text(5, "88")
    message.text(10, "0:1%a")
    message.bool(14, true)
  }

  private static let conversations: [[UInt8]] = [
    [MCSFrame.version] + login.bytes + MCSFrame(.heartbeatPing) { $0.int(2, 2) }.bytes
      + MCSFrame(.iqStanza) { message in
        message.int(2, 1)
        message.text(3, "")
        message.message(7) { part in
          part.int(1, 13)
          part.text(2, "")
        }
        message.int(10, 3)
      }.bytes + MCSFrame(.close).bytes,
    [MCSFrame.version] + login.bytes + MCSFrame(.dataMessageStanza) { $0.int(11, -1) }.bytes
      + MCSFrame(.heartbeatAck) { $0.int(2, Int64.max) }.bytes,
  ]

  @Test(arguments: 0..<8)
  func `whatever a browser says, nobody gets what is another's`(_ seed: UInt64) {
    var mutation = Mutation(seed: seed, words: ["\u{2}", "\u{8}", "77", "88", "1", "2"])
    var random = SeededGenerator(seed: seed)
    for round in 0..<300 {
      var bench = PushBench()
      let others = bench.register()
      bench.post(others, ttl: 100)
      let bytes = mutation.next(of: Self.conversations)
      var reader = MCSFrameReader()
      var hasLoggedIn = false
      var rest = bytes[...]
      reading: while !rest.isEmpty {
        let count = Int.random(in: 1...64, using: &random)
        reader.append(rest.prefix(count))
        rest = rest.dropFirst(count)
        while true {
          guard let frame = try? reader.next() else { break }
          if hasLoggedIn {
            bench.take(frame, from: ConnectionID(1))
          } else if let login = MCSLogin(frame), login.device != 1 || login.securityToken != 2 {
            hasLoggedIn = true
            bench.perform(bench.machine.login(login, on: ConnectionID(1), at: bench.now))
          } else {
            break reading
          }
        }
      }
      #expect(bench.messages(of: ConnectionID(1)) == [], "seed \(seed), round \(round): \(bytes)")
      #expect(bench.ends == [nil], "seed \(seed), round \(round): \(bytes)")
      // An answer to each frame at most.
      #expect(bench.frames(of: ConnectionID(1)).count <= bytes.count)
    }
  }

  @Test(arguments: 0..<8)
  func `whatever is posted where browsers register, it is read or refused`(_ seed: UInt64) {
    let files = [
      Array("app=a&device=5&X-subtype=wp:http://a/%23G-V2&sender=BAAB&appid=x".utf8),
      Array("app=a&device=5&X-subtype=wp:http://a/%23G-V2&delete=true&sender=*".utf8),
      ProtobufWriter.message { message in
        message.int(2, 5)
        message.message(4) { $0.int(12, 3) }
        message.fixed64(13, 6)
      },
    ]
    var mutation = Mutation(seed: seed, words: ["%", "&", "=", "+", "device", "sender"])
    for round in 0..<500 {
      let bytes = mutation.next(of: files)
      var bench = PushBench()
      if let checkin = Checkin(bytes) {
        #expect(bench.machine.checkin(checkin).status == 200)
      }
      if let registration = Registration(authorization: "AidLogin 5:6", body: bytes) {
        let (answer, effects) = bench.machine.register(registration, at: bench.now)
        bench.perform(effects)
        #expect(
          String(decoding: answer.body, as: UTF8.self).hasPrefix("token="),
          "seed \(seed), round \(round): \(bytes)")
      }
      #expect(bench.ledger.subscriptions.count <= 1)
    }
  }
}
