import CDP
import OffstageTesting

extension CorpusScenario {
  private static let file = LoopbackSite.Page(
    "application/octet-stream", bytes: [UInt8](repeating: 0x61, count: 65_536))

  /// What the specifications' own examples do.
  static let healthy: [CorpusScenario] = [
    // Push API, §3 Example
    .healthy(
      "a-push-that-shows-a-notification",
      worker: """
        self.addEventListener('push', event => {
          const data = event.data?.json() ?? {};
          event.waitUntil(registration.showNotification(data.title, { body: data.body }));
        });
        """
    ) { play in
      try await play.push(#"{"title":"News","body":"The kettle boils."}"#)
      try await play.logged("Push event completed")
      try await play.logged("Notification displayed")
    },
    .healthy(
      "three-pushes-one-after-another",
      worker: """
        self.addEventListener('push', event => event.waitUntil((async () => {
          const answer = await fetch('/news');
          await registration.showNotification(event.data.text(), { body: await answer.text() });
        })()));
        """
    ) { play in
      for number in 1...3 {
        try await play.push("message \(number)")
        try await play.logged("Push event completed", number)
      }
    },
    .healthy(
      "three-pushes-at-once",
      worker: """
        self.addEventListener('push', event => event.waitUntil((async () => {
          await fetch('/news');
          await registration.showNotification(event.data.text(), { tag: event.data.text() });
        })()));
        """
    ) { play in
      try await play.worker.push(3)
      try await play.logged("Push event completed", 3)
    },
    // Web Background Synchronization, §2 Example
    .healthy(
      "a-sync-that-succeeds",
      worker: """
        self.addEventListener('sync', event => {
          if (event.tag === 'outbox') {
            event.waitUntil(fetch('/outbox', { method: 'POST', body: 'hello' }));
          }
        });
        """
    ) { play in
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Sync completed")
    },
    .healthy(
      "syncs-of-several-tags",
      worker: """
        self.addEventListener('sync', event =>
          event.waitUntil(fetch('/outbox', { method: 'POST', body: event.tag })));
        """
    ) { play in
      try await play.page(
        """
        await Promise.all(['outbox', 'drafts', 'photos'].map(tag => worker.sync.register(tag)));
        """)
      try await play.logged("Sync completed", 3)
      try await play.page("await worker.sync.register('outbox')")
      try await play.logged("Sync completed", 4)
    },
    .healthy("a-simulated-sync", worker: "self.addEventListener('sync', () => {});") { play in
      try await play.simulateSync("outbox")
      try await play.logged("Dispatched sync event")
      try await play.pass(.seconds(12))
    },
    // Periodic Background Synchronization, §2 Example
    .healthy(
      "a-periodic-sync",
      worker: """
        self.addEventListener('periodicsync', event => {
          if (event.tag === 'news') event.waitUntil(fetch('/news'));
        });
        """
    ) { play in
      try await play.setPermission("periodic-background-sync", .granted)
      try await play.page("await worker.periodicSync.register('news', { minInterval: 2000 })")
      try await play.logged("periodicsync event completed", 2, within: .seconds(60))
      try await play.page("await worker.periodicSync.unregister('news')")
      try await play.logged("Unregistered periodicsync")
    },
    // Background Fetch, §2.1 Examples
    .healthy(
      "a-background-fetch-of-several-files",
      worker: """
        self.addEventListener('backgroundfetchsuccess', event => event.waitUntil((async () => {
          const cache = await caches.open(event.registration.id);
          const records = await event.registration.matchAll();
          await Promise.all(records.map(async record =>
            cache.put(record.request, await record.responseReady)));
          await event.updateUI({ title: 'The film is here' });
        })()));
        """,
      pages: ["/a.bin": file, "/b.bin": file, "/c.bin": file, "/d.bin": file, "/e.bin": file]
    ) { play in
      try await play.page(
        """
        await worker.backgroundFetch.fetch('film',
          ['/a.bin', '/b.bin', '/c.bin', '/d.bin', '/e.bin'],
          { title: 'A film', downloadTotal: 5 * 65536 });
        """)
      try await play.logged("Background Fetch completed")
    },
    .healthy(
      "two-background-fetches-one-after-the-other",
      worker: """
        self.addEventListener('backgroundfetchsuccess', event =>
          event.waitUntil(event.updateUI({ title: 'Here' })));
        """,
      pages: ["/a.bin": file, "/b.bin": file]
    ) { play in
      try await play.page(
        """
        await worker.backgroundFetch.fetch('first', ['/a.bin'], { title: 'First' });
        await worker.backgroundFetch.fetch('second', ['/b.bin'], { title: 'Second' });
        """)
      try await play.logged("Background Fetch completed", 2)
    },
    // Notifications API, §2.8 and §3.2 Examples
    .healthy("a-notification-that-closes-by-itself", on: .plain) { play in
      try await play.page(
        "await worker.showNotification('New mail from Alice', { tag: 'mail', body: 'Tea?' });")
      try await play.logged("Notification displayed")
      try await play.logged("Notification closed", within: .seconds(60))
    },
    .healthy("a-notification-with-actions") { play in
      try await play.page(
        """
        await worker.showNotification('New mail from Alice', { tag: 'mail', body: 'Tea?',
          actions: [{ action: 'like', title: 'Like' }, { action: 'reply', title: 'Reply' }] });
        """)
      try await play.logged("Notification displayed")
      try await play.pass(.seconds(2))
    },
    .healthy("two-notifications-side-by-side") { play in
      try await play.page(
        """
        await worker.showNotification('Ada', { tag: 'ada', body: 'Hello' });
        await worker.showNotification('Bob', { tag: 'bob', body: 'Hello' });
        await worker.showNotification('No tag');
        await worker.showNotification('No tag again');
        """)
      try await play.logged("Notification displayed", 4)
    },
    // Payment Handler API, §2.5 Example
    .healthy("a-payment-and-another", on: .payments, pages: wallet(paying)) { play in
      try await play.page(payment("order-1", then: "return await settled"))
      try await play.logged("Payment response")
      let second = try await play.anotherPage()
      try await play.page(payment("order-2", then: "return await settled"), of: second.session)
      try await play.logged("Payment response", 2)
      try await play.close(second)
    },
    .healthy(
      "a-payment-that-its-page-aborts", on: .payments,
      pages: wallet(
        """
        let answer;
        self.addEventListener('canmakepayment', event => event.respondWith(true));
        self.addEventListener('abortpayment', event => event.respondWith(true));
        self.addEventListener('paymentrequest', event =>
          event.respondWith(new Promise(() => {})));
        """)
    ) { play in
      try await play.page(payment("order-1"))
      try await play.logged("Payment request")
      try await play.page("return await globalThis.request.abort()")
      try await play.logged("Abort payment response")
      try await play.pass(.seconds(1))
    },
    .healthy(
      "a-thousand-operations", on: .many,
      worker: """
        self.addEventListener('push', event => event.waitUntil((async () => {
          await fetch('/news');
          await registration.showNotification(event.data.text(), { tag: event.data.text() });
        })()));
        self.addEventListener('sync', event =>
          event.waitUntil(fetch('/outbox', { method: 'POST', body: event.tag })));
        """
    ) { play in
      // Each push shows a notification.
      for round in 1...40 {
        try await play.worker.push(10, from: round * 10)
        try await play.logged("Push event completed", round * 10, within: .seconds(30))
      }
      for round in 1...20 {
        try await play.page(
          "for (let n = 0; n < 10; n++) await worker.sync.register(`letter-${\(round) * 10 + n}`)")
        try await play.logged("Sync completed", round * 10, within: .seconds(30))
      }
    },
    .healthy(
      "a-worker-is-updated-while-nothing-happens",
      worker: """
        self.addEventListener('push', event =>
          event.waitUntil(registration.showNotification(event.data.text())));
        """
    ) { play in
      try await play.push("before")
      try await play.logged("Push event completed")
      try await play.page("await navigator.serviceWorker.register('/next.js')")
      try await play.pass(.seconds(2))
      try await play.push("after")
      try await play.logged("Push event completed", 2)
    },
  ]
}
