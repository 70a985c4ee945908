import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// Scenarios in which a page subscribes. What lies in `Examples/` sends it pushes; here it is what
  /// the page itself sees.
  @Suite struct ScenarioPushTests {
    private static let limit = Duration.seconds(120)

    private static let subscribing = """
        - open: /
        - evaluate: |
            await navigator.serviceWorker.register('/push.js');
            const registration = await navigator.serviceWorker.ready;
            const subscription = await registration.pushManager.subscribe(
              { userVisibleOnly: true, applicationServerKey: '${application-server-key}' });
            const inWorker = () => new Promise((done) => {
              const channel = new MessageChannel();
              channel.port1.onmessage = ({ data }) => done(data);
              registration.active.postMessage('', [channel.port2]);
            });
            const endpoint = JSON.parse(JSON.stringify(subscription)).endpoint;
      """

    private static let worker = """
      self.addEventListener('install', () => self.skipWaiting());
      self.addEventListener('activate', event => event.waitUntil(clients.claim()));
      self.addEventListener('push', event =>
        event.waitUntil(registration.showNotification(event.data.text(), { tag: 'here' })));
      self.addEventListener('message', event => event.waitUntil((async () => {
        const subscription = await registration.pushManager.getSubscription();
        event.ports[0].postMessage(subscription?.endpoint ?? 'none');
      })()));
      """

    private func play(
      _ steps: String, head: String = "permissions: { notifications: granted }\n",
      _ options: String...
    ) async throws {
      try await Bench.with { bench in
        let file = try bench.scenario(Self.subscribing + "\n" + steps, head: head)
        try Self.worker.write(
          toFile: bench.folder + "/site/push.js", atomically: true, encoding: .utf8)
        let answer = try await bench.run(["test", file] + options, within: Self.limit)
        #expect(answer.status == .exited(0), "\(answer.output)\(answer.errors)")
        #expect(await bench.leftovers() == [])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a page that subscribes and its worker see an endpoint here, also after a restart`()
      async throws
    {
      try await play(
        """
          - evaluate: { script: 'endpoint.startsWith("http://127.0.0.1:")', is: true }
          - evaluate: { script: endpoint === subscription.endpoint, is: true }
          - evaluate: { script: await inWorker() === endpoint, is: true }
          - evaluate: { script: endpoint, capture: endpoint }
          - restart-browser
          - open: /
          - evaluate:
              script: |
                const again = await navigator.serviceWorker.ready;
                (await again.pushManager.getSubscription()).endpoint === "${endpoint}"
              is: true
        """)
    }

    @Test(
      .enabled(
        if: NetworkNamespace.isPossible(environment: Machine.environment),
        "NOT RUN: a network of the browser's own takes root and `ip`"), .timeLimit(.minutes(3)))
    func `without a network a push waits, and comes when it is back`() async throws {
      try await play(
        """
          - evaluate: { script: endpoint, capture: endpoint }
          - push: { text: before, real: true }
          - expect: event:"Push event completed" outcome:ok
          - evaluate: { script: JSON.stringify(subscription), capture: subscription }
          - offline
          - mark: offline
          - push: { text: after, real: { to: '${subscription}', ttl: 600, capture: sent } }
          - expect-none: { filter: service:push, since: offline }
          - online
          - expect: { filter: 'event:"Push event completed" tag:${sent}', within: 60s }
          - expect-push: { message: '${sent}', end: acknowledged }
        """, "--real-offline")
    }
  }
}
