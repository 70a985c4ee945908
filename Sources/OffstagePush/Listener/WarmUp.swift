import OffstageCore

/// A page that subscribes and takes it back.
///
/// Chromium starts its push client at a profile's first subscription, after its own start is
/// complete; a page that keeps the browser busy waits for that for half a minute and more. Once an
/// idle page has subscribed every other one does so in milliseconds (Docs/push.md, “Start”).
enum WarmUp {
  static let page = PushAnswer(
    200,
    headers: [
      .init("Content-Type", "text/html; charset=utf-8"),
      .init(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self' 'unsafe-inline'; worker-src 'self'"),
    ],
    body: Array(html.utf8))

  static let worker = PushAnswer(
    200, headers: [.init("Content-Type", "text/javascript; charset=utf-8")],
    body: Array("// Only so that there is a worker to subscribe with.\n".utf8))

  /// What the page's `ready` comes to is the endpoint that it had: it tells which browser it is.
  private static let html = """
    <!doctype html>
    <title>Offstage warms the push client up</title>
    <script>
    globalThis.ready = (async () => {
      const registration = await navigator.serviceWorker.register("/warm-up.js");
      await navigator.serviceWorker.ready;
      const keys = await crypto.subtle.generateKey(
        { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
      const applicationServerKey = await crypto.subtle.exportKey("raw", keys.publicKey);
      const subscription = await registration.pushManager.subscribe(
        { userVisibleOnly: true, applicationServerKey });
      const { endpoint } = subscription;
      await subscription.unsubscribe();
      await registration.unregister();
      return endpoint;
    })();
    </script>
    """
}
