import OffstageCore
import OffstageTesting
import Testing

@testable import OffstagePush

@Suite struct FirefoxFuzzTests {
  private static let words = [
    "messageType", "hello", "register", "unregister", "ack", "nack", "updates", "version", "code",
    "100", "302", "channelID", "uaid", "{}", "[", "null",
  ]

  private static let conversation = [
    #"{"messageType":"hello","broadcasts":{"a":"0"},"use_webpush":true,"uaid":"f00"}"#,
    #"{"channelID":"d","messageType":"register","key":"BAEB"}"#,
    #"{"messageType":"register","channelID":"d"}"#,
    #"{"messageType":"ack","updates":[{"channelID":"c","version":"V","code":100}]}"#,
    #"{"messageType":"nack","version":"V","code":302}"#,
    #"{"channelID":"c","messageType":"unregister","code":200}"#, "{}",
  ]

  @Test(arguments: 0..<8)
  func `whatever a Firefox says, nobody gets what is another's`(_ seed: UInt64) {
    var mutation = Mutation(seed: seed, words: Self.words)
    for round in 0..<200 {
      var bench = PushBench()
      let mine = ConnectionID(1)
      let others = ConnectionID(2)
      let token = bench.subscribe(on: others)
      bench.post(token, ttl: 100)
      let id = bench.ledger.messages[0].id
      let agent = bench.agent(others)
      let stranger = FirefoxPeer(authority: "127.0.0.1:7789")
      bench.say(Self.conversation[0], on: mine, peer: stranger)
      for line in Self.conversation {
        let known = line.replacing(#""V""#, with: "\"\(id)\"")
        let bytes = mutation.next(of: [Array(known.utf8)])
        // Who says another's name knows its secret.
        guard !String(decoding: bytes, as: UTF8.self).contains(agent) else { continue }
        guard let message = FirefoxMessage(bytes),
          let effects = bench.machine.take(message, from: stranger, on: mine, at: bench.now)
        else { continue }
        bench.perform(effects)
      }
      #expect(bench.pushes(mine) == [], "seed \(seed), round \(round)")
      #expect(bench.ends == [nil], "seed \(seed), round \(round)")
      #expect(bench.ledger.subscriptions[0].end == nil, "seed \(seed), round \(round)")
    }
  }
}
