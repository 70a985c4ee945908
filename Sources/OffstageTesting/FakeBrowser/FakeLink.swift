/// A client of a fake browser in this process.
package struct FakeLink: Sendable {
  package let client: ClientID
  let browser: FakeBrowser

  /// Several are pipelined: the browser sees them all before it settles.
  package func send(_ messages: [UInt8]...) async {
    await browser.receive(messages, from: client)
  }

  package func send(_ messages: String...) async {
    await browser.receive(messages.map { Array($0.utf8) }, from: client)
  }

  package func close() async {
    await browser.disconnected(client)
  }

  /// The messages until the connection ends; for one reader.
  package var messages: Messages { Messages(link: self) }

  package struct Messages: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    let link: FakeLink

    package func makeAsyncIterator() -> Iterator { Iterator(link: link) }

    package struct Iterator: AsyncIteratorProtocol {
      let link: FakeLink
      private var outputs: ArraySlice<FakeOutput> = []
      private var batch: FakeEventBatch.Messages?
      private var isEnded = false

      init(link: FakeLink) {
        self.link = link
      }

      package mutating func next() async -> [UInt8]? {
        while !isEnded {
          var message: [UInt8] = []
          if batch?.writeNext(into: &message) == true { return message }
          batch = nil
          if outputs.isEmpty { outputs = await link.browser.next(for: link.client)[...] }
          switch outputs.popFirst() {
          case .message(let bytes, _): return bytes
          case .events(let events, _): batch = .init(events)
          case .unframed: continue
          case .end, .exited, .started, nil:
            isEnded = true
            await link.browser.disconnected(link.client)
          }
        }
        return nil
      }
    }
  }
}
