import OffstageCore

/// The page that a Firefox of ours is started with. It goes on to the person's once Firefox has its
/// connection to the push service.
///
/// What a page asks of the push client before Firefox has loaded that (in the first second or two) is
/// never answered: the message gets lost, and `subscribe()` hangs for as long as the page lives.
enum FirefoxStart {
  /// What the page waits for.
  static let ready = "ready"

  static let page = PushAnswer(
    200,
    headers: [
      .init("Content-Type", "text/html; charset=utf-8"),
      .init(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:"),
      .init("Referrer-Policy", "no-referrer"),
    ],
    body: Array(html.utf8))

  /// The page to go on to stands behind the `#`, which is sent to nobody. Without one it stays.
  private static let html = """
    <!doctype html>
    <title>Offstage waits for the push client</title>
    <link rel="icon" href="data:,">
    <p>Waiting for Firefox's push client …</p>
    <script>
    (async () => {
      const patience = Date.now() + 60_000;
      while (Date.now() < patience) {
        const answer = await fetch("ready").then((r) => r.text()).catch(() => "");
        if (answer === "\(ready)") break;
        await new Promise((done) => setTimeout(done, 50));
      }
      const wish = URL.parse(decodeURIComponent(location.hash.slice(1)));
      if (wish && /^https?:$/.test(wish.protocol)) location.replace(wish);
      else document.querySelector("p").textContent = "Firefox's push client is connected.";
    })();
    </script>
    """
}
