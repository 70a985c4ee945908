import CDP
import OffstageCore
import OffstagePush

extension CorpusScenario {
  private static let polite = """
    self.addEventListener('push', event => event.waitUntil(
      registration.showNotification(event.data?.text() ?? 'News')));
    """

  /// What an application server does wrong.
  static let pushPosts: [CorpusScenario] = [
    .fault("a-push-that-is-not-signed", "push-not-signed", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post("hello") { $0.drop("Authorization") }
    },
    .fault("a-push-whose-token-has-expired", "push-token-expired", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post(
        "hello", signedBy: subscription.credentials(lasting: .minutes(-30)))
    },
    .fault("a-push-whose-token-is-for-another-service", "push-wrong-audience", on: .pushed) {
      play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post(
        "hello", signedBy: subscription.credentials(audience: "https://push.example.net"))
    },
    .fault("a-push-is-signed-with-another-key", "push-wrong-key", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post("hello", signedBy: subscription.credentials(by: VAPIDKey()))
    },
    .fault("a-push-whose-token-is-cut-off", "push-token-malformed", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post("hello") { $0.set("Authorization", "vapid t=abc.def, k=abc") }
    },
    .fault("a-push-without-a-ttl", "push-without-ttl", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post("hello") { $0.drop("TTL") }
    },
    .fault("a-push-with-an-urgency-that-is-none", "push-header-malformed", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post("hello") { $0.set("Urgency", "asap") }
    },
    .fault("a-push-that-is-too-large", "push-too-large", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post("hello") { request in
        request.set("Content-Encoding", "aes128gcm")
        request.body = [UInt8](repeating: 0, count: 5000)
      }
    },
    .fault("too-many-pushes-wait-for-one-browser", "push-queue-full", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask { for _ in 0..<100 { try await subscription.post("hello") } }
        }
        try await group.waitForAll()
      }
      try await subscription.post("one more")
    },
    .fault("a-push-to-an-endpoint-that-there-is-not", "push-endpoint-unknown", on: .pushed) {
      play in
      try await play.nobody("a-push-to-an-endpoint-that-there-is-not").post("hello")
    },
    .fault("a-push-to-a-subscription-that-has-ended", "push-endpoint-gone", on: .pushed) { play in
      let (subscription, leave) = try await play.subscribeAway()
      try await leave()
      try await subscription.post("hello")
    },
    .fault(
      "a-push-to-a-subscription-that-has-ended-long-since", "push-endpoint-gone",
      "push-endpoint-gone-again", on: .pushed
    ) { play in
      let (subscription, leave) = try await play.subscribeAway()
      try await leave()
      try await subscription.post("hello")
      try await play.pass(.seconds(1))
      try await subscription.post("hello again")
    },
  ]

  /// What becomes of a push that was taken.
  static let pushDeliveries: [CorpusScenario] = [
    .fault("a-push-expires-while-its-browser-is-away", "push-expired", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post("hello", ttl: 1)
      try await play.pass(.seconds(4))
    },
    .fault(
      "a-push-is-replaced-by-the-next-of-its-topic", "push-replaced", "push-waiting", on: .pushed
    ) { play in
      let (subscription, _) = try await play.subscribeAway()
      for text in ["old", "new"] {
        try await subscription.post(text, topic: "news")
        try await play.pass(.seconds(1))
      }
    },
    .fault("a-push-meets-a-fault-that-was-asked-for", "push-fault-injected", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      let asked = try await play.stage.bench.run(
        "push", "fault", "429:retry-after=5:times=1", "--subscription",
        subscription.json.endpoint.description)
      guard asked.status == .exited(0) else { throw Unexpected(asked.errors) }
      try await subscription.post("hello")
    },
    .fault("a-push-waits-for-its-browser", "push-waiting", on: .pushed) { play in
      let (subscription, _) = try await play.subscribeAway()
      try await subscription.post("hello")
    },
    .fault(
      "a-push-waits-when-its-subscription-ends", "push-ended-with-subscription", on: .pushed
    ) { play in
      let (subscription, leave) = try await play.subscribeAway()
      try await subscription.post("hello")
      try await play.pass(.seconds(1))
      try await leave()
    },
    .fault(
      "a-push-is-acknowledged-and-nothing-is-logged-of-it", "push-not-logged", on: .pushed,
      worker: polite
    ) { play in
      _ = try await play.subscribe()
      try await play.subscribeUnknown().post("hello")
      try await play.pass(.seconds(12))
    },
    .fault("a-push-can-not-be-decrypted", "push-undecryptable", on: .pushed, worker: polite) {
      play in
      try await play.subscribe().post("hello") { request in
        request.body[request.body.count - 1] ^= 1
      }
      try await play.logged("Push message received")
    },
    .fault(
      "a-push-comes-when-notifications-are-denied", "push-permission-lost", on: .pushed,
      worker: polite
    ) { play in
      let subscription = try await play.subscribe()
      try await play.setPermission("notifications", .denied)
      try await subscription.post("hello")
      try await play.logged("Unsubscribed due to error")
    },
    .fault(
      "a-silent-push-makes-the-browser-show-its-own-notification", "push-generic-notification",
      on: .pushed, worker: "self.addEventListener('push', event => event.waitUntil(wait(20)));"
    ) { play in
      let subscription = try await play.subscribe()
      try await play.closePages()
      try await subscription.post("hello")
      try await play.logged("Generic notification shown")
    },
    .fault(
      "a-push-whose-worker-does-not-start", "push-not-dispatched", "worker-error", on: .pushed,
      worker: """
        // At its first start there is none yet.
        if (registration.active) importScript('/helpers.js');
        \(polite)
        """
    ) { play in
      let subscription = try await play.subscribe()
      try await play.stopWorker()
      try await subscription.post("hello")
      try await play.logged("Push message received")
      try await play.pass(.seconds(125))
    },
    .healthy("a-real-push-that-shows-a-notification", on: .pushed, worker: polite) { play in
      let subscription = try await play.subscribe()
      for text in ["one", "two"] { try await subscription.post(text) }
      try await play.logged("Push event completed", 2)
    },
  ]
}
