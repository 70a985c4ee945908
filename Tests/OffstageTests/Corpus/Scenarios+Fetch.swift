import CDP
import JSON
import OffstageTesting

extension CorpusScenario {
  private static let file = LoopbackSite.Page(
    "application/octet-stream", bytes: [UInt8](repeating: 0x61, count: 65_536))

  private static let loading = """
    self.addEventListener('backgroundfetchsuccess', event => event.waitUntil((async () => {
      const records = await event.registration.matchAll();
      await Promise.all(records.map(async record => (await record.responseReady).arrayBuffer()));
      await event.updateUI({ title: 'Here it is' });
    })()));
    self.addEventListener('backgroundfetchfail', event =>
      event.waitUntil(event.updateUI({ title: 'It failed' })));
    """

  private static func loading(
    _ id: String, _ urls: String..., options: String = "title: 'Films'"
  ) -> String {
    let list = urls.map { "'\($0)'" }.joined(separator: ", ")
    return "await worker.backgroundFetch.fetch('\(id)', [\(list)], { \(options) })"
  }

  private static func fetchFault(
    _ name: String, _ rules: String..., on browser: CorpusBrowser = .downloads,
    worker: String = loading, pages: [String: LoopbackSite.Page] = [:],
    play: @escaping @Sendable (CorpusPlay) async throws -> Void
  ) -> CorpusScenario {
    CorpusScenario(
      name: name, rules: rules, browser: browser, worker: worker,
      pages: ["/a.bin": file, "/b.bin": file].merging(pages) { $1 }, play: play)
  }

  static let fetches: [CorpusScenario] = [
    fetchFault("a-file-of-a-fetch-is-missing", "fetch-bad-status") { play in
      try await play.page(loading("films", "/a.bin", "/missing.bin"))
      try await play.logged("Background Fetch completed")
    },
    fetchFault(
      "a-fetch-is-redirected-to-another-origin", "fetch-failed",
      pages: ["/moved.bin": .status(302, [("Location", "http://localhost:9/elsewhere.bin")])]
    ) { play in
      try await play.page(loading("films", "/moved.bin"))
      try await play.logged("Background Fetch completed")
    },
    fetchFault("a-fetch-gets-more-than-it-promised", "fetch-total-exceeded") { play in
      try await play.page(loading("films", "/a.bin", options: "downloadTotal: 1000"))
      try await play.logged("Background Fetch completed")
    },
    fetchFault("a-fetch-has-no-room", "fetch-quota-exceeded") { play in
      _ = try await play.client.connection.call(
        OverrideQuota(origin: play.site.origin, quotaSize: 10_000), session: play.worker.page)
      try await play.page(loading("films", "/a.bin"))
      try await play.logged("Background Fetch completed")
    },
    fetchFault(
      "a-page-aborts-its-fetch", "fetch-aborted", pages: ["/busy.bin": .status(500)]
    ) { play in
      try await play.page(
        "const fetch = \(loading("films", "/busy.bin")); await new Promise(f => setTimeout(f, 500)); "
          + "return fetch.abort()")
      try await play.logged("Background Fetch completed")
    },
    fetchFault(
      "a-fetch-that-gets-a-500-is-retried-in-silence", "fetch-retried-silently", "fetch-bad-status",
      pages: ["/busy.bin": .status(500)]
    ) { play in
      try await play.page(loading("films", "/a.bin", "/busy.bin"))
      try await play.logged("Background Fetch completed", within: .seconds(90))
    },
    fetchFault(
      "a-fetch-whose-server-cuts-the-connection-is-retried-in-silence", "fetch-retried-silently",
      "fetch-bad-status",
      pages: ["/cut.bin": .cut]
    ) { play in
      try await play.page(loading("films", "/cut.bin"))
      try await play.logged("Background Fetch completed", within: .seconds(90))
    },
    fetchFault(
      "a-fetch-gets-no-answer", "fetch-stalled", pages: ["/silent.bin": .silent]
    ) { play in
      try await play.page(loading("films", "/silent.bin"))
      try await play.logged("Request processing started")
      try await play.pass(.seconds(32))
    },
    fetchFault(
      "a-fetch-waits-behind-one-that-does-not-end", "fetch-queued", "fetch-bad-status",
      "fetch-retried-silently",
      pages: ["/busy.bin": .status(500)]
    ) { play in
      try await play.page(loading("big", "/busy.bin"))
      try await play.logged("Request processing started")
      try await play.page(loading("small", "/a.bin"))
      try await play.logged("Background Fetch completed", 2, within: .seconds(90))
    },
    fetchFault(
      "a-fetch-still-waits-behind-another", "fetch-queued", pages: ["/busy.bin": .status(500)]
    ) { play in
      try await play.page(loading("big", "/busy.bin"))
      try await play.logged("Request processing started")
      try await play.page(loading("small", "/a.bin"))
      try await play.logged("Background Fetch registered", 2)
      try await play.pass(.seconds(14))
    },
    fetchFault(
      "the-handler-of-a-fetch-throws", "fetch-handler-threw",
      worker: """
        self.addEventListener('backgroundfetchsuccess', () => {
          throw new Error('the cache is gone');
        });
        """
    ) { play in
      try await play.page(loading("films", "/a.bin"))
      try await play.logged("Background Fetch completed")
      try await play.reportedMistake("the cache is gone")
    },
    fetchFault(
      "a-worker-is-unregistered-amid-a-fetch", "worker-unregistered-midway",
      pages: ["/busy.bin": .status(500)]
    ) { play in
      try await play.page(loading("films", "/busy.bin"))
      try await play.logged("Request processing started")
      try await play.page("await worker.unregister()")
      _ = try await play.client.connection.call(
        Target.CloseTarget(targetId: play.worker.target))
      try await play.pass(.seconds(5))
    },
  ]

