extension CorpusScenario {
  static let notifications: [CorpusScenario] = [
    .fault(
      "a-notification-is-replaced-in-silence", "notification-replaced"
    ) { play in
      try await play.page("await worker.showNotification('Two are online', { tag: 'chat' })")
      try await play.logged("Notification displayed")
      try await play.page("await worker.showNotification('Ada writes', { tag: 'chat' })")
      try await play.logged("Notification displayed", 2)
    },
    .fault(
      "a-notification-is-closed-as-soon-as-it-is-shown", "notification-closed-at-once",
      worker: """
        self.addEventListener('message', event => event.waitUntil((async () => {
          await registration.showNotification('News', { tag: 'news' });
          for (const shown of await registration.getNotifications()) shown.close();
        })()));
        """
    ) { play in
      try await play.tell("show")
      try await play.logged("Notification closed")
    },
  ]
}
