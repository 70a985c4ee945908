import CDP
import OffstageTesting

extension CorpusScenario {
  private static let rejecting = """
    self.addEventListener('sync', event => event.waitUntil((async () => {
      const answer = await fetch('/busy', { method: 'POST' });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    })()));
    """

  private static let sending = """
    self.addEventListener('sync', event =>
      event.waitUntil(fetch('/outbox', { method: 'POST', body: event.tag })));
    """

  static let syncs: [CorpusScenario] = [
    .fault(
      "a-sync-that-failed-waits-for-its-retry-in-five-minutes", "sync-retrying", on: .plain,
      worker: rejecting
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("sync event failed")
    },
    .fault("a-sync-is-given-up-after-its-last-chance", "sync-gave-up", worker: rejecting) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Sync completed", within: .seconds(60))
    },
    .fault(
      "a-sync-whose-promise-never-settles-times-out", "sync-timeout",
      worker: "self.addEventListener('sync', event => event.waitUntil(forever));"
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Sync completed", within: .seconds(120))
    },
    .fault(
      "a-sync-succeeds-at-its-second-attempt", "sync-recovered",
      worker: """
        let attempts = 0;
        self.addEventListener('sync', event => event.waitUntil(
          ++attempts < 2 ? Promise.reject(new Error('not yet')) : fetch('/news')));
        """
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Sync completed", within: .seconds(60))
    },
    .fault(
      "a-sync-handler-registers-its-own-tag-again-and-again", "sync-reregistered-in-a-loop",
      worker: """
        let times = 0;
        self.addEventListener('sync', event => event.waitUntil((async () => {
          await fetch('/outbox', { method: 'POST' });
          if (++times < 6) await registration.sync.register(event.tag);
        })()));
        """
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Sync completed", within: .seconds(60))
    },
    .fault(
      "a-page-registers-a-tag-again-and-again", "sync-registered-in-a-loop", worker: sending
    ) { play in
      for number in 1...12 {
        try await play.page("await worker.sync.register('outbox')")
        try await play.logged("Sync completed", number)
      }
    },
    .fault("a-sync-is-held-while-its-worker-is-offline", "sync-held", worker: sending) { play in
      let session = try await play.workerSession()
      try await play.setOnline(false, "worker", in: session)
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Registered sync")
      try await play.pass(.seconds(15))
      try await play.setOnline(true, "worker", in: session)
      try await play.logged("Sync completed")
    },
    .fault("a-sync-is-still-held", "sync-waiting", worker: sending) { play in
      let session = try await play.workerSession()
      try await play.setOnline(false, "worker", in: session)
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Registered sync")
      try await play.pass(.seconds(20))
    },
    .fault(
      "a-tag-never-fires-while-another-does", "sync-never-fired", worker: sending,
      pages: [
        "/other/sw.js": LoopbackSite.Page(
          "text/javascript",
          "self.addEventListener('sync', event => event.waitUntil(fetch('/news')));")
      ]
    ) { play in
      try await play.page(
        """
        await navigator.serviceWorker.register('/other/sw.js', { scope: '/other/' });
        """)
      // A worker that was stopped while its network was off stays offline to the browser.
      let session = try await play.workerSession()
      try await play.setOnline(false, "worker", in: session)
      try await play.stopWorker()
      try await play.pass(.seconds(1))
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Registered sync")
      try await play.pass(.seconds(12))
      try await play.page(
        """
        const other = await navigator.serviceWorker.getRegistration('/other/');
        while (!other.active) await new Promise(done => setTimeout(done, 20));
        await other.sync.register('drafts');
        """)
      try await play.logged("Sync completed", of: "drafts")
    },
    .fault(
      "a-sync-is-dispatched-while-the-page-believes-itself-offline", "sync-dispatched-offline",
      worker: sending
    ) { play in
      try await play.setOnline(false, "page", in: play.worker.page)
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Sync completed")
      try await play.setOnline(true, "page", in: play.worker.page)
    },
    .fault(
      "a-sync-handler-throws", "sync-handler-threw",
      worker: """
        self.addEventListener('sync', () => { throw new Error('the database is closed') });
        """
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Dispatched sync event")
      try await play.reportedMistake("the database is closed")
      try await play.pass(.seconds(2))
    },
    .fault("a-sync-without-a-handler", "sync-ended-at-once") { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Dispatched sync event")
      try await play.pass(.seconds(2))
    },
    .fault(
      "a-worker-is-stopped-amid-a-sync", "sync-worker-failed", "sync-timeout",
      worker: "self.addEventListener('sync', event => event.waitUntil(wait(20000)));"
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Dispatched sync event")
      try await play.stopWorker()
      try await play.pass(.seconds(20))
    },
    .fault(
      "a-sync-of-a-server-that-is-gone", "sync-gave-up",
      worker: """
        self.addEventListener('sync', event =>
          event.waitUntil(fetch('/cut', { method: 'POST' })));
        """,
      pages: ["/cut": .cut]
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Sync completed", within: .seconds(60))
    },
    .fault(
      "a-worker-is-unregistered-with-a-sync-pending", "sync-gone-with-its-worker",
      worker: rejecting
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("sync event failed")
      try await play.page("await worker.unregister()")
      try await play.pass(.seconds(5))
    },
  ]

  static let periodicSyncs: [CorpusScenario] = [
    .fault(
      "a-periodic-sync-is-stretched-from-twelve-hours-to-a-day", "periodic-stretched", on: .plain,
      worker: "self.addEventListener('periodicsync', event => event.waitUntil(fetch('/news')));"
    ) { play in
      try await play.setPermission("periodic-background-sync", .granted)
      try await play.page("await worker.periodicSync.register('news', { minInterval: 43200000 })")
      try await play.logged("Registered periodicsync")
    },
    .fault(
      "a-periodic-sync-is-rejected", "periodic-failed",
      worker: """
        self.addEventListener('periodicsync', event => event.waitUntil((async () => {
          const answer = await fetch('/busy');
          if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        })()));
        """
    ) { play in
      try await play.setPermission("periodic-background-sync", .granted)
      try await play.page("await worker.periodicSync.register('news', { minInterval: 1000 })")
      try await play.logged("periodicsync event failed", within: .seconds(60))
    },
    .fault(
      "a-periodic-sync-times-out", "periodic-timeout",
      worker: "self.addEventListener('periodicsync', event => event.waitUntil(forever));"
    ) { play in
      try await play.setPermission("periodic-background-sync", .granted)
      try await play.page("await worker.periodicSync.register('news', { minInterval: 1000 })")
      try await play.logged("periodicsync event failed", within: .seconds(60))
    },
    .fault(
      "a-periodic-sync-handler-throws", "periodic-handler-threw",
      worker: """
        self.addEventListener('periodicsync', () => { throw new Error('the database is closed') });
        """
    ) { play in
      try await play.setPermission("periodic-background-sync", .granted)
      try await play.page("await worker.periodicSync.register('news', { minInterval: 1000 })")
      try await play.logged("Dispatched periodicsync event")
      try await play.reportedMistake("the database is closed")
      try await play.pass(.seconds(1))
    },
    .fault(
      "a-periodic-sync-is-unregistered-before-it-fired", "periodic-never-fired", on: .plain
    ) { play in
      try await play.setPermission("periodic-background-sync", .granted)
      try await play.page("await worker.periodicSync.register('news', { minInterval: 43200000 })")
      try await play.page("await worker.periodicSync.unregister('news')")
      try await play.logged("Unregistered periodicsync")
    },
  ]
}
