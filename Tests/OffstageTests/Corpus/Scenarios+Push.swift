import CDP

extension CorpusScenario {
  static let push: [CorpusScenario] = [
    .fault(
      "a-push-whose-promise-never-settles-times-out", "push-timeout",
      worker: "self.addEventListener('push', event => event.waitUntil(forever));"
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event completed", within: .seconds(130))
    },
    .fault(
      "a-push-handler-that-throws-is-logged-as-success", "push-handler-threw",
      worker: """
        self.addEventListener('push', () => { throw new Error('there is no such user') });
        """
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event completed")
      try await play.reportedMistake("there is no such user")
    },
    .fault(
      "a-push-payload-that-is-no-json-throws", "push-handler-threw",
      worker: """
        self.addEventListener('push', event => {
          const { title } = event.data.json();
          event.waitUntil(registration.showNotification(title));
        });
        """
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event completed")
      try await play.reportedMistake("JSON")
    },
    .fault(
      "a-push-handler-uses-the-pages-notification", "push-handler-threw",
      "notification-constructor",
      worker: "self.addEventListener('push', () => { new Notification('News') });"
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event completed")
      try await play.reportedMistake("Illegal constructor")
    },
    .fault(
      "a-push-whose-promise-is-rejected", "push-rejected",
      worker: """
        self.addEventListener('push', event => event.waitUntil((async () => {
          const answer = await fetch('/busy');
          if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
          await registration.showNotification('News');
        })()));
        """
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event completed")
    },
    .fault(
      "a-push-may-not-show-its-notification", "push-rejected", "notification-refused",
      worker: """
        self.addEventListener('push', event =>
          event.waitUntil(registration.showNotification('News')));
        """
    ) { play in
      try await play.setPermission("notifications", .denied)
      try await play.push("hello")
      try await play.logged("Push event completed")
    },
    .fault(
      "a-push-that-shows-nothing", "push-silent",
      worker: """
        self.addEventListener('push', event => event.waitUntil((async () => {
          await fetch('/news');
          await wait(50);
        })()));
        """
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event completed")
    },
    .fault("a-push-without-a-handler", "push-silent") { play in
      try await play.push("hello")
      try await play.logged("Push event completed")
    },
    .fault(
      "a-push-shows-its-notification-after-it-has-ended", "push-notification-late",
      worker: """
        self.addEventListener('push', async () => {
          await fetch('/news');
          await wait(400);
          registration.showNotification('News', { tag: 'news' });
        });
        """
    ) { play in
      try await play.push("hello")
      try await play.logged("Notification displayed")
    },
    .fault(
      "several-pushes-show-one-notification", "push-silent",
      worker: """
        self.addEventListener('push', event => {
          if (event.data.text() !== 'first') return;
          event.waitUntil(registration.showNotification('News', { tag: 'news' }));
        });
        """
    ) { play in
      try await play.push("first")
      try await play.logged("Notification displayed")
      try await play.logged("Push event completed")
      try await play.push("second")
      try await play.logged("Push event completed", 2)
    },
  ]

  /// What becomes of a push when its worker does not stay what it is.
  static let pushWorkers: [CorpusScenario] = [
    .fault(
      "a-worker-is-stopped-amid-a-push", "push-never-completed",
      worker: "self.addEventListener('push', event => event.waitUntil(wait(20000)));"
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event dispatched")
      try await play.stopWorker()
      try await play.pass(.seconds(5))
    },
    .fault(
      "a-worker-is-updated-amid-a-push", "worker-updated-midway",
      worker: """
        self.addEventListener('push', event => event.waitUntil((async () => {
          await wait(3000);
          await registration.showNotification('News');
        })()));
        """
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event dispatched")
      try await play.page("await navigator.serviceWorker.register('/next.js')")
      try await play.pass(.seconds(8))
    },
    .fault(
      "a-worker-is-unregistered-amid-a-push", "worker-unregistered-midway",
      worker: """
        self.addEventListener('push', event => event.waitUntil((async () => {
          await registration.unregister();
          await wait(2000);
        })()));
        """
    ) { play in
      try await play.push("hello")
      try await play.logged("Push event dispatched")
      // A worker lives on as long as its pages.
      try await play.closePages()
      try await play.pass(.seconds(6))
    },
  ]
}
