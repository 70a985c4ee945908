self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(sendAll("/outbox"));
  if (event.tag === "busy") event.waitUntil(sendAll("/busy"));
});

async function sendAll(address) {
  const letters = await caches.open("letters");
  for (const request of await letters.keys()) {
    const letter = await letters.match(request);
    const answer = await fetch(address, { method: "POST", body: await letter.text() });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    await letters.delete(request);
  }
}
