self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("backgroundfetchsuccess", (event) => {
  event.waitUntil((async () => {
    const albums = await caches.open("albums");
    for (const record of await event.registration.matchAll()) {
      await albums.put(record.request, await record.responseReady);
    }
    await event.updateUI({ title: "The album is here" });
  })());
});

self.addEventListener("backgroundfetchfail", (event) => {
  event.waitUntil(event.updateUI({ title: "The album could not be fetched" }));
});
