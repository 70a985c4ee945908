/// A browser context's name in a script; its `browserContextId` changes at every start.
package struct FakeContextKey: Sendable, Hashable, ExpressibleByStringLiteral {
  package var name: String

  package init(_ name: String) {
    self.name = name
  }

  package init(stringLiteral value: String) {
    self.init(value)
  }

  /// The profile.
  package static let main: FakeContextKey = "main"
}

/// A registered service worker.
package struct FakeRegistration: Sendable, Hashable {
  package var id: String
  package var origin: String
  package var scope: String
  package var script: String
  package var isRunning = true
  /// False after a start of the browser, until the worker first runs.
  var isLoaded = true
  var targetID: String
}

/// A browser context: the profile, or an off-the-record one.
package struct FakeContext: Sendable {
  package let key: FakeContextKey
  /// The `browserContextId`.
  package internal(set) var id: String
  /// False once it was disposed of; a hidden target may outlive that (seen in Chromium 156).
  package internal(set) var isListed = true
  package internal(set) var registrations: [FakeRegistration] = []
  package internal(set) var lease = FakeLease()
  /// One record that can't be parsed empties the service's replay (Docs/browser-facts.md §2).
  package internal(set) var unreadable: Set<FakeService> = []
  var log = FakeLog()
  var owner: ClientID?
  private var nextRegistration = 0

  init(key: FakeContextKey, id: String) {
    self.key = key
    self.id = id
  }

  package var isOffTheRecord: Bool { key != .main }

  func registration(_ id: String) -> FakeRegistration? {
    registrations.first { $0.id == id }
  }

  /// Docs/browser-facts.md §0.5: the first one is "0", in each context.
  mutating func takeRegistrationID() -> String {
    defer { nextRegistration += 1 }
    return String(nextRegistration)
  }
}
