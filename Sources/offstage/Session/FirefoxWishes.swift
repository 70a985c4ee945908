import OffstageCore

/// Does what people ask of the recorder of a Firefox, which is but the push service: its pushes are
/// recorded or not. The store itself sees to that; here it is said.
struct FirefoxWishes: Sendable {
  let store: any EventStore
  let source: SourceID
  private let clock = SystemClock()

  init(store: any EventStore, source: SourceID) {
    self.store = store
    self.source = source
  }

  /// Until it is cancelled.
  func obey() async throws {
    for await _ in store.changes() {
      do {
        try await obeyOnce()
      } catch let error as StoreError where error.isPassing {
        // The next change tries again.
      }
    }
  }

  private func obeyOnce() async throws {
    var writes: [StoreWrite] = []
    let now = clock.now()
    let facts = try await store.facts(of: source)[.pushMessaging] ?? ServiceFacts()
    let isWanted = facts.wanted ?? true
    if facts.isRecording != isWanted {
      writes += [
        .serviceState(.pushMessaging, ServiceStateChange(isRecording: isWanted)),
        isWanted
          ? .gapClosed(.pushMessaging, .switchedOff, to: now)
          : .gapOpened(.pushMessaging, .switchedOff, from: now, to: nil, .unknown),
      ]
    }
    for request in try await store.control(of: [source]).requests {
      writes.append(
        .requestAnswered(
          request.id, answer: .failed("Firefox has no log that could be asked for."), at: now))
    }
    guard !writes.isEmpty else { return }
    _ = try await store.write([SourceWrites(source: source, writes: writes)], receivedUntil: now)
  }
}
