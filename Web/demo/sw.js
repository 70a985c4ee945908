// @ts-check
// The background half of the sample. Every handler does one small, honest piece of work and then
// tells the page about it, if one is open.

const worker = /** @type {import("./types.d.ts").WorkerScope} */ (/** @type {unknown} */ (self));
const pages = new BroadcastChannel("sample");

/**
 * @param {import("./types.d.ts").Service} service
 * @param {string} text
 * @param {boolean} [failed]
 */
function tell(service, text, failed = false) {
  pages.postMessage({ service, text, failed });
}

worker.addEventListener("install", () => {
  worker.skipWaiting();
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener("backgroundfetchsuccess", (event) => {
  event.waitUntil((async () => {
    const records = await event.registration.matchAll();
    const responses = await Promise.all(records.map((record) => record.responseReady));
    const bodies = await Promise.all(responses.map((response) => response.arrayBuffer()));
    const bytes = bodies.reduce((sum, body) => sum + body.byteLength, 0);
    await event.updateUI({ title: "The files are here" });
    tell("backgroundFetch", `${event.registration.id}: ${records.length} files, ${bytes} bytes.`);
  })());
});

worker.addEventListener("backgroundfetchfail", (event) => {
  event.waitUntil((async () => {
    await event.updateUI({ title: "A file is missing" });
    tell("backgroundFetch", `${event.registration.id}: ${event.registration.failureReason}.`, true);
  })());
});

worker.addEventListener("backgroundfetchabort", (event) => {
  tell("backgroundFetch", `${event.registration.id}: aborted.`, true);
});

worker.addEventListener("sync", (event) => {
  event.waitUntil((async () => {
    const target = event.tag === "outbox" ? "/outbox" : "/outbox/missing";
    const response = await fetch(target, { method: "POST", body: "Hello from the outbox" });
    if (!response.ok) {
      const chance = event.lastChance ? "gave up" : "will be tried again";
      tell("backgroundSync", `${event.tag}: answer ${response.status}, ${chance}.`, true);
      throw new Error(`The server answered ${response.status}`);
    }
    tell("backgroundSync", `${event.tag}: sent.`);
  })());
});

/** After so many times it has shown what it does. */
const enough = 2;
let fired = 0;

worker.addEventListener("periodicsync", (event) => {
  event.waitUntil((async () => {
    fired += 1;
    const response = await fetch("/files/a.bin", { cache: "no-store" });
    const news = await response.arrayBuffer();
    tell("periodicBackgroundSync", `${event.tag}: refreshed, ${news.byteLength} bytes.`);
    if (fired < enough) return;
    fired = 0;
    await worker.registration.periodicSync.unregister(event.tag);
  })());
});

worker.addEventListener("push", (event) => {
  const text = event.data?.text() ?? "(empty message)";
  tell("pushMessaging", `Received: ${text}`);
  // Its planted fault: the browser shows a notification of its own.
  if (text.startsWith("In silence:")) return;
  event.waitUntil(worker.registration.showNotification("Message received", {
    body: text,
    tag: "push",
    icon: "/icon-192.png",
  }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  tell("notifications", `${event.notification.tag}: clicked ${event.action || "the body"}.`);
});

worker.addEventListener("notificationclose", (event) => {
  tell("notifications", `${event.notification.tag}: closed.`);
});