  /// What a browser refuses it does not log; a worker that does not catch the refusal reports it.
  static let refusals: [CorpusScenario] = [
    .fault(
      "a-worker-starts-a-background-fetch", "fetch-in-worker",
      worker: """
        self.addEventListener('message', event =>
          event.waitUntil(registration.backgroundFetch.fetch('films', ['/a.bin'])));
        """
    ) { play in
      try await play.tell("load")
      try await play.reportedMistake("not allowed in service worker")
    },
    .fault(
      "a-worker-may-not-show-a-notification", "notification-refused",
      worker: """
        self.addEventListener('message', event =>
          event.waitUntil(registration.showNotification('News')));
        """
    ) { play in
      try await play.setPermission("notifications", .denied)
      try await play.tell("show")
      try await play.reportedMistake("ermission")
    },
    .fault(
      "a-worker-may-not-register-a-sync", "sync-refused",
      worker: """
        self.addEventListener('message', event =>
          event.waitUntil(registration.sync.register('outbox')));
        """
    ) { play in
      try await play.setPermission("background-sync", .denied)
      try await play.tell("sync")
      try await play.reportedMistake("ermission")
    },
    .fault(
      "a-worker-may-not-register-a-periodic-sync", "sync-refused",
      worker: """
        self.addEventListener('message', event =>
          event.waitUntil(registration.periodicSync.register('news', { minInterval: 1000 })));
        """
    ) { play in
      try await play.setPermission("periodic-background-sync", .denied)
      try await play.tell("sync")
      try await play.reportedMistake("ermission")
    },
    .fault(
      "a-worker-makes-a-mistake-outside-of-all-events", "worker-error",
      worker: """
        self.addEventListener('message', () => setTimeout(() => { nowhere.toBeFound() }, 10));
        """
    ) { play in
      try await play.tell("go")
      try await play.reportedMistake("nowhere")
    },
  ]
}

/// `Storage.overrideQuotaForOrigin`.
private struct OverrideQuota: Command {
  typealias Reply = NoReply
  static let method: StaticString = "Storage.overrideQuotaForOrigin"
  var origin: String
  var quotaSize: Int

  func encode(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("origin", origin)
      writer.member("quotaSize", quotaSize)
    }
  }

  static func decodeReply(_ reader: inout JSONReader) throws(JSONError) -> NoReply {
    try reader.skipValue()
    return NoReply()
  }
}
